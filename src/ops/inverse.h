/* inverse.h - inverses and determinants of matrices and of batches [.., n, n], recorded for
 * autograd.
 *
 * Integers convert to the default float dtype. NaN or infinite elements are an error. */
#ifndef LT_OPS_INVERSE_H
#define LT_OPS_INVERSE_H

#include "ops/scratch.h"
#include "tensor/tensor.h"

/* A matrix that is singular to working precision is an error. */
lt_status lt_inv(lt_tensor *out, lt_tensor *a);

/* Moore and Penrose's inverse [.., n, m] of a [.., m, n]. Singular values up to `rtol` times the
 * largest count as 0; negative for the usual max(m, n) * epsilon. */
lt_status lt_pinv(lt_tensor *out, lt_tensor *a, double rtol);

/* Determinants [..], 0 for a singular matrix. */
lt_status lt_det(lt_tensor *out, lt_tensor *a);

/* Their signs and the logarithms of their absolute values; 0 and -inf for a singular matrix. */
lt_status lt_slogdet(lt_tensor *sign, lt_tensor *logabs, lt_tensor *a);

/* The gradient of a from the gradient g of p = pinv(a). */
lt_tensor *lt_s_pinv_down(lt_scratch *s, lt_tensor *a, lt_tensor *p, lt_tensor *g);

#endif
