/* unique.h - the distinct values of a tensor. NaN counts as larger than everything, and all NaNs
 * as one value; so do -0 and 0. The one that comes first stands for the others. */
#ifndef LT_UNIQUE_H
#define LT_UNIQUE_H

#include "tensor/tensor.h"

/* The distinct values of x in order. Unless NULL, `inverse` has the shape of x and holds each
 * element's 1-based place among them, `counts` how often each occurs. Off the graph. */
lt_status lt_unique(lt_tensor *values, lt_tensor *inverse, lt_tensor *counts, lt_tensor *x);

#endif
