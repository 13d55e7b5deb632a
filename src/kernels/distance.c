#include "kernels/distance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"

/* Sums of squared differences gain a third of their speed from fused multiply-add. */
#if defined(__clang__)
#pragma clang fp contract(fast)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=fast")
#endif

/* ---- by differences ----
 *
 * The rows of b lie in panels of LANES rows turned over, [d][LANES], so that a step takes one
 * coordinate of LANES rows; ROWS rows of a go through a panel together. */

enum {
    ROWS = 4,
    VECTOR_BYTES = 64,
    LANES = 2 * VECTOR_BYTES / sizeof(float), /* for doubles: half as many, see lanes_of */
    CHUNK_WORK = 1 << 22,                     /* multiplications that are worth a thread */
    CHUNK_ROWS = 64                           /* rows that pass a panel while it is in the cache */
};

static int64_t lanes_of(lt_dtype dtype) {
    return dtype == LT_FLOAT32 ? LANES : LANES / 2;
}

/* Distances of ROWS rows (pointers a) to those of a panel: out [ROWS][lanes]. */
typedef void (*tile_fn)(int64_t d, const void *const *a, const void *panel, void *out, double p);

#define SQRT_float  sqrtf
#define SQRT_double sqrt
#define POW_float   powf
#define POW_double  pow
#define ABS_float   fabsf
#define ABS_double  fabs

/* Order 2. The sums are eight variables, not an array, so that they stay in registers. */
#define EUCLID(T)                                                                                  \
    static LT_SIMD void euclid_##T(int64_t d, const void *const *a, const void *panel, void *out,  \
                                   double p) {                                                     \
        typedef T vector __attribute__((vector_size(VECTOR_BYTES), may_alias));                    \
        enum { N = VECTOR_BYTES / sizeof(T) };                                                     \
        const T *a0 = a[0], *a1 = a[1], *a2 = a[2], *a3 = a[3];                                    \
        const vector zero = {0}, *b = panel;                                                       \
        vector s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero;        \
        vector s7 = zero, x, *sum = out;                                                           \
        T *distance = out;                                                                         \
        (void)p;                                                                                   \
        for (int64_t k = 0; k < d; k++, b += 2) {                                                  \
            x = a0[k] - b[0], s0 += x * x;                                                         \
            x = a0[k] - b[1], s1 += x * x;                                                         \
            x = a1[k] - b[0], s2 += x * x;                                                         \
            x = a1[k] - b[1], s3 += x * x;                                                         \
            x = a2[k] - b[0], s4 += x * x;                                                         \
            x = a2[k] - b[1], s5 += x * x;                                                         \
            x = a3[k] - b[0], s6 += x * x;                                                         \
            x = a3[k] - b[1], s7 += x * x;                                                         \
        }                                                                                          \
        sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;                                        \
        sum[4] = s4, sum[5] = s5, sum[6] = s6, sum[7] = s7;                                        \
        _Pragma("omp simd") for (int j = 0; j < 2 * ROWS * N; j++) distance[j] =                   \
            SQRT_##T(distance[j]);                                                                 \
    }
EUCLID(float)
EUCLID(double)

/* The other orders: x is a difference, s the sum so far and at the end. */
#define TILE(name, T, step, end)                                                                   \
    static LT_SIMD void name##_##T(int64_t d, const void *const *a, const void *panel, void *out,  \
                                   double p) {                                                     \
        enum { N = 2 * VECTOR_BYTES / sizeof(T) };                                                 \
        const T q = (T)p, inverse = (T)(1 / p), *bs = panel;                                       \
        (void)q, (void)inverse;                                                                    \
        for (int r = 0; r < ROWS; r++) {                                                           \
            const T *row = a[r];                                                                   \
            T total[N] = {0}, *distance = (T *)out + r * N;                                        \
            for (int64_t k = 0; k < d; k++) {                                                      \
                _Pragma("omp simd") for (int j = 0; j < N; j++) {                                  \
                    const T x = row[k] - bs[k * N + j], s = total[j];                              \
                    total[j] = (step);                                                             \
                }                                                                                  \
            }                                                                                      \
            _Pragma("omp simd") for (int j = 0; j < N; j++) {                                      \
                const T s = total[j];                                                              \
                distance[j] = (end);                                                               \
            }                                                                                      \
        }                                                                                          \
    }
#define TILES(T)                                                                                   \
    TILE(city, T, s + ABS_##T(x), s)                                                               \
    TILE(largest, T, ABS_##T(x) > s || x != x ? ABS_##T(x) : s, s)                                 \
    TILE(count, T, s + (x != 0), s)                                                                \
    TILE(minkowski, T, s + POW_##T(ABS_##T(x), q), POW_##T(s, inverse))
TILES(float)
TILES(double)

static tile_fn tile_of(lt_dtype dtype, double p) {
    bool single = dtype == LT_FLOAT32;
    return p == 2     ? (single ? euclid_float : euclid_double)
           : p == 1   ? (single ? city_float : city_double)
           : p == 0   ? (single ? count_float : count_double)
           : isinf(p) ? (single ? largest_float : largest_double)
                      : (single ? minkowski_float : minkowski_double);
}

typedef struct direct_work {
    const lt_distance *w;
    tile_fn tile;
    int64_t lanes, panels;
    char *packed; /* [panels][d][lanes] */
    char *out;
} direct_work;

static void pack_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const direct_work *t = context;
    int64_t n = t->w->n, d = t->w->d, lanes = t->lanes;
    for (int64_t panel = begin; panel < end; panel++)
        for (int64_t j = 0; j < lanes; j++) {
            int64_t row = panel * lanes + j < n ? panel * lanes + j : n - 1;
            if (t->w->dtype == LT_FLOAT32)
                for (int64_t k = 0; k < d; k++)
                    ((float *)t->packed)[(panel * d + k) * lanes + j] =
                        ((const float *)t->w->b)[row * d + k];
            else
                for (int64_t k = 0; k < d; k++)
                    ((double *)t->packed)[(panel * d + k) * lanes + j] =
                        ((const double *)t->w->b)[row * d + k];
        }
}

static void direct_rows(const direct_work *t, int64_t row, int64_t end, int64_t panel) {
    const lt_distance *w = t->w;
    size_t size = lt_dtype_size(w->dtype);
    double tile[ROWS * LANES / 2] __attribute__((aligned(VECTOR_BYTES)));
    const void *a[ROWS];
    for (int r = 0; r < ROWS; r++)
        a[r] = (const char *)w->a + (size_t)((row + r < end ? row + r : end - 1) * w->d) * size;
    t->tile(w->d, a, t->packed + (size_t)(panel * w->d * t->lanes) * size, tile, w->p);
    int64_t col = panel * t->lanes, cols = w->n - col < t->lanes ? w->n - col : t->lanes;
    for (int r = 0; r < ROWS && row + r < end; r++)
        memcpy(t->out + (size_t)((row + r) * w->n + col) * size,
               (char *)tile + (size_t)(r * t->lanes) * size, (size_t)cols * size);
}

static void direct_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const direct_work *t = context;
    for (int64_t from = begin; from < end; from += CHUNK_ROWS) {
        int64_t to = from + CHUNK_ROWS < end ? from + CHUNK_ROWS : end;
        for (int64_t panel = 0; panel < t->panels; panel++)
            for (int64_t row = from; row < to; row += ROWS)
                direct_rows(t, row, to, panel);
    }
}

/* Rows that make a chunk of work, a multiple of ROWS. */
static int64_t rows_grain(const lt_distance *w) {
    int64_t rows = CHUNK_WORK / (w->n * (w->d + 4) + 1);
    return rows < ROWS ? ROWS : rows / ROWS * ROWS;
}

static lt_distance_status run_direct(const lt_distance *w, void *out) {
    direct_work t = {w, tile_of(w->dtype, w->p), lanes_of(w->dtype), 0, NULL, out};
    t.panels = lt_chunks(w->n, t.lanes);
    size_t bytes = (size_t)(t.panels * t.lanes * w->d) * lt_dtype_size(w->dtype);
    t.packed = aligned_alloc(VECTOR_BYTES, (bytes + VECTOR_BYTES) / VECTOR_BYTES * VECTOR_BYTES);
    if (!t.packed)
        return LT_DISTANCE_MEMORY;
    bool done = lt_parallel(t.panels, CHUNK_WORK / (t.lanes * (w->d + 1)) + 1, pack_chunk, &t) &&
                lt_parallel(w->m, rows_grain(w), direct_chunk, &t);
    free(t.packed);
    return done ? LT_DISTANCE_DONE : LT_DISTANCE_INTERRUPTED;
}

/* ---- by a matrix product: |a|^2 + |b|^2 - 2 a b, in many dimensions and of order 2 ----
 *
 * Where the result is small beside |a|^2 + |b|^2 its digits have cancelled: such pairs are done
 * again by differences. Both sides are moved by the mean of b first, so that only near pairs are
 * such. */

enum { PRODUCT_DIMS = 64, PRODUCT_ROWS = 256, PRODUCT_COLS = 1024 };
#define PRODUCT_WORK 1e6
#define CANCELLED    0.03

typedef struct product_work {
    const lt_distance *w;
    char *a, *b; /* moved */
    char *norm_a, *norm_b;
    char *out;
} product_work;

#define EXPAND(T)                                                                                  \
    static LT_SIMD T between_##T(int64_t d, const T *a, const T *b) {                              \
        T sum = 0;                                                                                 \
        _Pragma("omp simd reduction(+ : sum)") for (int64_t k = 0; k < d; k++) sum +=              \
            (a[k] - b[k]) * (a[k] - b[k]);                                                         \
        return sum;                                                                                \
    }                                                                                              \
    static LT_SIMD bool finish_##T(int64_t n, T norm, const T *norms, T *out) {                    \
        int cancelled = 0;                                                                         \
        _Pragma("omp simd reduction(| : cancelled)") for (int64_t j = 0; j < n; j++) {             \
            const T both = norm + norms[j], s = both + out[j];                                     \
            const int sound = s >= (T)CANCELLED * both;                                            \
            cancelled |= !sound;                                                                   \
            out[j] = sound ? SQRT_##T(s) : -1;                                                     \
        }                                                                                          \
        return cancelled;                                                                          \
    }                                                                                              \
    static void repair_##T(int64_t n, int64_t d, const T *a, const T *b, T *out) {                 \
        for (int64_t j = 0; j < n; j++)                                                            \
            if (out[j] == -1)                                                                      \
                out[j] = SQRT_##T(between_##T(d, a, b + j * d));                                   \
    }                                                                                              \
    static void move_##T(int64_t n, int64_t d, const T *x, const double *mean, T *out, T *norm) {  \
        for (int64_t i = 0; i < n; i++) {                                                          \
            T sum = 0;                                                                             \
            for (int64_t k = 0; k < d; k++) {                                                      \
                T v = (T)((double)x[i * d + k] - mean[k]);                                         \
                out[i * d + k] = v;                                                                \
                sum += v * v;                                                                      \
            }                                                                                      \
            norm[i] = sum;                                                                         \
        }                                                                                          \
    }                                                                                              \
    static void mean_##T(int64_t n, int64_t d, const T *x, double *mean) {                         \
        memset(mean, 0, (size_t)d * sizeof *mean);                                                 \
        for (int64_t i = 0; i < n; i++)                                                            \
            for (int64_t k = 0; k < d; k++)                                                        \
                mean[k] += (double)x[i * d + k];                                                   \
        for (int64_t k = 0; k < d; k++)                                                            \
            mean[k] /= (double)n;                                                                  \
    }
EXPAND(float)
EXPAND(double)

static void product_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const product_work *t = context;
    const lt_distance *w = t->w;
    int64_t d = w->d, n = w->n;
    size_t size = lt_dtype_size(w->dtype);
    for (int64_t j = 0; j < n; j += PRODUCT_COLS) {
        int64_t cols = n - j < PRODUCT_COLS ? n - j : PRODUCT_COLS;
        char *out = t->out + (size_t)(begin * n + j) * size;
        lt_gemm(w->dtype, false, true, end - begin, cols, d, -2, t->a + (size_t)(begin * d) * size,
                d, t->b + (size_t)(j * d) * size, d, 0, out, n);
        for (int64_t i = begin; i < end; i++, out += (size_t)n * size) {
            if (w->dtype == LT_FLOAT32) {
                const float *a = (const float *)w->a + i * d, *b = (const float *)w->b + j * d;
                if (finish_float(cols, ((float *)t->norm_a)[i], (float *)t->norm_b + j,
                                 (float *)out))
                    repair_float(cols, d, a, b, (float *)out);
            } else {
                const double *a = (const double *)w->a + i * d, *b = (const double *)w->b + j * d;
                if (finish_double(cols, ((double *)t->norm_a)[i], (double *)t->norm_b + j,
                                  (double *)out))
                    repair_double(cols, d, a, b, (double *)out);
            }
        }
    }
}

static lt_distance_status run_product(const lt_distance *w, void *out) {
    size_t size = lt_dtype_size(w->dtype);
    product_work t = {.w = w, .out = out};
    t.a = malloc((size_t)(w->m * w->d) * size);
    t.b = malloc((size_t)(w->n * w->d) * size);
    t.norm_a = malloc((size_t)w->m * size);
    t.norm_b = malloc((size_t)w->n * size);
    double *mean = malloc((size_t)w->d * sizeof *mean);
    lt_distance_status status = LT_DISTANCE_MEMORY;
    if (t.a && t.b && t.norm_a && t.norm_b && mean) {
        if (w->dtype == LT_FLOAT32) {
            mean_float(w->n, w->d, w->b, mean);
            move_float(w->m, w->d, w->a, mean, (float *)t.a, (float *)t.norm_a);
            move_float(w->n, w->d, w->b, mean, (float *)t.b, (float *)t.norm_b);
        } else {
            mean_double(w->n, w->d, w->b, mean);
            move_double(w->m, w->d, w->a, mean, (double *)t.a, (double *)t.norm_a);
            move_double(w->n, w->d, w->b, mean, (double *)t.b, (double *)t.norm_b);
        }
        bool done = lt_parallel(w->m, PRODUCT_ROWS, product_chunk, &t);
        status = done ? LT_DISTANCE_DONE : LT_DISTANCE_INTERRUPTED;
    }
    free(t.a);
    free(t.b);
    free(t.norm_a);
    free(t.norm_b);
    free(mean);
    return status;
}

lt_distance_status lt_distance_run(const lt_distance *w, void *out) {
    if (w->m == 0 || w->n == 0)
        return LT_DISTANCE_DONE;
    double work = (double)w->m * (double)w->n * (double)w->d;
    return w->p == 2 && w->d > PRODUCT_DIMS && work > PRODUCT_WORK ? run_product(w, out)
                                                                   : run_direct(w, out);
}

/* ---- gradients ---- */

typedef struct back_work {
    const lt_distance *w;
    const void *out, *g;
    int64_t row, col;
    void *ga;
} back_work;

enum { BACK_ROWS = 16 }; /* rows whose gradients stay in the cache */

/* One pair: what it adds to the gradient of a. */
#define PAIR(T)                                                                                    \
    static inline __attribute__((always_inline)) void pair_##T(int64_t d, T g, T r, double p,      \
                                                               const T *a, const T *b, T *ga) {    \
        if (p == 2) {                                                                              \
            const T factor = g / r;                                                                \
            _Pragma("omp simd") for (int64_t k = 0; k < d; k++) ga[k] += factor * (a[k] - b[k]);   \
        } else if (p == 1) {                                                                       \
            _Pragma("omp simd") for (int64_t k = 0; k < d; k++) ga[k] +=                           \
                g * (T)((a[k] > b[k]) - (a[k] < b[k]));                                            \
        } else if (isinf(p)) {                                                                     \
            _Pragma("omp simd") for (int64_t k = 0; k < d; k++) {                                  \
                const T x = a[k] - b[k];                                                           \
                ga[k] += x == r ? g : x == -r ? -g : 0;                                            \
            }                                                                                      \
        } else {                                                                                   \
            const T q = (T)(p - 1), factor = g / POW_##T(r, q);                                    \
            _Pragma("omp simd") for (int64_t k = 0; k < d; k++) {                                  \
                const T x = a[k] - b[k], size = POW_##T(x < 0 ? -x : x, q) * factor;               \
                ga[k] += x == 0 ? 0 : x < 0 ? -size : size;                                        \
            }                                                                                      \
        }                                                                                          \
    }
PAIR(float)
PAIR(double)

/* Rows [begin, end) of ga. */
#define BACK(T)                                                                                    \
    static LT_SIMD void back_##T(const back_work *t, int64_t begin, int64_t end) {                 \
        const lt_distance *w = t->w;                                                               \
        const T *a = w->a, *b = w->b, *gs = t->g, *rs = t->out;                                    \
        for (int64_t j = 0; j < w->n; j++)                                                         \
            for (int64_t i = begin; i < end; i++) {                                                \
                const T g = gs[i * t->row + j * t->col], r = rs[i * t->row + j * t->col];          \
                if (r != 0 && g != 0)                                                              \
                    pair_##T(w->d, g, r, w->p, a + i * w->d, b + j * w->d, (T *)t->ga + i * w->d); \
            }                                                                                      \
    }
BACK(float)
BACK(double)

static void back_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const back_work *t = context;
    for (int64_t i = begin; i < end; i += BACK_ROWS) {
        int64_t to = i + BACK_ROWS < end ? i + BACK_ROWS : end;
        if (t->w->dtype == LT_FLOAT32)
            back_float(t, i, to);
        else
            back_double(t, i, to);
    }
}

lt_distance_status lt_distance_back(const lt_distance *w, const void *out, const void *g,
                                    int64_t row, int64_t col, void *ga) {
    back_work t = {w, out, g, row, col, ga};
    if (w->p == 0 || w->m == 0 || w->n == 0)
        return LT_DISTANCE_DONE;
    int64_t grain = CHUNK_WORK / (4 * w->n * (w->d + 4)) + 1;
    return lt_parallel(w->m, grain, back_chunk, &t) ? LT_DISTANCE_DONE : LT_DISTANCE_INTERRUPTED;
}
