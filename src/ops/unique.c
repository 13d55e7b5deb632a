#include "ops/unique.h"

#include <string.h>

#include "kernels/groups.h"
#include "kernels/key_set.h"
#include "kernels/keys.h"
#include "kernels/sort.h"
#include "ops/lines.h"
#include "tensor/interrupt.h"

static lt_status stopped(void) {
    LT_TRY(lt_check_interrupt());
    return lt_fail(LT_ENOMEM, "out of memory: unique");
}

/* ---- few distinct values: those of a set of keys, sorted ---- */

/* Keys of the set in the order of its slots, as elements; slot[i] is where value i stands. */
static void list_set(const lt_key_set *set, lt_dtype dtype, void *values, int64_t *slot) {
    int64_t n = 0;
    for (int64_t i = 0; i < INT64_C(1) << set->bits; i++) {
        if (!set->slots[i].count)
            continue;
        lt_unkeys(dtype, 1, &set->slots[i].key, (char *)values + n * (int64_t)lt_dtype_size(dtype));
        slot[n++] = i;
    }
}

/* A key stands for -0 and 0 alike, and for all NaNs: their value is fetched from x. */
static void fetch_first(const lt_tensor *x, lt_tensor *values) {
    lt_dtype dtype = (lt_dtype)x->dtype;
    size_t size = lt_dtype_size(dtype);
    for (int64_t i = 0; lt_dtype_is_float(dtype) && i < values->numel; i++) {
        double value = lt_get_double(values, i);
        if (value < 0 || value > 0)
            continue;
        char *at = (char *)lt_data(values) + (size_t)i * size;
        uint64_t key;
        lt_keys(dtype, 1, at, &key);
        int64_t place = lt_find_key(dtype, x->numel, lt_data(x), key);
        memcpy(at, (const char *)lt_data(x) + (size_t)place * size, size);
    }
}

/* The counts in the order of the values, and in their stead in the set the values' places. */
static void rank_set(lt_key_set *set, const int64_t *slot, const lt_tensor *places,
                     lt_tensor *counts) {
    for (int64_t i = 0; i < places->numel; i++) {
        lt_key_slot *s = &set->slots[slot[((const int64_t *)lt_data(places))[i] - 1]];
        if (counts)
            ((int64_t *)lt_data(counts))[i] = s->count;
        s->count = i + 1;
    }
}

static lt_status from_set(lt_tensor *values, lt_tensor *inverse, lt_tensor *counts,
                          const lt_tensor *x, lt_key_set *set) {
    lt_dtype dtype = (lt_dtype)x->dtype;
    lt_tensor listed LT_EMPTY, slot LT_EMPTY, places LT_EMPTY;
    lt_status s = lt_empty(values, dtype, 1, &set->held);
    if (s == LT_OK && counts)
        s = lt_empty(counts, LT_INT64, 1, &set->held);
    if (s == LT_OK)
        s = lt_empty(&listed, dtype, 1, &set->held);
    if (s == LT_OK)
        s = lt_empty(&slot, LT_INT64, 1, &set->held);
    if (s == LT_OK)
        s = lt_empty(&places, LT_INT64, 1, &set->held);
    if (s == LT_OK) {
        list_set(set, dtype, lt_data(&listed), lt_data(&slot));
        s = lt_sort_rows(dtype, false, 1, set->held, lt_data(&listed), lt_data(values),
                         lt_data(&places));
    }
    if (s == LT_OK) {
        fetch_first(x, values);
        rank_set(set, lt_data(&slot), &places, counts);
        if (inverse && !lt_key_set_look_up(set, dtype, x->numel, lt_data(x), lt_data(inverse)))
            s = stopped();
    }
    lt_release(&listed);
    lt_release(&slot);
    lt_release(&places);
    return s;
}

/* ---- many: groups of equals among the sorted elements ---- */

static lt_status from_groups(lt_tensor *values, lt_tensor *inverse, lt_tensor *counts,
                             lt_groups *g) {
    if (!lt_groups_count(g))
        return stopped();
    LT_TRY(lt_empty(values, g->dtype, 1, &g->count));
    if (counts)
        LT_TRY(lt_empty(counts, LT_INT64, 1, &g->count));
    bool done = lt_groups_write(g, lt_data(values), counts ? lt_data(counts) : NULL,
                                inverse ? lt_data(inverse) : NULL);
    return done ? LT_OK : stopped();
}

static lt_status from_sorted(lt_tensor *values, lt_tensor *inverse, lt_tensor *counts,
                             const lt_tensor *x) {
    lt_dtype dtype = (lt_dtype)x->dtype;
    lt_tensor sorted LT_EMPTY, places LT_EMPTY;
    lt_status s = lt_empty(&sorted, dtype, 1, &x->numel);
    if (s == LT_OK)
        s = lt_empty(&places, LT_INT64, 1, &x->numel);
    if (s == LT_OK)
        s = lt_sort_rows(dtype, false, 1, x->numel, lt_data(x), lt_data(&sorted), lt_data(&places));
    if (s == LT_OK) {
        lt_groups g = {dtype, x->numel, lt_data(&sorted), lt_data(&places), 0, NULL};
        s = from_groups(values, inverse, counts, &g);
        lt_groups_close(&g);
    }
    lt_release(&sorted);
    lt_release(&places);
    return s;
}

/* ---- either way ---- */

static lt_status unique(lt_tensor *values, lt_tensor *inverse, lt_tensor *counts,
                        const lt_tensor *x) {
    lt_key_set set;
    if (!lt_key_set_count(&set, (lt_dtype)x->dtype, x->numel, lt_data(x))) {
        LT_TRY(lt_check_interrupt());
        return from_sorted(values, inverse, counts, x);
    }
    lt_status s = from_set(values, inverse, counts, x, &set);
    lt_key_set_close(&set);
    return s;
}

lt_status lt_unique(lt_tensor *values, lt_tensor *inverse, lt_tensor *counts, lt_tensor *x) {
    lt_tensor *dense, room LT_EMPTY;
    lt_status s = lt_dense(&dense, &room, x, (lt_dtype)x->dtype);
    if (s == LT_OK && inverse)
        s = lt_empty_like(inverse, LT_INT64, x);
    if (s == LT_OK)
        s = unique(values, inverse, counts, dense);
    lt_release(&room);
    if (s != LT_OK) {
        lt_release(values);
        if (inverse)
            lt_release(inverse);
        if (counts)
            lt_release(counts);
    }
    return s;
}
