/* lapack.h - LAPACK on one dense, row-major matrix, float32 or float64.
 *
 * LAPACK stores columns. What it sees in our memory is the transpose, so each function here asks
 * for the factorisation of the transpose that is, read by rows, the one wanted of the matrix: the
 * SVD with its sides exchanged, LQ for QR, the upper Cholesky factor for the lower one. Nothing is
 * copied for it.
 *
 * All return 0, a positive number with LAPACK's meaning (given below), or LT_LAPACK_MEMORY. Sizes
 * are positive and fit an int; the matrices given are overwritten. */
#ifndef LT_LAPACK_H
#define LT_LAPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

enum {
    LT_LAPACK_MEMORY = -1, /* no memory, or a work space past what LAPACK can count */
};

/* Keep the library's calls from this thread to this thread (or let them share their work again):
 * for small matrices, which it cuts up as well, waiting for other threads costs more than the work.
 * The kernels' own threads are not concerned. */
void lt_lapack_share(bool share);

/* a [n, n], symmetric positive definite, becomes its lower factor. i > 0: the leading minor of
 * order i is not positive. */
int lt_lapack_cholesky(lt_dtype dtype, int64_t n, void *a);

/* P L U of the transpose of a [n, n], in place. i > 0: the pivot i is exactly 0. */
int lt_lapack_lu(lt_dtype dtype, int64_t n, void *a, int *pivots);

/* Estimate of 1 / (norm of a * norm of its inverse), in the largest sum along a row of the given
 * matrix, from the factors and that `norm` of a. */
int lt_lapack_lu_condition(lt_dtype dtype, int64_t n, const void *lu, double norm, double *rcond);

/* Solve a x = b for k right-hand sides, each a row of b [k, n], by the factors from lt_lapack_lu.
 */
int lt_lapack_lu_solve(lt_dtype dtype, int64_t n, int64_t k, const void *lu, const int *pivots,
                       void *b);

/* The inverse from the factors. */
int lt_lapack_lu_inverse(lt_dtype dtype, int64_t n, void *lu, const int *pivots);

/* a [m, n] = q r with q [m, kq] and r [kq, n], kq = min(m, n) or m. */
int lt_lapack_qr(lt_dtype dtype, int64_t m, int64_t n, int64_t kq, void *a, void *q, void *r);

/* a [m, n] = u diag(s) vt: u [m, k], s [k], vt [k, n] with k = min(m, n), or u [m, m] and
 * vt [n, n] where `full`; values alone where u is NULL. i > 0: no convergence. */
int lt_lapack_svd(lt_dtype dtype, int64_t m, int64_t n, bool full, void *a, void *u, void *s,
                  void *vt);

/* Symmetric a [n, n]: ascending eigenvalues, and where `vectors` the eigenvectors as the rows of
 * a. i > 0: no convergence. */
int lt_lapack_eigh(lt_dtype dtype, int64_t n, bool vectors, void *a, void *values);

/* General a [n, n]: real and imaginary parts of the eigenvalues, and unless NULL the eigenvectors
 * as the rows of `vectors` (meaningful where all are real). i > 0: no convergence. */
int lt_lapack_eig(lt_dtype dtype, int64_t n, void *a, void *real, void *imaginary, void *vectors);

/* Least squares of the shortest solution: a as columns [n, m], k right-hand sides as the rows of
 * b [k, max(m, n)], whose first n become the solution. Singular values below rcond times the
 * largest count as 0. i > 0: no convergence. */
int lt_lapack_lstsq(lt_dtype dtype, int64_t m, int64_t n, int64_t k, double rcond, void *a,
                    void *b);

/* Solve a x = b in place of b [n, k] for a triangular a [n, n], or its transpose. i > 0: the
 * diagonal element i is 0. */
int lt_lapack_triangular(lt_dtype dtype, int64_t n, int64_t k, bool upper, bool transposed,
                         const void *a, void *b);

#endif
