/* distance.h - distances between the rows of two matrices, recorded for autograd. */
#ifndef LT_OPS_DISTANCE_H
#define LT_OPS_DISTANCE_H

#include "tensor/tensor.h"

/* Distances of order p >= 0 (0 counts differing elements, INFINITY takes the largest difference)
 * between the rows of a [.., m, d] and those of b [.., n, d]: [.., m, n]. Leading dimensions
 * broadcast; integers convert to the default float dtype. */
lt_status lt_cdist(lt_tensor *out, lt_tensor *a, lt_tensor *b, double p);

#endif
