#include "kernels/sort.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/keys.h"
#include "kernels/parallel.h"
#include "tensor/alloc.h"

enum {
    SMALL = 32,          /* items that are sorted by insertion */
    MAX_DIGIT = 11,      /* bits by which items are moved at once */
    LOAD = 512,          /* elements turned into items at once, in the first-level cache */
    LONG_ROW = 65536,    /* elements of a row from which several threads sort it */
    MAX_GRAIN = 1 << 23, /* elements between two looks for an interrupt */
    AHEAD = 128,         /* bytes: a bucket's next lines of memory are asked for in time */
    GRAIN = 16384,       /* elements of short rows that are worth a thread */
    PREFIXES = 65536,    /* values of the leading bits */
    MAX_BUCKETS = 512    /* few enough for the translation buffer, many enough for the cache */
};

typedef struct job {
    lt_dtype dtype;
    int64_t size, n;
    uint64_t flip; /* all ones in descending order */
    bool fetch;    /* the keys `zero` and `nan` stand for several elements */
    uint64_t zero, nan;
    const char *x;
    char *values;
    int64_t *places;
    bool failed; /* a thread found no memory */
    /* of a long row */
    int shift;         /* of the leading bits */
    void *items;       /* [n] distributed */
    int64_t *counts;   /* [chunks][PREFIXES] */
    int64_t *next;     /* [chunks][MAX_BUCKETS]: where the chunk's next item of a bucket goes */
    uint16_t *bucket;  /* [PREFIXES] */
    int64_t *start;    /* [MAX_BUCKETS + 1] */
    uint64_t *varying; /* [chunks] */
} job;

/* Keys of x[first .. first + n) in the order that is asked for. */
static void load_keys(const job *w, int64_t first, int64_t n, uint64_t *keys) {
    lt_keys(w->dtype, n, w->x + first * w->size, keys);
    for (int64_t i = 0; w->flip && i < n; i++)
        keys[i] ^= w->flip;
}

/* Keys of 32 bits: key and place in one word. */
#define ITEM             uint64_t
#define KEY(item)        ((item) >> 32)
#define PLACE(item)      ((item)&UINT32_MAX)
#define MAKE(key, place) ((key) << 32 | (uint64_t)(place))
#define KEY_BITS         32
#define F(name)          name##_word
#include "kernels/sort.inc"
#undef ITEM
#undef KEY
#undef PLACE
#undef MAKE
#undef KEY_BITS
#undef F

/* Keys of 64 bits, or places past 32. */
typedef struct pair {
    uint64_t key;
    int64_t place;
} pair;
#define ITEM             pair
#define KEY(item)        ((item).key)
#define PLACE(item)      ((item).place)
#define MAKE(key, place) ((pair){(key), (place)})
#define KEY_BITS         64
#define F(name)          name##_pair
#include "kernels/sort.inc"

/* ---- a long row ---- */

static void varying_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const job *w = context;
    uint64_t keys[LOAD], first, varying = 0;
    lt_keys(w->dtype, 1, w->x, &first);
    for (int64_t i = begin; i < end; i += LOAD) {
        int64_t n = end - i < LOAD ? end - i : LOAD;
        lt_keys(w->dtype, n, w->x + i * w->size, keys);
        for (int64_t j = 0; j < n; j++)
            varying |= keys[j] ^ first;
    }
    w->varying[chunk] = varying;
}

/* Neighbouring prefixes share a bucket until it is full; returns the number of buckets. The
 * counts become the places where each chunk's items of a bucket go. */
static int64_t lay_out(job *w, int64_t chunks) {
    int64_t full = w->n / (MAX_BUCKETS / 2) + 1, held = 0, buckets = 0, at = 0;
    for (int64_t p = 0; p < PREFIXES; p++) {
        int64_t count = 0;
        for (int64_t c = 0; c < chunks; c++)
            count += w->counts[c * PREFIXES + p];
        if (held > 0 && held + count > full) {
            buckets++;
            held = 0;
        }
        held += count;
        w->bucket[p] = (uint16_t)buckets;
        for (int64_t c = 0; c < chunks; c++)
            w->next[c * MAX_BUCKETS + buckets] += w->counts[c * PREFIXES + p];
    }
    for (int64_t b = 0; b <= buckets; b++) {
        w->start[b] = at;
        for (int64_t c = 0; c < chunks; c++) {
            int64_t *next = &w->next[c * MAX_BUCKETS + b], count = *next;
            *next = at;
            at += count;
        }
    }
    w->start[buckets + 1] = at;
    return buckets + 1;
}

static bool run_long(job *w, bool words, int64_t grain, int64_t chunks) {
    uint64_t varying = 0;
    bool done = lt_parallel(w->n, grain, varying_chunk, w);
    for (int64_t c = 0; done && c < chunks; c++)
        varying |= w->varying[c];
    int top = varying ? 63 - __builtin_clzll(varying) : 0;
    w->shift = top > 15 ? top - 15 : 0;
    done = done && lt_parallel(w->n, grain, words ? count_chunk_word : count_chunk_pair, w);
    if (!done)
        return false;
    int64_t buckets = lay_out(w, chunks);
    return lt_parallel(w->n, grain, words ? distribute_chunk_word : distribute_chunk_pair, w) &&
           lt_parallel(buckets, 4, words ? bucket_chunk_word : bucket_chunk_pair, w);
}

/* One row, of any length. The order of equal elements makes the result unique, so the cut into
 * chunks may follow the number of threads. */
static lt_status sort_long(job *w, bool words) {
    int64_t grain = lt_chunks(w->n, lt_num_threads());
    grain = grain > MAX_GRAIN ? MAX_GRAIN : grain;
    int64_t chunks = lt_chunks(w->n, grain);
    size_t bytes = (size_t)w->n * sizeof(pair);
    w->items = words ? (void *)w->places : lt_alloc(bytes); /* words fit where the places go */
    w->counts = calloc((size_t)(chunks * PREFIXES), sizeof *w->counts);
    w->next = calloc((size_t)(chunks * MAX_BUCKETS), sizeof *w->next);
    w->bucket = malloc(PREFIXES * sizeof *w->bucket);
    w->start = malloc((MAX_BUCKETS + 1) * sizeof *w->start);
    w->varying = malloc((size_t)chunks * sizeof *w->varying);
    bool found = w->items && w->counts && w->next && w->bucket && w->start && w->varying;
    bool done = found && run_long(w, words, grain, chunks);
    if (!words)
        lt_free(w->items, bytes);
    free(w->counts);
    free(w->next);
    free(w->bucket);
    free(w->start);
    free(w->varying);
    return !found || w->failed ? lt_fail(LT_ENOMEM, "out of memory: sort")
           : done              ? LT_OK
                               : lt_fail(LT_EINTERRUPT, "interrupted!");
}

lt_status lt_sort_rows(lt_dtype dtype, bool descending, int64_t runs, int64_t n, const void *x,
                       void *values, int64_t *places) {
    job w = {.dtype = dtype,
             .size = (int64_t)lt_dtype_size(dtype),
             .n = n,
             .flip = descending ? lt_key_mask(dtype) : 0,
             .fetch = lt_dtype_is_float(dtype),
             .zero = dtype == LT_FLOAT32 ? lt_key_f32(0) : lt_key_f64(0),
             .nan = lt_key_mask(dtype),
             .x = x,
             .values = values,
             .places = places};
    bool words = lt_key_bits(dtype) <= 32 && n <= UINT32_MAX;
    if (n == 0)
        return LT_OK;
    if (n < LONG_ROW) {
        int64_t grain = GRAIN / (n + 1);
        bool done =
            lt_parallel(runs, grain < 1 ? 1 : grain, words ? rows_chunk_word : rows_chunk_pair, &w);
        return w.failed ? lt_fail(LT_ENOMEM, "out of memory: sort")
               : done   ? LT_OK
                        : lt_fail(LT_EINTERRUPT, "interrupted!");
    }
    for (int64_t row = 0; row < runs; row++) {
        job one = w;
        one.x += row * n * w.size;
        one.values += row * n * w.size;
        one.places += row * n;
        LT_TRY(sort_long(&one, words));
    }
    return LT_OK;
}
