#include "kernels/rank.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/keys.h"
#include "kernels/parallel.h"
#include "kernels/sort.h"
#include "tensor/interrupt.h"

enum {
    LOAD = 512, /* keys that are made at once, in the first-level cache */
    SMALL = 64, /* elements of a row that is sorted instead */
    DIGIT = 11, /* bits that a pass over the row settles */
    DIGITS = 1 << DIGIT,
    LONG_ROW = 1 << 18, /* elements of a row that several threads share */
    COUNT_GRAIN = 1 << 17,
    GRAIN = 16384 /* elements of short rows that are worth a thread */
};

typedef struct row {
    lt_dtype dtype;
    int64_t size, n;
    uint64_t flip;
    const char *x;
    /* of a pass: which keys count, and by which digit */
    uint64_t prefix;
    int shift, known; /* lowest bit of the digit, and of the bits that are settled */
    int64_t *counts;  /* [chunks][DIGITS] */
} row;

/* Keys of x[first .. first + n) in the order that is asked for. */
static void load(const row *r, int64_t first, int64_t n, uint64_t *keys) {
    lt_keys(r->dtype, n, r->x + first * r->size, keys);
    for (int64_t i = 0; i < n; i++)
        keys[i] ^= r->flip;
}

static void count_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const row *r = context;
    uint64_t keys[LOAD];
    int64_t *count = r->counts + chunk * DIGITS;
    memset(count, 0, DIGITS * sizeof *count);
    for (int64_t i = begin; i < end; i += LOAD) {
        int64_t n = end - i < LOAD ? end - i : LOAD;
        load(r, i, n, keys);
        for (int64_t j = 0; j < n; j++)
            if (r->known >= 64 || keys[j] >> r->known == r->prefix)
                count[keys[j] >> r->shift & (DIGITS - 1)]++;
    }
}

/* The digit in which the rank falls; what stands before it is taken off the rank. */
static uint64_t find_digit(const int64_t *counts, int64_t chunks, int64_t *rank) {
    for (uint64_t d = 0;; d++) {
        int64_t count = 0;
        for (int64_t c = 0; c < chunks; c++)
            count += counts[c * DIGITS + (int64_t)d];
        if (*rank < count || d == DIGITS - 1)
            return d;
        *rank -= count;
    }
}

static uint64_t small_key(const row *r, int64_t *rank) {
    uint64_t keys[SMALL];
    int64_t at = *rank;
    load(r, 0, r->n, keys);
    for (int64_t i = 1; i < r->n; i++) {
        uint64_t key = keys[i];
        int64_t j = i;
        for (; j > 0 && keys[j - 1] > key; j--)
            keys[j] = keys[j - 1];
        keys[j] = key;
    }
    *rank = 0;
    while (*rank < at && keys[at - *rank - 1] == keys[at])
        ++*rank;
    return keys[at];
}

/* The key at `rank`, settled digit by digit from the top; *rank becomes the number of equal
 * elements before it. False when interrupted or without memory. */
static bool select_key(row *r, int64_t *rank, uint64_t *key) {
    int64_t chunks = lt_chunks(r->n, COUNT_GRAIN), local[DIGITS];
    if (r->n <= SMALL) {
        *key = small_key(r, rank);
        return true;
    }
    r->counts = chunks > 1 ? malloc((size_t)(chunks * DIGITS) * sizeof *r->counts) : local;
    bool done = r->counts != NULL;
    r->prefix = 0;
    r->known = 64;
    for (int top = lt_key_bits(r->dtype); done && top > 0;) {
        int low = top > DIGIT ? top - DIGIT : 0;
        r->shift = low;
        done = lt_parallel(r->n, COUNT_GRAIN, count_chunk, r);
        if (!done)
            break;
        uint64_t digit = find_digit(r->counts, chunks, rank) & ((UINT64_C(1) << (top - low)) - 1);
        r->prefix = r->prefix << (top - low) | digit;
        r->known = top = low;
    }
    *key = r->prefix;
    if (chunks > 1)
        free(r->counts);
    return done;
}

typedef struct job {
    row row; /* the first one */
    int64_t rank, k;
    bool nan_wins, failed;
    char *values; /* [runs, k] */
    int64_t *places;
} job;

static void rank_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    job *w = context;
    for (int64_t run = begin; run < end; run++) {
        row r = w->row;
        r.x += run * r.n * r.size;
        int64_t rank = w->rank, place = -1;
        uint64_t key;
        if (w->nan_wins && lt_dtype_is_float(r.dtype))
            place = lt_find_key(r.dtype, r.n, r.x, lt_key_mask(r.dtype));
        if (place < 0 && !select_key(&r, &rank, &key)) {
            w->failed = true;
            return;
        }
        w->places[run] = (place < 0 ? lt_find_key(r.dtype, r.n, r.x, key) : place) + 1;
    }
}

/* Rows side by side on the threads, or one after the other where each is long. */
static lt_status run_rows(job *w, int64_t runs, lt_range_fn chunk) {
    int64_t n = w->row.n, grain = GRAIN / (n + 1);
    bool done = true;
    if (n >= LONG_ROW)
        for (int64_t run = 0; done && run < runs; run++)
            chunk(w, run, run + 1, 0);
    else
        done = lt_parallel(runs, grain < 1 ? 1 : grain, chunk, w);
    LT_TRY(lt_check_interrupt());
    return !done || w->failed ? lt_fail(LT_ENOMEM, "out of memory: order statistics") : LT_OK;
}

lt_status lt_rank_rows(lt_dtype dtype, int64_t runs, int64_t n, int64_t rank, bool nan_wins,
                       const void *x, int64_t *places) {
    job w = {.row = {.dtype = dtype, .size = (int64_t)lt_dtype_size(dtype), .n = n, .x = x},
             .rank = rank,
             .nan_wins = nan_wins,
             .places = places};
    return run_rows(&w, runs, rank_chunk);
}

/* ---- the k first of an order ---- */

/* Places of the elements before `key` and of the first `equal` ones with it, k in all. */
static void collect(const row *r, uint64_t key, int64_t equal, int64_t k, int64_t *place) {
    uint64_t keys[LOAD];
    int64_t found = 0;
    for (int64_t i = 0; i < r->n && found < k; i += LOAD) {
        int64_t n = r->n - i < LOAD ? r->n - i : LOAD;
        load(r, i, n, keys);
        for (int64_t j = 0; j < n && found < k; j++)
            if (keys[j] < key || (keys[j] == key && equal-- > 0))
                place[found++] = i + j;
    }
}

static lt_status top_row(const job *w, row *r, char *values, int64_t *places) {
    int64_t k = w->k, rank = k - 1;
    uint64_t key;
    int64_t *place = malloc((size_t)(2 * k) * sizeof *place);
    char *picked = malloc((size_t)(k * r->size));
    lt_status s = place && picked && select_key(r, &rank, &key)
                      ? LT_OK
                      : lt_fail(LT_ENOMEM, "out of memory: order statistics");
    if (s == LT_OK) {
        collect(r, key, rank + 1, k, place);
        for (int64_t i = 0; i < k; i++)
            memcpy(picked + i * r->size, r->x + place[i] * r->size, (size_t)r->size);
        s = lt_sort_rows(r->dtype, r->flip != 0, 1, k, picked, values, place + k);
    }
    for (int64_t i = 0; s == LT_OK && i < k; i++)
        places[i] = place[place[k + i] - 1] + 1;
    free(place);
    free(picked);
    return s;
}

static void top_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    job *w = context;
    for (int64_t run = begin; run < end; run++) {
        row r = w->row;
        r.x += run * r.n * r.size;
        if (top_row(w, &r, w->values + run * w->k * r.size, w->places + run * w->k) != LT_OK)
            w->failed = true;
    }
}

lt_status lt_top_rows(lt_dtype dtype, bool largest, int64_t runs, int64_t n, int64_t k,
                      const void *x, void *values, int64_t *places) {
    job w = {.row = {.dtype = dtype,
                     .size = (int64_t)lt_dtype_size(dtype),
                     .n = n,
                     .flip = largest ? lt_key_mask(dtype) : 0,
                     .x = x},
             .k = k,
             .values = values,
             .places = places};
    return k == 0 ? LT_OK : run_rows(&w, runs, top_chunk);
}
