/* incomplete.h - regularised incomplete gamma and beta functions of tensors that broadcast. They
 * have gradients by x; a and b on the graph are refused. */
#ifndef LT_OPS_INCOMPLETE_H
#define LT_OPS_INCOMPLETE_H

#include "tensor/tensor.h"

/* P(a, x) = the part of the gamma function's integral below x. */
lt_status lt_gammainc_of(lt_tensor *out, lt_tensor *a, lt_tensor *x);

/* I_x(a, b) = the part of the beta function's integral below x. */
lt_status lt_betainc_of(lt_tensor *out, lt_tensor *a, lt_tensor *b, lt_tensor *x);

#endif
