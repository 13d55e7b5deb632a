#include "ops/matrices.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/lapack.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

#define SMALL_WORK   1e7   /* multiplications below which a matrix stays in one thread */
#define CHUNK_WORK   65536 /* multiplications that are worth a thread */
#define MATRIX_EXTRA 512   /* the rest of a call, in multiplications */

lt_status lt_matrices_of(lt_matrices *ms, const char *op, const lt_tensor *x, bool square) {
    *ms = (lt_matrices){.op = op, .dtype = lt_lapack_dtype(x)};
    if (x->ndim < 2)
        return lt_fail(LT_EINVAL, "%s: takes a matrix or a batch of them, not %s", op,
                       lt_shape_of(x));
    ms->lead = x->ndim - 2;
    ms->m = x->shape[ms->lead];
    ms->n = x->shape[ms->lead + 1];
    if (square && ms->m != ms->n)
        return lt_fail(LT_EINVAL, "%s: takes a square matrix or a batch of them, not %s", op,
                       lt_shape_of(x));
    if (ms->m > INT_MAX / 4 || ms->n > INT_MAX / 4)
        return lt_fail(LT_EINVAL, "%s: a matrix %s is larger than LAPACK can count", op,
                       lt_shape_of(x));
    memcpy(ms->shape, x->shape, (size_t)ms->lead * sizeof *ms->shape);
    ms->count = lt_shape_numel(ms->lead, ms->shape);
    return LT_OK;
}

lt_dtype lt_lapack_dtype(const lt_tensor *x) {
    return lt_dtype_is_float((lt_dtype)x->dtype) ? (lt_dtype)x->dtype : lt_default_dtype();
}

double lt_epsilon(lt_dtype dtype) {
    return dtype == LT_FLOAT32 ? FLT_EPSILON : DBL_EPSILON;
}

lt_status lt_as_dtype(lt_tensor **x, lt_tensor *room, lt_dtype dtype) {
    if ((lt_dtype)(*x)->dtype == dtype)
        return LT_OK;
    LT_TRY(lt_to(room, *x, dtype));
    *x = room;
    return LT_OK;
}

lt_status lt_matrices_new(lt_tensor *out, lt_matrices *ms, int64_t rows, int64_t cols) {
    int64_t shape[LT_MAX_DIMS];
    int ndim = ms->lead;
    memcpy(shape, ms->shape, (size_t)ndim * sizeof *shape);
    if (rows >= 0)
        shape[ndim++] = rows;
    if (cols >= 0)
        shape[ndim++] = cols;
    return lt_empty(out, ms->dtype, ndim, shape);
}

/* x - x is 0 for finite x and NaN for the rest. */
#define FINITE(T)                                                                                  \
    static LT_SIMD bool finite_##T(int64_t n, const T *x) {                                        \
        T sum = 0;                                                                                 \
        _Pragma("omp simd reduction(+ : sum)") for (int64_t i = 0; i < n; i++) sum += x[i] - x[i]; \
        return sum == 0;                                                                           \
    }
FINITE(float)
FINITE(double)

bool lt_all_finite(lt_dtype dtype, int64_t n, const void *x) {
    return dtype == LT_FLOAT32 ? finite_float(n, x) : finite_double(n, x);
}

lt_status lt_check_finite(const lt_matrices *ms, lt_tensor *x) {
    lt_tensor dense LT_EMPTY;
    LT_TRY(lt_contiguous(&dense, x));
    bool finite = lt_all_finite((lt_dtype)dense.dtype, dense.numel, lt_data(&dense));
    lt_release(&dense);
    return finite ? LT_OK
                  : lt_fail(LT_EINVAL, "%s: the matrix holds NaN or infinite values", ms->op);
}

/* ---- the batch ---- */

typedef struct batch {
    lt_each_fn one;
    void *context;
    int *answer; /* [count] */
} batch;

static void batch_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const batch *b = context;
    for (int64_t i = begin; i < end && !lt_interrupted(); i++)
        b->answer[i] = b->one(b->context, i);
}

/* "the matrix", or which one of a batch. */
static const char *which(const lt_matrices *ms, int64_t i, char *room, size_t size) {
    if (ms->lead == 0)
        return "the matrix";
    snprintf(room, size, "matrix %lld of the batch", (long long)i + 1);
    return room;
}

static lt_status explain(const lt_matrices *ms, lt_matrix_condition condition, int64_t i,
                         int answer) {
    char room[64];
    const char *what = which(ms, i, room, sizeof room);
    switch (answer) {
    case LT_LAPACK_MEMORY:
        return lt_fail(LT_ENOMEM, "out of memory: %s of a matrix %s", ms->op,
                       lt_shape_text(2, (int64_t[]){ms->m, ms->n}));
    case LT_NOT_FINITE:
        return lt_fail(LT_EINVAL, "%s: %s holds NaN or infinite values", ms->op, what);
    case LT_NOT_SYMMETRIC:
        return lt_fail(LT_EINVAL, "%s: %s is not symmetric", ms->op, what);
    case LT_IS_COMPLEX:
        return lt_fail(LT_EINVAL, "%s: %s has complex eigenvalues", ms->op, what);
    }
    switch (condition) {
    case LT_IF_SINGULAR:
        return lt_fail(LT_EINVAL, "%s: %s is singular (pivot %d of %lld vanishes)", ms->op, what,
                       answer, (long long)ms->n);
    case LT_IF_NOT_POSITIVE:
        return lt_fail(LT_EINVAL,
                       "%s: %s is not positive definite (its leading minor of order %d is not "
                       "positive)",
                       ms->op, what, answer);
    default:
        return lt_fail(LT_EINVAL, "%s: no convergence for %s", ms->op, what);
    }
}

lt_status lt_each_matrix(const lt_matrices *ms, double work, lt_matrix_condition condition,
                         lt_each_fn one, void *context) {
    if (ms->count == 0)
        return LT_OK;
    int few[16] = {0};
    batch b = {one, context, ms->count <= 16 ? few : calloc((size_t)ms->count, sizeof(int))};
    if (!b.answer)
        return lt_fail(LT_ENOMEM, "out of memory: %s", ms->op);
    bool large = work > SMALL_WORK;
    int64_t grain = large ? ms->count : (int64_t)(CHUNK_WORK / (work + MATRIX_EXTRA)) + 1;
    lt_lapack_share(large);
    lt_parallel(ms->count, grain, batch_chunk, &b);
    lt_lapack_share(true);
    lt_status s = lt_check_interrupt();
    for (int64_t i = 0; s == LT_OK && i < ms->count; i++)
        if (b.answer[i] != 0)
            s = explain(ms, condition, i, b.answer[i]);
    if (b.answer != few)
        free(b.answer);
    return s;
}

/* Element [i][j] against [j][i], relative to the largest. */
#define SYMMETRIC(T, tolerance)                                                                    \
    static bool symmetric_##T(int64_t n, const T *a) {                                             \
        T largest = 0, difference = 0;                                                             \
        for (int64_t i = 0; i < n; i++)                                                            \
            for (int64_t j = 0; j <= i; j++) {                                                     \
                T d = a[i * n + j] - a[j * n + i], x = a[i * n + j];                               \
                d = d < 0 ? -d : d;                                                                \
                x = x < 0 ? -x : x;                                                                \
                difference = d > difference ? d : difference;                                      \
                largest = x > largest ? x : largest;                                               \
            }                                                                                      \
        return difference <= (T)(tolerance)*largest;                                               \
    }
SYMMETRIC(float, 1e-3)
SYMMETRIC(double, 1e-5)

int lt_check_symmetric(lt_dtype dtype, int64_t n, const void *a) {
    if (!lt_all_finite(dtype, n * n, a))
        return LT_NOT_FINITE;
    bool same = dtype == LT_FLOAT32 ? symmetric_float(n, a) : symmetric_double(n, a);
    return same ? 0 : LT_NOT_SYMMETRIC;
}

/* ---- LU factors, and when they say that a matrix is singular ---- */

enum { FEW = 32 }; /* sizes up to this need no allocation */

/* The largest element of each row of a [n, n], and the largest sum along a row. */
#define SCALES(T)                                                                                  \
    static LT_SIMD double scales_##T(int64_t n, const T *a, double *largest) {                     \
        double norm = 0;                                                                           \
        for (int64_t i = 0; i < n; i++, a += n) {                                                  \
            T sum = 0, most = 0;                                                                   \
            _Pragma("omp simd reduction(+ : sum) reduction(max : most)") for (int64_t j = 0;       \
                                                                              j < n; j++) {        \
                const T x = a[j] < 0 ? -a[j] : a[j];                                               \
                sum += x;                                                                          \
                most = x > most ? x : most;                                                        \
            }                                                                                      \
            largest[i] = (double)most;                                                             \
            norm = (double)sum > norm ? (double)sum : norm;                                        \
        }                                                                                          \
        return norm;                                                                               \
    }
SCALES(float)
SCALES(double)

static double pivot_size(lt_dtype dtype, int64_t n, const void *lu, int64_t i) {
    return fabs(dtype == LT_FLOAT32 ? (double)((const float *)lu)[i * (n + 1)]
                                    : ((const double *)lu)[i * (n + 1)]);
}

/* The first pivot that is small beside its row of a (LAPACK's column), counted from 1; 0 if there
 * is none. A matrix that is merely badly scaled has none. */
static int small_pivot(lt_dtype dtype, int64_t n, const void *lu, const double *largest) {
    double noise = 8 * lt_epsilon(dtype) * (double)n;
    for (int64_t i = 0; i < n; i++)
        if (pivot_size(dtype, n, lu, i) <= noise * largest[i])
            return (int)i + 1;
    return 0;
}

/* Factor a [n, n] in place. */
static int factor(lt_dtype dtype, int64_t n, void *a, int *pivots, bool exact) {
    double few[FEW], *largest = n <= FEW ? few : malloc((size_t)n * sizeof *largest);
    if (!largest)
        return LT_LAPACK_MEMORY;
    int info = lt_all_finite(dtype, n * n, a) ? 0 : LT_NOT_FINITE;
    double norm = 0, rcond = 1;
    if (info == 0 && !exact)
        norm = dtype == LT_FLOAT32 ? scales_float(n, a, largest) : scales_double(n, a, largest);
    if (info == 0)
        info = lt_lapack_lu(dtype, n, a, pivots);
    int small = info == 0 && !exact ? small_pivot(dtype, n, a, largest) : 0;
    if (small > 0)
        info = lt_lapack_lu_condition(dtype, n, a, norm, &rcond);
    if (info == 0 && rcond < lt_epsilon(dtype))
        info = small;
    if (largest != few)
        free(largest);
    return info;
}

int lt_with_lu(lt_dtype dtype, int64_t n, void *a, bool exact, lt_lu_fn use, void *argument) {
    int few[FEW], *pivots = n <= FEW ? few : malloc((size_t)n * sizeof *pivots);
    if (!pivots)
        return LT_LAPACK_MEMORY;
    int info = factor(dtype, n, a, pivots, exact);
    if (info == 0)
        info = use(dtype, n, a, pivots, argument);
    if (pivots != few)
        free(pivots);
    return info;
}

/* ---- results ---- */

lt_status lt_record_results(const char *name, lt_backward_fn backward, lt_tensor *a, int n,
                            lt_tensor *const *results, bool flag) {
    if (!lt_must_record(a))
        return LT_OK;
    lt_node *node = lt_node_new(name, backward, 1, &a, n, sizeof(bool));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", name);
    *(bool *)node->extra = flag;
    lt_status s = LT_OK;
    for (int i = 0; s == LT_OK && i < n; i++)
        s = lt_node_save(node, i, results[i]);
    for (int i = 0; s == LT_OK && i < n; i++)
        s = lt_node_result(node, i, results[i]);
    lt_node_release(node);
    return s;
}

static lt_status check_pairs(const char *op, const lt_tensor *values, const lt_tensor *x) {
    int64_t k = values->shape[values->ndim - 1];
    for (int64_t at = 0; at < values->numel; at += k)
        for (int64_t i = 0; i < k; i++)
            for (int64_t j = 0; j < k; j++)
                if (i != j && lt_get_double(values, at + i) == lt_get_double(values, at + j) &&
                    lt_get_double(x, (at + i) * k + j) != 0)
                    return lt_fail(LT_EINVAL,
                                   "backward: %s gave equal values in places %lld and %lld; their "
                                   "vectors are not unique and have no gradient",
                                   op, (long long)i + 1, (long long)j + 1);
    return LT_OK;
}

lt_status lt_check_distinct(const char *op, lt_tensor *values, lt_tensor *x) {
    lt_tensor dense_values LT_EMPTY, dense_x LT_EMPTY;
    LT_TRY(lt_contiguous(&dense_values, values));
    lt_status s = lt_contiguous(&dense_x, x);
    if (s == LT_OK)
        s = check_pairs(op, &dense_values, &dense_x);
    lt_release(&dense_values);
    lt_release(&dense_x);
    return s;
}

void lt_release_results(int n, lt_tensor *const *results) {
    for (int i = 0; i < n; i++)
        if (results[i])
            lt_release(results[i]);
}

void lt_set_identity(lt_tensor *t) {
    int64_t m = t->shape[t->ndim - 2], n = t->shape[t->ndim - 1];
    memset(lt_data(t), 0, (size_t)t->numel * lt_dtype_size((lt_dtype)t->dtype));
    for (int64_t at = 0; at < t->numel; at += m * n)
        for (int64_t i = 0; i < m && i < n; i++)
            lt_set_double(t, at + i * (n + 1), 1);
}
