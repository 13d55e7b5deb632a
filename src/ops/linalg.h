/* linalg.h - outer products and traces, recorded for autograd. Factorisations and equations have
 * files of their own: svd.h, eigen.h, factor.h, inverse.h, solve.h. */
#ifndef LT_OPS_LINALG_H
#define LT_OPS_LINALG_H

#include "tensor/tensor.h"

/* u [m] and v [n] to u v^T [m, n]. */
lt_status lt_outer(lt_tensor *out, lt_tensor *u, lt_tensor *v);

/* Sum of the diagonal of a matrix [m, n]. */
lt_status lt_trace(lt_tensor *out, lt_tensor *a);

#endif
