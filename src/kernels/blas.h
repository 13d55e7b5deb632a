/* blas.h - matrix products: OpenBLAS, and plain loops where a call costs more than the work. */
#ifndef LT_BLAS_H
#define LT_BLAS_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

/* c [m, n] = alpha a b + beta c, row-major; a is [m, k] (or [k, m] where ta), b is [k, n] (or
 * [n, k] where tb). float32 or float64. False when an interrupt stopped it. */
bool lt_gemm(lt_dtype dtype, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha,
             const void *a, int64_t lda, const void *b, int64_t ldb, double beta, void *c,
             int64_t ldc);

/* Seconds that all threads together spent in lt_gemm since the call before, if that asked to count
 * them; `count` says whether to from here on. For benchmarks. */
double lt_gemm_time(bool count);

/* a [m, n] += alpha x y^T, row-major. */
void lt_ger(lt_dtype dtype, int64_t m, int64_t n, double alpha, const void *x, const void *y,
            void *a, int64_t lda);

#endif
