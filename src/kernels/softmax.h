/* softmax.h - softmax and its logarithm along lines. Each line is worked on while it is in cache;
 * float32 sums accumulate in double. Arrays are dense; `out` may be the input. */
#ifndef LT_KERNELS_SOFTMAX_H
#define LT_KERNELS_SOFTMAX_H

#include <stdbool.h>

#include "kernels/lines.h"
#include "tensor/dtype.h"

/* out = softmax(x), or its logarithm. False when an interrupt stopped it. */
bool lt_softmax_forward(lt_dtype dtype, bool log, const lt_lines *l, const void *x, void *out);

/* Gradient of x from that of the result y: y (g - sum(g y)), or g - exp(y) sum(g) for the
 * logarithm. */
bool lt_softmax_backward(lt_dtype dtype, bool log, const lt_lines *l, const void *g, const void *y,
                         void *down);

#endif
