#include "kernels/scan.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum {
    GRAIN = 16384, /* elements that are worth a thread */
    BLOCK = 16384, /* elements of a long row that are scanned as one */
};

/* log(exp(a) + exp(b)) */
static double log_add(double a, double b) {
    double high = a > b ? a : b, low = a > b ? b : a;
    if (a != a || b != b)
        return a + b;
    return isinf(high) ? high : high + log1p(exp(low - high));
}

/* ---- one scan, for elements T accumulated in A ----
 *
 * `row` puts *before in front of its own running total, and `total` is what that comes to: the end
 * of a block and the start of the next agree to the bit, so that a sum of positive numbers never
 * falls. `tile` works on `cols` lines side by side. A negative step walks backwards. */

#define SCAN(name, T, A, initial, join)                                                            \
    static void name##_row(int64_t n, int64_t step, const void *xs, void *outs,                    \
                           const void *before) {                                                   \
        const T *x = xs;                                                                           \
        T *out = outs;                                                                             \
        const A first = *(const A *)before;                                                        \
        A acc = (initial);                                                                         \
        for (int64_t i = 0; i < n; i++, x += step, out += step) {                                  \
            acc = join(acc, (A)*x);                                                                \
            *out = (T)join(first, acc);                                                            \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void name##_tile(int64_t n, int64_t step, int64_t cols, const void *xs,         \
                                    void *outs) {                                                  \
        const T *x = xs;                                                                           \
        T *out = outs;                                                                             \
        A acc[LT_TILE];                                                                            \
        for (int64_t c = 0; c < cols; c++)                                                         \
            acc[c] = (initial);                                                                    \
        for (int64_t i = 0; i < n; i++, x += step, out += step) {                                  \
            _Pragma("omp simd") for (int64_t c = 0; c < cols; c++) {                               \
                acc[c] = join(acc[c], (A)x[c]);                                                    \
                out[c] = (T)acc[c];                                                                \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void name##_total(int64_t n, int64_t step, const void *xs, void *total) {               \
        const T *x = xs;                                                                           \
        A acc = (initial);                                                                         \
        for (int64_t i = 0; i < n; i++, x += step)                                                 \
            acc = join(acc, (A)*x);                                                                \
        *(A *)total = acc;                                                                         \
    }                                                                                              \
    static void name##_join(void *total, const void *next) {                                       \
        *(A *)total = join(*(A *)total, *(const A *)next);                                         \
    }                                                                                              \
    static void name##_start(void *total) {                                                        \
        *(A *)total = (initial);                                                                   \
    }

#define ADD(a, b)      ((a) + (b))
#define MULTIPLY(a, b) ((a) * (b))

SCAN(sum_i64, int64_t, int64_t, 0, ADD)
SCAN(sum_f32, float, double, 0, ADD)
SCAN(sum_f64, double, double, 0, ADD)
SCAN(prod_i64, int64_t, int64_t, 1, MULTIPLY)
SCAN(prod_f32, float, double, 1, MULTIPLY)
SCAN(prod_f64, double, double, 1, MULTIPLY)
SCAN(logsumexp_f32, float, double, -INFINITY, log_add)
SCAN(logsumexp_f64, double, double, -INFINITY, log_add)

typedef union running {
    int64_t i;
    double d;
} running;

typedef struct scanner {
    void (*row)(int64_t n, int64_t step, const void *x, void *out, const void *before);
    void (*tile)(int64_t n, int64_t step, int64_t cols, const void *x, void *out);
    void (*total)(int64_t n, int64_t step, const void *x, void *total);
    void (*join)(void *total, const void *next);
    void (*start)(void *total);
} scanner;

static const scanner *scanner_for(lt_scan_op op, lt_dtype dtype) {
#define OF(name)                                                                                   \
    { name##_row, name##_tile, name##_total, name##_join, name##_start }
    static const scanner table[LT_SCAN_COUNT][LT_DTYPE_COUNT] = {
        [LT_SCAN_sum] =
            {[LT_INT64] = OF(sum_i64), [LT_FLOAT32] = OF(sum_f32), [LT_FLOAT64] = OF(sum_f64)},
        [LT_SCAN_prod] =
            {[LT_INT64] = OF(prod_i64), [LT_FLOAT32] = OF(prod_f32), [LT_FLOAT64] = OF(prod_f64)},
        [LT_SCAN_logsumexp] = {[LT_FLOAT32] = OF(logsumexp_f32), [LT_FLOAT64] = OF(logsumexp_f64)},
    };
    return &table[op][dtype];
}

typedef struct work {
    const scanner *scan;
    const lt_lines *lines;
    int64_t size; /* bytes of an element */
    bool reverse;
    const char *x;
    char *out;
    int64_t blocks;  /* of a row, where it is cut */
    running *totals; /* [outer * blocks] */
} work;

/* ---- whole lines ---- */

static void lines_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const work *w = context;
    const lt_lines *l = w->lines;
    int64_t tiles = lt_line_tiles(l), step = w->reverse ? -l->inner : l->inner;
    for (int64_t item = begin; item < end; item++) {
        int64_t c = item % tiles * LT_TILE, first = w->reverse ? l->n - 1 : 0;
        int64_t at = ((item / tiles * l->n + first) * l->inner + c) * w->size;
        int64_t cols = l->inner - c < LT_TILE ? l->inner - c : LT_TILE;
        running before;
        if (l->inner == 1) {
            w->scan->start(&before);
            w->scan->row(l->n, step, w->x + at, w->out + at, &before);
        } else {
            w->scan->tile(l->n, step, cols, w->x + at, w->out + at);
        }
    }
}

/* ---- rows cut into blocks: totals of the blocks, what stands before each, scans ---- */

/* Offset in bytes of the first element that a block scans, and its length. */
static int64_t block_start(const work *w, int64_t item, int64_t *n) {
    int64_t row = item / w->blocks, at = item % w->blocks * BLOCK, all = w->lines->n;
    *n = all - at < BLOCK ? all - at : BLOCK;
    return (row * all + (w->reverse ? all - 1 - at : at)) * w->size;
}

static void totals_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const work *w = context;
    for (int64_t item = begin; item < end; item++) {
        int64_t n, at = block_start(w, item, &n);
        w->scan->total(n, w->reverse ? -1 : 1, w->x + at, &w->totals[item]);
    }
}

static void blocks_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const work *w = context;
    for (int64_t item = begin; item < end; item++) {
        int64_t n, at = block_start(w, item, &n);
        w->scan->row(n, w->reverse ? -1 : 1, w->x + at, w->out + at, &w->totals[item]);
    }
}

static void totals_before(work *w) {
    for (int64_t row = 0; row < w->lines->outer; row++) {
        running before, own;
        w->scan->start(&before);
        for (int64_t b = 0; b < w->blocks; b++) {
            own = w->totals[row * w->blocks + b];
            w->totals[row * w->blocks + b] = before;
            w->scan->join(&before, &own);
        }
    }
}

static lt_status run_blocks(work *w) {
    int64_t items = w->lines->outer * w->blocks;
    w->totals = malloc((size_t)items * sizeof *w->totals);
    if (!w->totals)
        return lt_fail(LT_ENOMEM, "out of memory: running totals");
    bool done = lt_parallel(items, 1, totals_chunk, w);
    if (done) {
        totals_before(w);
        done = lt_parallel(items, 1, blocks_chunk, w);
    }
    free(w->totals);
    return done ? LT_OK : lt_fail(LT_EINTERRUPT, "interrupted!");
}

lt_status lt_scan_run(lt_scan_op op, lt_dtype dtype, bool reverse, const lt_lines *l, const void *x,
                      void *out) {
    work w = {.scan = scanner_for(op, dtype),
              .lines = l,
              .size = (int64_t)lt_dtype_size(dtype),
              .reverse = reverse,
              .x = x,
              .out = out};
    w.blocks = lt_chunks(l->n, BLOCK);
    if (l->inner == 1 && l->outer < 16 && w.blocks > 3)
        return run_blocks(&w);
    return lt_parallel(l->outer * lt_line_tiles(l), lt_line_grain(l, GRAIN), lines_chunk, &w)
               ? LT_OK
               : lt_fail(LT_EINTERRUPT, "interrupted!");
}

/* ---- backward ---- */

typedef struct back_work {
    const lt_lines *lines;
    const void *g, *x, *y;
    void *down;
} back_work;

/* With z the first zero of x: before z the gradient is sum_{k >= i} g_k y_k / x_i; at z the product
 * goes on without it; behind z nothing reaches the results. */
#define CUMPROD_BACK(s, T)                                                                         \
    static void cumprod_line_##s(int64_t n, int64_t step, const T *g, const T *x, const T *y,      \
                                 T *down) {                                                        \
        int64_t z = 0;                                                                             \
        while (z < n && x[z * step] != 0)                                                          \
            z++;                                                                                   \
        for (int64_t i = z + 1; i < n; i++)                                                        \
            down[i * step] = 0;                                                                    \
        double rest = z > 0 ? (double)y[(z - 1) * step] : 1, sum = 0;                              \
        for (int64_t i = z; i < n && rest != 0; i++) {                                             \
            rest *= i > z ? (double)x[i * step] : 1;                                               \
            sum += (double)g[i * step] * rest;                                                     \
        }                                                                                          \
        if (z < n)                                                                                 \
            down[z * step] = (T)sum;                                                               \
        sum = 0;                                                                                   \
        for (int64_t i = z - 1; i >= 0; i--) {                                                     \
            sum += (double)g[i * step] * (double)y[i * step];                                      \
            down[i * step] = (T)(sum / (double)x[i * step]);                                       \
        }                                                                                          \
    }                                                                                              \
    static void cumprod_chunk_##s(void *context, int64_t begin, int64_t end, int64_t chunk) {      \
        (void)chunk;                                                                               \
        const back_work *w = context;                                                              \
        const lt_lines *l = w->lines;                                                              \
        for (int64_t line = begin; line < end; line++) {                                           \
            int64_t at = line / l->inner * l->n * l->inner + line % l->inner;                      \
            cumprod_line_##s(l->n, l->inner, (const T *)w->g + at, (const T *)w->x + at,           \
                             (const T *)w->y + at, (T *)w->down + at);                             \
        }                                                                                          \
    }
CUMPROD_BACK(f32, float)
CUMPROD_BACK(f64, double)

/* exp(a - b), 0 where both are -inf. */
static double exp_ratio(double a, double b) {
    return a == -INFINITY ? 0 : exp(a - b);
}

/* down_i = sum_{k >= i} g_k exp(x_i - y_k). y never falls, so with s_i the sum of g_k exp(y_i -
 * y_k) every exponent is at most 0. */
#define LOGCUMSUMEXP_BACK(s, T)                                                                    \
    static void logcumsumexp_chunk_##s(void *context, int64_t begin, int64_t end, int64_t chunk) { \
        (void)chunk;                                                                               \
        const back_work *w = context;                                                              \
        const lt_lines *l = w->lines;                                                              \
        for (int64_t line = begin; line < end; line++) {                                           \
            int64_t step = l->inner, at = line / step * l->n * step + line % step;                 \
            const T *g = (const T *)w->g + at, *x = (const T *)w->x + at;                          \
            const T *y = (const T *)w->y + at;                                                     \
            T *down = (T *)w->down + at;                                                           \
            double sum = 0, next = 0;                                                              \
            for (int64_t i = (l->n - 1) * step; i >= 0; i -= step) {                               \
                sum = (double)g[i] + sum * exp_ratio((double)y[i], next);                          \
                down[i] = (T)(sum * exp_ratio((double)x[i], (double)y[i]));                        \
                next = (double)y[i];                                                               \
            }                                                                                      \
        }                                                                                          \
    }
LOGCUMSUMEXP_BACK(f32, float)
LOGCUMSUMEXP_BACK(f64, double)

static lt_status run_back(lt_range_fn chunk, const lt_lines *l, const void *g, const void *x,
                          const void *y, void *down) {
    back_work w = {l, g, x, y, down};
    int64_t grain = GRAIN / (l->n + 1);
    return lt_parallel(l->outer * l->inner, grain < 1 ? 1 : grain, chunk, &w)
               ? LT_OK
               : lt_fail(LT_EINTERRUPT, "interrupted!");
}

lt_status lt_cumprod_backward(lt_dtype dtype, const lt_lines *l, const void *g, const void *x,
                              const void *y, void *down) {
    return run_back(dtype == LT_FLOAT32 ? cumprod_chunk_f32 : cumprod_chunk_f64, l, g, x, y, down);
}

lt_status lt_logcumsumexp_backward(lt_dtype dtype, const lt_lines *l, const void *g, const void *x,
                                   const void *y, void *down) {
    return run_back(dtype == LT_FLOAT32 ? logcumsumexp_chunk_f32 : logcumsumexp_chunk_f64, l, g, x,
                    y, down);
}
