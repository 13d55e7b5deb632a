#include "kernels/histogram.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum {
    BLOCK = 512,        /* elements whose bins are found at once */
    COPIES = 4,         /* tables that take turns: equal neighbours do not wait for each other */
    FEW_BINS = 1024,    /* bins of which that many tables fit the first-level cache */
    GRAIN = 65536,      /* elements that are worth a table */
    MAX_CHUNKS = 64,    /* tables, */
    MAX_CELLS = 1 << 22 /* and cells of all tables together */
};

typedef struct job job;

struct job {
    /* bin[i] of x[first + i], or `bins` where it has none; n <= BLOCK */
    void (*locate)(const job *w, int64_t first, int64_t n, int32_t *bin);
    const void *x, *edges;
    double scale; /* bins to a unit */
    int64_t bins;
    const double *weights; /* NULL where elements are counted */
    int64_t *counts;       /* [chunks][bins + 1] */
    double *sums;
};

/* ---- bins of a block ---- */

/* The quotient is right up to rounding; the edges themselves decide. */
#define LOCATE(s, T)                                                                               \
    static LT_SIMD void uniform_##s(const job *w, int64_t first, int64_t n, int32_t *bin) {        \
        const T *x = (const T *)w->x + first, *edges = w->edges;                                   \
        const T low = edges[0], high = edges[w->bins];                                             \
        const double scale = w->scale;                                                             \
        const int32_t last = (int32_t)w->bins - 1;                                                 \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            const T v = x[i];                                                                      \
            double f = ((double)v - (double)low) * scale;                                          \
            f = f > 0 ? f : 0;                                                                     \
            int32_t b = (int32_t)(f < last ? f : last);                                            \
            b -= v < edges[b] && b > 0;                                                            \
            b += v >= edges[b + 1] && b < last;                                                    \
            bin[i] = v >= low && v <= high ? b : last + 1;                                         \
        }                                                                                          \
    }                                                                                              \
    static void searched_##s(const job *w, int64_t first, int64_t n, int32_t *bin) {               \
        const T *x = (const T *)w->x + first, *edges = w->edges;                                   \
        for (int64_t i = 0; i < n; i++) {                                                          \
            int64_t from = 0, to = w->bins + 1; /* the first edge above x */                       \
            while (from < to) {                                                                    \
                int64_t middle = (from + to) / 2;                                                  \
                if (edges[middle] <= x[i])                                                         \
                    from = middle + 1;                                                             \
                else                                                                               \
                    to = middle;                                                                   \
            }                                                                                      \
            bool top = x[i] == edges[w->bins];                                                     \
            bin[i] = (int32_t)(top                           ? w->bins - 1                         \
                               : from == 0 || from > w->bins ? w->bins                             \
                                                             : from - 1);                          \
        }                                                                                          \
    }
LOCATE(f32, float)
LOCATE(f64, double)

static void direct(const job *w, int64_t first, int64_t n, int32_t *bin) {
    const int64_t *x = (const int64_t *)w->x + first;
    for (int64_t i = 0; i < n; i++)
        bin[i] = (int32_t)x[i];
}

/* ---- tables ---- */

/* A few bins: the tables of a chunk are joined at its end. */
static void count_few(const job *w, int64_t begin, int64_t end, int64_t *counts) {
    uint32_t table[COPIES][FEW_BINS + 1];
    int32_t bin[BLOCK];
    memset(table, 0, sizeof table);
    for (int64_t i = begin; i < end; i += BLOCK) {
        int64_t n = end - i < BLOCK ? end - i : BLOCK, j = 0;
        w->locate(w, i, n, bin);
        for (; j + COPIES <= n; j += COPIES)
            for (int c = 0; c < COPIES; c++)
                table[c][bin[j + c]]++;
        for (; j < n; j++)
            table[0][bin[j]]++;
    }
    for (int64_t b = 0; b < w->bins; b++)
        for (int c = 0; c < COPIES; c++)
            counts[b] += table[c][b];
}

static void count_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const job *w = context;
    int64_t *counts = w->counts + chunk * (w->bins + 1);
    if (w->bins <= FEW_BINS && end - begin < UINT32_MAX) {
        count_few(w, begin, end, counts);
        return;
    }
    int32_t bin[BLOCK];
    for (int64_t i = begin; i < end; i += BLOCK) {
        int64_t n = end - i < BLOCK ? end - i : BLOCK;
        w->locate(w, i, n, bin);
        for (int64_t j = 0; j < n; j++)
            counts[bin[j]]++;
    }
}

static void sum_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const job *w = context;
    double *sums = w->sums + chunk * (w->bins + 1);
    int32_t bin[BLOCK];
    for (int64_t i = begin; i < end; i += BLOCK) {
        int64_t n = end - i < BLOCK ? end - i : BLOCK;
        w->locate(w, i, n, bin);
        for (int64_t j = 0; j < n; j++)
            sums[bin[j]] += w->weights[i + j];
    }
}

static int64_t table_count(int64_t n, int64_t bins) {
    int64_t most = MAX_CELLS / (bins + 1), chunks = lt_chunks(n, GRAIN);
    most = most > MAX_CHUNKS ? MAX_CHUNKS : most;
    chunks = chunks > most ? most : chunks;
    return chunks < 1 ? 1 : chunks;
}

/* Fill out[bins] with counts or, where there are weights, sums. */
static lt_status run(job *w, int64_t n, void *out) {
    int64_t tables = table_count(n, w->bins), cells = w->bins + 1;
    memset(out, 0, (size_t)w->bins * sizeof(int64_t));
    if (n == 0)
        return LT_OK;
    void *table = calloc((size_t)(tables * cells), sizeof(int64_t));
    if (!table)
        return lt_fail(LT_ENOMEM, "out of memory: %lld bins", (long long)w->bins);
    w->counts = table;
    w->sums = table;
    bool done = lt_parallel(n, lt_chunks(n, tables), w->weights ? sum_chunk : count_chunk, w);
    for (int64_t t = 0; done && t < tables; t++)
        for (int64_t b = 0; b < w->bins; b++) {
            if (w->weights)
                ((double *)out)[b] += w->sums[t * cells + b];
            else
                ((int64_t *)out)[b] += w->counts[t * cells + b];
        }
    free(table);
    return done ? LT_OK : lt_fail(LT_EINTERRUPT, "interrupted!");
}

static job histogram_job(lt_dtype dtype, const void *x, int64_t bins, const void *edges,
                         bool uniform) {
    job w = {.x = x, .edges = edges, .bins = bins};
    bool single = dtype == LT_FLOAT32;
    double low = single ? (double)((const float *)edges)[0] : ((const double *)edges)[0];
    double high = single ? (double)((const float *)edges)[bins] : ((const double *)edges)[bins];
    w.scale = (double)bins / (high - low);
    if (uniform)
        w.locate = single ? uniform_f32 : uniform_f64;
    else
        w.locate = single ? searched_f32 : searched_f64;
    return w;
}

lt_status lt_histogram_counts(lt_dtype dtype, int64_t n, const void *x, int64_t bins,
                              const void *edges, bool uniform, int64_t *counts) {
    job w = histogram_job(dtype, x, bins, edges, uniform);
    return run(&w, n, counts);
}

lt_status lt_histogram_sums(lt_dtype dtype, int64_t n, const void *x, int64_t bins,
                            const void *edges, bool uniform, const double *weights, double *sums) {
    job w = histogram_job(dtype, x, bins, edges, uniform);
    w.weights = weights;
    return run(&w, n, sums);
}

lt_status lt_bincount_counts(int64_t n, const int64_t *x, int64_t bins, int64_t *counts) {
    job w = {.locate = direct, .x = x, .bins = bins};
    return run(&w, n, counts);
}

lt_status lt_bincount_sums(int64_t n, const int64_t *x, int64_t bins, const double *weights,
                           double *sums) {
    job w = {.locate = direct, .x = x, .bins = bins, .weights = weights};
    return run(&w, n, sums);
}

/* ---- places in sorted rows ---- */

typedef struct search {
    const void *sorted, *x;
    int64_t m, n;
    bool right;
    int64_t *places;
} search;

/* NaN counts as larger than everything. */
#define BEFORE(a, b) ((a) < (b) || ((b) != (b) && (a) == (a)))

#define SEARCH(s, T)                                                                               \
    static void search_##s(void *context, int64_t begin, int64_t end, int64_t chunk) {             \
        (void)chunk;                                                                               \
        const search *w = context;                                                                 \
        for (int64_t i = begin; i < end; i++) {                                                    \
            const T *sorted = (const T *)w->sorted + i / w->n * w->m, v = ((const T *)w->x)[i];    \
            int64_t from = 0, to = w->m;                                                           \
            while (from < to) {                                                                    \
                int64_t middle = from + (to - from) / 2;                                           \
                const T a = sorted[middle];                                                        \
                if (w->right ? !BEFORE(v, a) : BEFORE(a, v))                                       \
                    from = middle + 1;                                                             \
                else                                                                               \
                    to = middle;                                                                   \
            }                                                                                      \
            w->places[i] = from + 1;                                                               \
        }                                                                                          \
    }
SEARCH(u8, uint8_t)
SEARCH(i64, int64_t)
SEARCH(f32, float)
SEARCH(f64, double)

lt_status lt_search_sorted(lt_dtype dtype, int64_t rows, int64_t m, const void *sorted, int64_t n,
                           const void *x, bool right, int64_t *places) {
    static const lt_range_fn table[LT_DTYPE_COUNT] = {search_u8, search_u8, search_i64, search_f32,
                                                      search_f64};
    search w = {sorted, x, m, n, right, places};
    return lt_parallel(rows * n, 4096, table[dtype], &w) ? LT_OK
                                                         : lt_fail(LT_EINTERRUPT, "interrupted!");
}
