/* lines.h - tensors in the form that the line kernels take: dense, worked on along one dimension.
 */
#ifndef LT_OPS_LINES_H
#define LT_OPS_LINES_H

#include "kernels/lines.h"
#include "tensor/tensor.h"

/* The lines of a tensor of this shape along `dim` (0-based). */
lt_lines lt_lines_along(const lt_tensor *x, int dim);

/* *out is x itself where it is contiguous and of that dtype, else a copy made in `room`, which the
 * caller releases either way. */
lt_status lt_dense(lt_tensor **out, lt_tensor *room, lt_tensor *x, lt_dtype dtype);

/* A dense copy in which `dim` is the last dimension, in that dtype. */
lt_status lt_dim_last(lt_tensor *out, lt_tensor *x, int dim, lt_dtype dtype);

/* The reverse, in place: the last dimension of `t` goes back to `dim`, dense again. */
lt_status lt_dim_back(lt_tensor *t, int dim);

#endif
