/* factor.h - triangular factors of matrices and of batches [.., m, n], recorded for autograd.
 *
 * Integers convert to the default float dtype. NaN or infinite elements are an error. */
#ifndef LT_OPS_FACTOR_H
#define LT_OPS_FACTOR_H

#include "tensor/tensor.h"

/* Symmetric positive definite a = l l^T, l lower triangular; anything else is an error. */
lt_status lt_cholesky(lt_tensor *l, lt_tensor *a);

/* a = q r: q [m, k] with orthonormal columns, r [k, n] upper triangular, k = min(m, n), or q
 * [m, m] and r [m, n] where `complete`. */
lt_status lt_qr(lt_tensor *q, lt_tensor *r, lt_tensor *a, bool complete);

#endif
