/* matrices.h - one routine over a batch of matrices [.., m, n]: shapes, dtypes, threads, and words
 * for what LAPACK's numbers mean. */
#ifndef LT_OPS_MATRICES_H
#define LT_OPS_MATRICES_H

#include "tensor/node.h"
#include "tensor/tensor.h"

/* What the routine for one matrix may answer beside 0, LT_LAPACK_MEMORY and LAPACK's positive
 * numbers. */
enum {
    LT_NOT_FINITE = -2,
    LT_NOT_SYMMETRIC = -3,
    LT_IS_COMPLEX = -4,
};

/* What a positive answer means. */
typedef enum lt_matrix_condition {
    LT_IF_SINGULAR,     /* the pivot of that number vanishes */
    LT_IF_NOT_POSITIVE, /* the leading minor of that order is not positive */
    LT_IF_NO_CONVERGENCE,
} lt_matrix_condition;

typedef struct lt_matrices {
    const char *op; /* "linalg.inv" */
    lt_dtype dtype;
    int lead; /* leading dimensions */
    int64_t count, m, n;
    int64_t shape[LT_MAX_DIMS]; /* leading dimensions; room for two more */
} lt_matrices;

/* Is x a matrix or a batch of them, of sizes that LAPACK can count? */
lt_status lt_matrices_of(lt_matrices *ms, const char *op, const lt_tensor *x, bool square);

/* x itself if it has this dtype, else its conversion (recorded) in `*room`. */
lt_status lt_as_dtype(lt_tensor **x, lt_tensor *room, lt_dtype dtype);

/* The dtype that LAPACK works in for x: its own, or the default one for integers. */
lt_dtype lt_lapack_dtype(const lt_tensor *x);

/* Distance from 1 to the next number. */
double lt_epsilon(lt_dtype dtype);

/* A new batch [.., rows, cols], or [.., rows] where cols is -1, or [..] where both are. */
lt_status lt_matrices_new(lt_tensor *out, lt_matrices *ms, int64_t rows, int64_t cols);

/* Matrix number `i` of a dense batch whose matrices have `elements` elements. */
static inline void *lt_matrix_at(const lt_tensor *t, int64_t i, int64_t elements) {
    return (char *)lt_data(t) + (size_t)(i * elements) * lt_dtype_size((lt_dtype)t->dtype);
}

/* True if no element is NaN or infinite. */
bool lt_all_finite(lt_dtype dtype, int64_t n, const void *x);

/* An error that names ms->op if x holds NaN or infinite values. */
lt_status lt_check_finite(const lt_matrices *ms, lt_tensor *x);

/* Call one(context, i) for each matrix: in parallel where they are small (`work` is the
 * multiplications that one takes), one after the other where the library has threads of its own.
 * The first answer that is not 0 becomes an error. */
typedef int (*lt_each_fn)(void *context, int64_t i);
lt_status lt_each_matrix(const lt_matrices *ms, double work, lt_matrix_condition condition,
                         lt_each_fn one, void *context);

/* 0, or what is wrong with a matrix [n, n] that has to be symmetric: LT_NOT_FINITE,
 * LT_NOT_SYMMETRIC. Differences by rounding pass. */
int lt_check_symmetric(lt_dtype dtype, int64_t n, const void *a);

/* Factor a [n, n] in place (lt_lapack_lu) and, if that went well, call `use` with the factors.
 * `exact` takes only zero pivots for a failure; otherwise a matrix counts as singular also where a
 * pivot is as small as rounding errors and the condition number is above 1 / epsilon: what follows
 * would be noise. */
typedef int (*lt_lu_fn)(lt_dtype dtype, int64_t n, void *lu, const int *pivots, void *argument);
int lt_with_lu(lt_dtype dtype, int64_t n, void *a, bool exact, lt_lu_fn use, void *argument);

/* Put the results of a factorisation of `a` on the graph, if `a` is there; the node keeps them
 * all, and `flag` in its extra bytes. */
lt_status lt_record_results(const char *name, lt_backward_fn backward, lt_tensor *a, int n,
                            lt_tensor *const *results, bool flag);

/* May a gradient x [.., k, k] of vectors be divided by the differences of their values [.., k]? The
 * vectors of equal values are not unique: an error unless x is 0 for each such pair. */
lt_status lt_check_distinct(const char *op, lt_tensor *values, lt_tensor *x);

/* Release tensors; NULL entries are none. */
void lt_release_results(int n, lt_tensor *const *results);

/* Write ones on the diagonals of a dense batch, zeros elsewhere. */
void lt_set_identity(lt_tensor *t);

#endif
