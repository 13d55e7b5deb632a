/* The reducers: sums, products, extremes, moments, tests, logsumexp, norms. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "kernels/reduce.h"
#include "kernels/simd.h"

enum { LANES = 32 }; /* independent accumulators, for vectors and to hide latency */

/* ---- folds: one accumulator of type A, `fold` takes acc and x ---- */

/* Fold one element into `sum`. */
#define STEP(A, T, element, sum, each, fold)                                                       \
    do {                                                                                           \
        const T e = (element);                                                                     \
        const A acc = (sum), x = (A)(each);                                                        \
        (sum) = (A)(fold);                                                                         \
    } while (0)

/* `each` maps an element to A before it is folded. */
#define FOLD(name, T, A, initial, each, fold)                                                      \
    static LT_SIMD void name##_block(int64_t n, const void *xs, int64_t first, void *partial,      \
                                     const double *p) {                                            \
        (void)first, (void)p;                                                                      \
        const T *v = xs;                                                                           \
        A lane[LANES], total = (initial);                                                          \
        int64_t i = 0;                                                                             \
        for (int j = 0; j < LANES; j++)                                                            \
            lane[j] = (initial);                                                                   \
        for (; i + LANES <= n; i += LANES) {                                                       \
            _Pragma("omp simd") for (int j = 0; j < LANES; j++) {                                  \
                const T e = v[i + j];                                                              \
                const A acc = lane[j], x = (A)(each);                                              \
                lane[j] = (A)(fold);                                                               \
            }                                                                                      \
        }                                                                                          \
        for (int j = 0; j < LANES; j++) {                                                          \
            const A acc = total, x = lane[j];                                                      \
            total = (A)(fold);                                                                     \
        }                                                                                          \
        for (; i < n; i++) {                                                                       \
            const T e = v[i];                                                                      \
            const A acc = total, x = (A)(each);                                                    \
            total = (A)(fold);                                                                     \
        }                                                                                          \
        *(A *)partial = total;                                                                     \
    }                                                                                              \
    static void name##_merge(void *partial, const void *next) {                                    \
        const A acc = *(A *)partial, x = *(const A *)next;                                         \
        *(A *)partial = (A)(fold);                                                                 \
    }                                                                                              \
    static LT_SIMD void name##_columns(int64_t rows, int64_t cols, const char *xs,                 \
                                       int64_t row_stride, void *partials) {                       \
        A *total = partials;                                                                       \
        int64_t i = 0;                                                                             \
        for (int64_t c = 0; c < cols; c++)                                                         \
            total[c] = (initial);                                                                  \
        for (; i + 4 <= rows; i += 4) {                                                            \
            const char *at = xs + i * row_stride;                                                  \
            const T *v0 = (const T *)at, *v1 = (const T *)(at + row_stride);                       \
            const T *v2 = (const T *)(at + 2 * row_stride),                                        \
                    *v3 = (const T *)(at + 3 * row_stride);                                        \
            _Pragma("omp simd") for (int64_t c = 0; c < cols; c++) {                               \
                A sum = total[c];                                                                  \
                STEP(A, T, v0[c], sum, each, fold);                                                \
                STEP(A, T, v1[c], sum, each, fold);                                                \
                STEP(A, T, v2[c], sum, each, fold);                                                \
                STEP(A, T, v3[c], sum, each, fold);                                                \
                total[c] = sum;                                                                    \
            }                                                                                      \
        }                                                                                          \
        for (; i < rows; i++) {                                                                    \
            const T *v = (const T *)(xs + i * row_stride);                                         \
            _Pragma("omp simd") for (int64_t c = 0; c < cols; c++) {                               \
                A sum = total[c];                                                                  \
                STEP(A, T, v[c], sum, each, fold);                                                 \
                total[c] = sum;                                                                    \
            }                                                                                      \
        }                                                                                          \
    }

#define FINISH(name, A, OUT, value_of)                                                             \
    static void name##_finish(const void *partial, void *out, void *value, const double *p) {      \
        (void)value, (void)p;                                                                      \
        const A acc = *(const A *)partial;                                                         \
        *(OUT *)out = (OUT)(value_of);                                                             \
    }

#define REDUCER(name, A, end)                                                                      \
    static const lt_reducer name##_##end##_reducer = {sizeof(A), name##_block, name##_merge,       \
                                                      end##_finish, name##_columns}

#define ADD      acc + x
#define MULTIPLY acc *x
#define LARGER   x > acc || x != x ? x : acc
#define SMALLER  x < acc || x != x ? x : acc

/* name, type, accumulator and the type of the result */
#define SUMS(s, T, A, OUT)                                                                         \
    FOLD(sum_##s, T, A, 0, e, ADD)                                                                 \
    FOLD(prod_##s, T, A, 1, e, MULTIPLY)                                                           \
    FINISH(value_##s, A, OUT, acc)                                                                 \
    REDUCER(sum_##s, A, value_##s);                                                                \
    REDUCER(prod_##s, A, value_##s);
SUMS(f32, float, double, float)
SUMS(f64, double, double, double)
SUMS(i64, int64_t, int64_t, int64_t)
SUMS(u8, uint8_t, int64_t, int64_t)

FINISH(mean_f32, double, float, acc / p[0])
FINISH(mean_f64, double, double, acc / p[0])
REDUCER(sum_f32, double, mean_f32);
REDUCER(sum_f64, double, mean_f64);

#define EXTREMES(s, T, least, greatest)                                                            \
    FOLD(max_##s, T, T, least, e, LARGER)                                                          \
    FOLD(min_##s, T, T, greatest, e, SMALLER)                                                      \
    FINISH(extreme_##s, T, T, acc)                                                                 \
    REDUCER(max_##s, T, extreme_##s);                                                              \
    REDUCER(min_##s, T, extreme_##s);
EXTREMES(f32, float, -INFINITY, INFINITY)
EXTREMES(f64, double, -INFINITY, INFINITY)
EXTREMES(i64, int64_t, INT64_MIN, INT64_MAX)
EXTREMES(u8, uint8_t, 0, 255)

#define TESTS(s, T)                                                                                \
    FOLD(any_##s, T, uint8_t, 0, e != 0, acc | x)                                                  \
    FOLD(all_##s, T, uint8_t, 1, e != 0, acc & x)                                                  \
    REDUCER(any_##s, uint8_t, extreme_u8);                                                         \
    REDUCER(all_##s, uint8_t, extreme_u8);
TESTS(f32, float)
TESTS(f64, double)
TESTS(i64, int64_t)
TESTS(u8, uint8_t)

/* ---- argmax and argmin: the extreme of the block, then the first place that holds it ---- */

#define PLACE(name, fold_name, T, better)                                                          \
    typedef struct name##_partial {                                                                \
        T value;                                                                                   \
        int64_t index;                                                                             \
    } name##_partial;                                                                              \
    /* First place of m (or of NaN where m is): whole strips without it are skipped. */            \
    static LT_SIMD int64_t name##_find(int64_t n, const T *v, T m) {                               \
        int64_t i = 0;                                                                             \
        for (; i + LANES <= n; i += LANES) {                                                       \
            int found = 0;                                                                         \
            _Pragma("omp simd reduction(| : found)") for (int j = 0; j < LANES; j++) found |=      \
                m == m ? v[i + j] == m : v[i + j] != v[i + j];                                     \
            if (found)                                                                             \
                break;                                                                             \
        }                                                                                          \
        while (i < n - 1 && !(m == m ? v[i] == m : v[i] != v[i]))                                  \
            i++;                                                                                   \
        return i;                                                                                  \
    }                                                                                              \
    static void name##_block(int64_t n, const void *xs, int64_t first, void *partial,              \
                             const double *p) {                                                    \
        name##_partial *out = partial;                                                             \
        T m;                                                                                       \
        fold_name##_block(n, xs, first, &m, p);                                                    \
        out->value = m;                                                                            \
        out->index = first + name##_find(n, xs, m);                                                \
    }                                                                                              \
    static void name##_merge(void *partial, const void *next) {                                    \
        name##_partial *a = partial;                                                               \
        const name##_partial *b = next;                                                            \
        const T x = b->value, acc = a->value;                                                      \
        if (acc == acc && (better))                                                                \
            *a = *b;                                                                               \
    }                                                                                              \
    static void name##_finish(const void *partial, void *out, void *value, const double *p) {      \
        (void)p;                                                                                   \
        const name##_partial *a = partial;                                                         \
        *(int64_t *)out = a->index + 1;                                                            \
        if (value)                                                                                 \
            *(T *)value = a->value;                                                                \
    }                                                                                              \
    static const lt_reducer name##_reducer = {sizeof(name##_partial), name##_block, name##_merge,  \
                                              name##_finish, NULL};

#define PLACES(s, T)                                                                               \
    PLACE(argmax_##s, max_##s, T, x > acc || x != x)                                               \
    PLACE(argmin_##s, min_##s, T, x < acc || x != x)
PLACES(f32, float)
PLACES(f64, double)
PLACES(i64, int64_t)
PLACES(u8, uint8_t)

/* ---- moments: two passes over a block that is in cache, blocks joined as in Chan, Golub and
 * LeVeque (1979) ---- */

typedef struct moments {
    double n, mean, m2;
} moments;

#define MOMENTS(s, T)                                                                              \
    static LT_SIMD void moments_##s##_block(int64_t n, const void *xs, int64_t first,              \
                                            void *partial, const double *p) {                      \
        (void)first, (void)p;                                                                      \
        const T *v = xs;                                                                           \
        double lane[LANES] = {0}, rest[LANES] = {0}, sum = 0, shift = 0, m2 = 0;                   \
        int64_t i = 0;                                                                             \
        for (; i + LANES <= n; i += LANES) {                                                       \
            _Pragma("omp simd") for (int j = 0; j < LANES; j++) lane[j] += (double)v[i + j];       \
        }                                                                                          \
        for (; i < n; i++)                                                                         \
            sum += (double)v[i];                                                                   \
        for (int j = 0; j < LANES; j++)                                                            \
            sum += lane[j], lane[j] = 0;                                                           \
        const double mean = n ? sum / (double)n : 0;                                               \
        for (i = 0; i + LANES <= n; i += LANES) {                                                  \
            _Pragma("omp simd") for (int j = 0; j < LANES; j++) {                                  \
                const double d = (double)v[i + j] - mean;                                          \
                lane[j] += d * d;                                                                  \
                rest[j] += d;                                                                      \
            }                                                                                      \
        }                                                                                          \
        for (; i < n; i++) {                                                                       \
            const double d = (double)v[i] - mean;                                                  \
            m2 += d * d;                                                                           \
            shift += d;                                                                            \
        }                                                                                          \
        for (int j = 0; j < LANES; j++)                                                            \
            m2 += lane[j], shift += rest[j];                                                       \
        if (n) /* what rounding left of the mean */                                                \
            m2 -= shift * shift / (double)n;                                                       \
        *(moments *)partial =                                                                      \
            (moments){(double)n, n ? mean + shift / (double)n : 0, m2 < 0 ? 0 : m2};               \
    }
MOMENTS(f32, float)
MOMENTS(f64, double)

static void moments_merge(void *partial, const void *next) {
    moments *a = partial;
    const moments *b = next;
    double n = a->n + b->n, d = b->mean - a->mean;
    if (b->n == 0)
        return;
    a->m2 += b->m2 + d * d * a->n * b->n / n;
    a->mean += d * b->n / n;
    a->n = n;
}

static double variance(const void *partial, const double *p) {
    const moments *m = partial;
    return m->m2 / (p[0] - p[1] > 0 ? p[0] - p[1] : 0);
}

#define MOMENT_FINISH(s, OUT)                                                                      \
    static void var_##s##_finish(const void *partial, void *out, void *value, const double *p) {   \
        (void)value;                                                                               \
        *(OUT *)out = (OUT)variance(partial, p);                                                   \
    }                                                                                              \
    static void std_##s##_finish(const void *partial, void *out, void *value, const double *p) {   \
        (void)value;                                                                               \
        *(OUT *)out = (OUT)sqrt(variance(partial, p));                                             \
    }                                                                                              \
    static const lt_reducer var_##s##_reducer = {sizeof(moments), moments_##s##_block,             \
                                                 moments_merge, var_##s##_finish, NULL};           \
    static const lt_reducer std_##s##_reducer = {sizeof(moments), moments_##s##_block,             \
                                                 moments_merge, std_##s##_finish, NULL};
MOMENT_FINISH(f32, float)
MOMENT_FINISH(f64, double)

/* ---- logsumexp: the largest element, and the sum of exp(x - largest) ---- */

typedef struct scaled_sum {
    double largest, sum;
} scaled_sum;

#define SCALED_SUM(s, T, EXP)                                                                      \
    static LT_SIMD double exp_sum_##s(int64_t n, const T *v, T largest) {                          \
        double sum = 0;                                                                            \
        _Pragma("omp simd reduction(+ : sum)") for (int64_t i = 0; i < n; i++) sum +=              \
            (double)EXP(v[i] - largest);                                                           \
        return sum;                                                                                \
    }                                                                                              \
    static void logsumexp_##s##_block(int64_t n, const void *xs, int64_t first, void *partial,     \
                                      const double *p) {                                           \
        T m;                                                                                       \
        max_##s##_block(n, xs, first, &m, p);                                                      \
        double sum = isinf(m) ? (m > 0) : exp_sum_##s(n, xs, m);                                   \
        *(scaled_sum *)partial = (scaled_sum){(double)m, sum};                                     \
    }                                                                                              \
    static void logsumexp_##s##_finish(const void *partial, void *out, void *value,                \
                                       const double *p) {                                          \
        (void)value, (void)p;                                                                      \
        const scaled_sum *a = partial;                                                             \
        *(T *)out = (T)(isinf(a->largest) ? a->largest : a->largest + log(a->sum));                \
    }                                                                                              \
    static const lt_reducer logsumexp_##s##_reducer = {                                            \
        sizeof(scaled_sum), logsumexp_##s##_block, logsumexp_merge, logsumexp_##s##_finish, NULL};

static void logsumexp_merge(void *partial, const void *next) {
    scaled_sum *a = partial;
    const scaled_sum *b = next;
    if (a->largest != a->largest || b->sum == 0)
        return;
    if (!(b->largest <= a->largest)) { /* larger, or NaN */
        scaled_sum t = *a;
        *a = *b;
        if (t.sum != 0 && !isinf(a->largest))
            a->sum += t.sum * exp(t.largest - a->largest);
    } else if (!isinf(a->largest)) {
        a->sum += b->sum * exp(b->largest - a->largest);
    }
}

SCALED_SUM(f32, float, expf)
SCALED_SUM(f64, double, exp)

/* ---- norms: the common orders are folds; the general one takes its order from p[1] ---- */

#define NORMS(s, T)                                                                                \
    FOLD(squares_##s, T, double, 0, (double)e *(double)e, ADD)                                     \
    FOLD(abs_sum_##s, T, double, 0, fabs((double)e), ADD)                                          \
    FOLD(abs_max_##s, T, double, 0, fabs((double)e), LARGER)                                       \
    FOLD(abs_min_##s, T, double, INFINITY, fabs((double)e), SMALLER)                               \
    FOLD(nonzero_##s, T, double, 0, e != 0, ADD)                                                   \
    FINISH(root_##s, double, T, sqrt(acc))                                                         \
    FINISH(power_root_##s, double, T, pow(acc, 1 / p[1]))                                          \
    REDUCER(squares_##s, double, root_##s);                                                        \
    REDUCER(abs_sum_##s, double, value_##s);                                                       \
    REDUCER(abs_max_##s, double, value_##s);                                                       \
    REDUCER(abs_min_##s, double, value_##s);                                                       \
    REDUCER(nonzero_##s, double, value_##s);                                                       \
    static void powers_##s##_block(int64_t n, const void *xs, int64_t first, void *partial,        \
                                   const double *p) {                                              \
        (void)first;                                                                               \
        double sum = 0;                                                                            \
        for (int64_t i = 0; i < n; i++)                                                            \
            sum += pow(fabs((double)((const T *)xs)[i]), p[1]);                                    \
        *(double *)partial = sum;                                                                  \
    }                                                                                              \
    static const lt_reducer powers_##s##_reducer = {                                               \
        sizeof(double), powers_##s##_block, abs_sum_##s##_merge, power_root_##s##_finish, NULL};
NORMS(f32, float)
NORMS(f64, double)

/* ---- the table ---- */

const lt_reducer *lt_reducer_for(lt_reduce_op op, lt_dtype dtype) {
#define ALL(name, end_f32, end_f64, end_i64, end_u8)                                               \
    {                                                                                              \
        &name##_u8##end_u8##_reducer, &name##_u8##end_u8##_reducer,                                \
            &name##_i64##end_i64##_reducer, &name##_f32##end_f32##_reducer,                        \
            &name##_f64##end_f64##_reducer                                                         \
    }
#define REAL(name, end_f32, end_f64)                                                               \
    { NULL, NULL, NULL, &name##_f32##end_f32##_reducer, &name##_f64##end_f64##_reducer }
    static const lt_reducer *const table[LT_REDUCE_COUNT][LT_DTYPE_COUNT] = {
        [LT_RE_sum] = ALL(sum, _value_f32, _value_f64, _value_i64, _value_u8),
        [LT_RE_prod] = ALL(prod, _value_f32, _value_f64, _value_i64, _value_u8),
        [LT_RE_mean] = REAL(sum, _mean_f32, _mean_f64),
        [LT_RE_max] = ALL(max, _extreme_f32, _extreme_f64, _extreme_i64, _extreme_u8),
        [LT_RE_min] = ALL(min, _extreme_f32, _extreme_f64, _extreme_i64, _extreme_u8),
        [LT_RE_argmax] = ALL(argmax, , , , ),
        [LT_RE_argmin] = ALL(argmin, , , , ),
        [LT_RE_var] = REAL(var, , ),
        [LT_RE_std] = REAL(std, , ),
        [LT_RE_any] = ALL(any, _extreme_u8, _extreme_u8, _extreme_u8, _extreme_u8),
        [LT_RE_all] = ALL(all, _extreme_u8, _extreme_u8, _extreme_u8, _extreme_u8),
        [LT_RE_logsumexp] = REAL(logsumexp, , ),
        [LT_RE_norm] = REAL(powers, , ),
        [LT_RE_norm0] = REAL(nonzero, _value_f32, _value_f64),
        [LT_RE_norm1] = REAL(abs_sum, _value_f32, _value_f64),
        [LT_RE_norm2] = REAL(squares, _root_f32, _root_f64),
        [LT_RE_norm_max] = REAL(abs_max, _value_f32, _value_f64),
        [LT_RE_norm_min] = REAL(abs_min, _value_f32, _value_f64),
    };
    return table[op][dtype];
}
