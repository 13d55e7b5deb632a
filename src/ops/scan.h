/* scan.h - running sums, products and logsumexps along a dimension, recorded for autograd. */
#ifndef LT_OPS_SCAN_H
#define LT_OPS_SCAN_H

#include "kernels/scan.h"
#include "tensor/tensor.h"

/* out[i] = x[0] op ... op x[i] along `dim`. Sums and products of integers and bools are int64;
 * logsumexp of integers is of the default float dtype. */
lt_status lt_scan(lt_tensor *out, lt_scan_op op, lt_tensor *x, int dim);

#endif
