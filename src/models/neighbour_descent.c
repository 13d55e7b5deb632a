#include "models/neighbour_descent.h"

#include <string.h>

#include "kernels/neighbour_lists.h"
#include "kernels/parallel.h"
#include "models/projection_tree.h"

enum {
    LEAF = 2048, /* rows, at most */
    TREES_LEAST = 4,
    TREES_MOST = 32,
    LOOK = 24, /* entries at the head of a list that descent looks through */
    ROUNDS = 8,
    GRAIN = 256,
};

/* Parts of the lists that the last tree has brought for there to be no other, and the last round
 * of descent. */
#define FEW_BY_TREE    0.03
#define FEW_BY_DESCENT 0.002

typedef struct search {
    int64_t n, k;
    lt_projection_tree tree;
    lt_leaf_lists lists;
    lt_list_descent descent;
    int32_t *head; /* [n, look] */
    uint8_t *seen; /* [n, look] */
    lt_arena arena;
} search;

static double part(const search *s, const int64_t *entries, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += (double)entries[i];
    return sum / (double)(s->n * s->k);
}

/* Trees until one brings little: then there is little that others would. */
static lt_status meet_in_trees(search *s) {
    lt_leaf_lists *l = &s->lists;
    double fresh = 1;
    for (int64_t i = 0; i < TREES_MOST && (i < TREES_LEAST || fresh > FEW_BY_TREE); i++) {
        LT_TRY(lt_projection_tree_grow(&s->tree, i, l->leaves));
        l->empty = i == 0;
        if (!lt_parallel(l->leaves, 1, lt_leaf_lists_meet, l))
            return lt_stopped();
        fresh = part(s, l->fresh, l->leaves);
    }
    return lt_parallel(s->n, GRAIN, lt_leaf_lists_settle, l) ? LT_OK : lt_stopped();
}

static void copy_heads(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const search *s = context;
    int64_t look = s->descent.look;
    for (int64_t i = begin; i < end; i++)
        memcpy(s->head + i * look, s->lists.id + i * s->k, (size_t)look * sizeof *s->head);
    memcpy(s->seen + begin * look, s->descent.fresh + begin * look, (size_t)((end - begin) * look));
}

static lt_status descend(search *s) {
    lt_list_descent *d = &s->descent;
    double changes = 1;
    memset(d->fresh, 1, (size_t)(s->n * d->look));
    for (int round = 0; round < ROUNDS && changes > FEW_BY_DESCENT; round++) {
        memset(d->scratch.base, -1, d->scratch.bytes);
        if (!lt_parallel(s->n, GRAIN, copy_heads, s) ||
            !lt_parallel(s->n, GRAIN, lt_list_descent_chunk, d))
            return lt_stopped();
        changes = part(s, d->changes, lt_chunks(s->n, GRAIN));
    }
    return LT_OK;
}

static lt_status take_memory(search *s, const char *model, const lt_points *rows, uint64_t seed) {
    lt_leaf_lists *l = &s->lists;
    lt_list_descent *d = &s->descent;
    int64_t entries = s->n * d->look;
    l->fresh = lt_take(&s->arena, (size_t)l->leaves * sizeof *l->fresh);
    d->head = s->head = lt_take(&s->arena, (size_t)entries * sizeof *s->head);
    d->head_fresh = s->seen = lt_take(&s->arena, (size_t)entries);
    d->fresh = lt_take(&s->arena, (size_t)entries);
    d->changes = lt_take(&s->arena, (size_t)lt_chunks(s->n, GRAIN) * sizeof *d->changes);
    LT_TRY(lt_projection_tree_open(&s->tree, &s->arena, model, rows, seed));
    l->order = s->tree.order;
    l->place = s->tree.place;
    bool fits = lt_workspace_take(&l->scratch, lt_leaf_lists_scratch(l)) &&
                lt_workspace_take(&d->scratch, lt_list_descent_scratch(d));
    return fits && !s->arena.failed ? LT_OK : lt_no_memory(model);
}

lt_status lt_neighbours_descent(int32_t **id, float **distance, lt_arena *a, const char *model,
                                const lt_points *rows, int64_t k, uint64_t seed) {
    int64_t n = rows->n, d = rows->d;
    search s = {.n = n,
                .k = k,
                .lists = {.x = rows->x, .norm = rows->norm, .n = n, .d = d, .k = k},
                .descent = {.x = rows->x, .n = n, .d = d, .k = k, .look = k < LOOK ? k : LOOK}};
    s.lists.leaves = lt_projection_leaves(n, 2 * k + 2 > LEAF ? 2 * k + 2 : LEAF);
    s.lists.id = s.descent.id = *id = lt_take(a, (size_t)(n * k) * sizeof **id);
    s.lists.distance = s.descent.distance = *distance =
        lt_take(a, (size_t)(n * k) * sizeof **distance);
    lt_status status = a->failed ? lt_no_memory(model) : take_memory(&s, model, rows, seed);
    if (status == LT_OK)
        status = meet_in_trees(&s);
    if (status == LT_OK)
        status = descend(&s);
    lt_workspace_drop(&s.lists.scratch);
    lt_workspace_drop(&s.descent.scratch);
    lt_projection_tree_drop(&s.tree);
    lt_arena_drop(&s.arena);
    return status;
}
