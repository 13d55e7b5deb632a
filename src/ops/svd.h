/* svd.h - singular values and vectors of matrices and of batches [.., m, n], recorded for autograd.
 *
 * Integers convert to the default float dtype. NaN or infinite elements are an error, and so is an
 * iteration that does not converge. */
#ifndef LT_OPS_SVD_H
#define LT_OPS_SVD_H

#include "tensor/tensor.h"

/* a = u diag(s) vt, singular values in descending order: u [m, k], s [k], vt [k, n] with
 * k = min(m, n), or square u and vt where `full`. u and vt NULL: the values alone. */
lt_status lt_svd(lt_tensor *u, lt_tensor *s, lt_tensor *vt, lt_tensor *a, bool full);

#endif
