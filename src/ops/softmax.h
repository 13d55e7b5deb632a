/* softmax.h - softmax and log_softmax along a dimension, recorded for autograd. */
#ifndef LT_SOFTMAX_H
#define LT_SOFTMAX_H

#include <stdbool.h>

#include "tensor/tensor.h"

/* exp(x) / sum of exp(x) along `dim`, without overflow; `log` gives its logarithm. Integers convert
 * to the default float dtype. */
lt_status lt_softmax(lt_tensor *out, lt_tensor *x, int dim, bool log);

#endif
