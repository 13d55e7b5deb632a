#include "kernels/key_set.h"

#include <stdlib.h>

#include "kernels/keys.h"
#include "kernels/parallel.h"

enum {
    LOAD = 512,           /* keys that are made at once, in the first-level cache */
    FIRST_BITS = 10,      /* of the slots of a new set */
    MOST = 1 << 16,       /* keys up to which a set stays in the second-level cache */
    SHARE = 8,            /* elements for each key, below which sorting is as fast */
    MAX_PROBES = 256,     /* slots looked at for one key: more says that hashing fails here */
    MIN_GRAIN = 1 << 15,  /* elements that are worth a thread */
    MAX_GRAIN = 1 << 23,  /* elements between two looks for an interrupt */
    LOOK_UP_GRAIN = 65536 /* elements of a chunk in the way back */
};

/* ---- one set ---- */

static bool open_set(lt_key_set *set, int bits, int64_t most) {
    *set = (lt_key_set){.bits = bits, .most = most};
    set->slots = calloc((size_t)1 << bits, sizeof *set->slots);
    return set->slots != NULL;
}

void lt_key_set_close(lt_key_set *set) {
    free(set->slots);
    *set = (lt_key_set){0};
}

/* The slot with this key, or the free one where it goes; NULL when too many were tried. Steps of
 * the golden ratio keep neighbouring integers apart from each other (Knuth, TAOCP 3, 6.4). */
static inline lt_key_slot *seek(const lt_key_set *set, uint64_t key) {
    uint64_t at = key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - set->bits);
    for (int probes = 0; probes < MAX_PROBES; probes++) {
        lt_key_slot *slot = &set->slots[at];
        if (slot->key == key || slot->count == 0)
            return slot;
        at = (at + 1) & ((UINT64_C(1) << set->bits) - 1);
    }
    return NULL;
}

static bool add(lt_key_set *set, uint64_t key, int64_t count);

static bool grow(lt_key_set *set) {
    lt_key_set larger;
    bool done = set->held < set->most && open_set(&larger, set->bits + 1, set->most);
    if (!done)
        return false;
    for (int64_t i = 0; done && i < INT64_C(1) << set->bits; i++)
        if (set->slots[i].count)
            done = add(&larger, set->slots[i].key, set->slots[i].count);
    lt_key_set_close(set);
    *set = larger;
    return done;
}

/* Out of line: keys that are new are few. */
static __attribute__((noinline)) bool add_new(lt_key_set *set, uint64_t key, int64_t count) {
    if (set->held >= set->most || (set->held >= INT64_C(1) << (set->bits - 2) && !grow(set)))
        return false;
    lt_key_slot *slot = seek(set, key);
    if (!slot)
        return false;
    *slot = (lt_key_slot){key, count};
    set->held++;
    return true;
}

static bool add(lt_key_set *set, uint64_t key, int64_t count) {
    lt_key_slot *slot = seek(set, key);
    if (!slot || slot->count == 0)
        return add_new(set, key, count);
    slot->count += count;
    return true;
}

/* Take all keys of `from`, which is closed. The smaller set goes into the larger: slots are in the
 * order of their hashes, which would fill a small one from its beginning on. */
static bool unite(lt_key_set *set, lt_key_set *from) {
    bool done = true;
    if (from->bits > set->bits) {
        lt_key_set larger = *from;
        *from = *set;
        *set = larger;
    }
    for (int64_t i = 0; done && i < INT64_C(1) << from->bits; i++)
        if (from->slots[i].count)
            done = add(set, from->slots[i].key, from->slots[i].count);
    lt_key_set_close(from);
    return done;
}

/* ---- counting ---- */

typedef struct count_job {
    lt_dtype dtype;
    int64_t size;
    const char *x;
    int64_t most;
    lt_key_set *sets; /* [chunks] */
    bool failed;      /* a thread gave up: the others need not go on */
} count_job;

static bool count_keys(const count_job *w, lt_key_set *set, int64_t begin, int64_t end) {
    uint64_t keys[LOAD];
    for (int64_t i = begin; i < end; i += LOAD) {
        int64_t n = end - i < LOAD ? end - i : LOAD;
        lt_keys(w->dtype, n, w->x + i * w->size, keys);
        for (int64_t j = 0; j < n; j++)
            if (!add(set, keys[j], 1))
                return false;
    }
    return true;
}

static void count_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    count_job *w = context;
    bool failed;
#pragma omp atomic read
    failed = w->failed;
    if (failed)
        return;
    lt_key_set *set = &w->sets[chunk];
    failed = !open_set(set, FIRST_BITS, w->most) || !count_keys(w, set, begin, end);
    if (failed) {
#pragma omp atomic write
        w->failed = true;
    }
}

/* The cut into chunks may follow the number of threads: the keys and their counts do not. */
bool lt_key_set_count(lt_key_set *set, lt_dtype dtype, int64_t n, const void *x) {
    *set = (lt_key_set){0};
    if (n < SHARE)
        return false;
    int64_t grain = lt_chunks(n, lt_num_threads());
    grain = grain < MIN_GRAIN ? MIN_GRAIN : grain > MAX_GRAIN ? MAX_GRAIN : grain;
    int64_t chunks = lt_chunks(n, grain);
    count_job w = {.dtype = dtype,
                   .size = (int64_t)lt_dtype_size(dtype),
                   .x = x,
                   .most = n / SHARE < MOST ? n / SHARE : MOST};
    w.sets = calloc((size_t)chunks, sizeof *w.sets);
    bool done = w.sets && lt_parallel(n, grain, count_chunk, &w) && !w.failed;
    for (int64_t c = 1; done && c < chunks; c++)
        done = unite(&w.sets[0], &w.sets[c]);
    for (int64_t c = done ? 1 : 0; w.sets && c < chunks; c++)
        lt_key_set_close(&w.sets[c]);
    if (done)
        *set = w.sets[0];
    free(w.sets);
    return done;
}

/* ---- looking up ---- */

typedef struct look_up_job {
    const lt_key_set *set;
    lt_dtype dtype;
    int64_t size;
    const char *x;
    int64_t *out;
} look_up_job;

static void look_up_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const look_up_job *w = context;
    uint64_t keys[LOAD];
    for (int64_t i = begin; i < end; i += LOAD) {
        int64_t n = end - i < LOAD ? end - i : LOAD;
        lt_keys(w->dtype, n, w->x + i * w->size, keys);
        for (int64_t j = 0; j < n; j++)
            w->out[i + j] = seek(w->set, keys[j])->count;
    }
}

bool lt_key_set_look_up(const lt_key_set *set, lt_dtype dtype, int64_t n, const void *x,
                        int64_t *out) {
    look_up_job w = {set, dtype, (int64_t)lt_dtype_size(dtype), x, out};
    return lt_parallel(n, LOOK_UP_GRAIN, look_up_chunk, &w);
}
