/* shape.h - views of a tensor under another geometry, and joining tensors; recorded for autograd.
 *
 * Dimensions are 0-based here; a negative one counts from the end. */
#ifndef LT_SHAPE_H
#define LT_SHAPE_H

#include "tensor/tensor.h"

/* The same elements in row-major order under another shape; one size may be -1. A view where the
 * strides allow it, a copy otherwise. */
lt_status lt_reshape(lt_tensor *out, lt_tensor *x, int ndim, const int64_t *shape);

/* Dimension order[i] of x becomes dimension i. */
lt_status lt_permute(lt_tensor *out, lt_tensor *x, const int *order);
lt_status lt_transpose(lt_tensor *out, lt_tensor *x, int a, int b);

/* Repeat size-1 dimensions (and new leading ones) without copying; -1 keeps a size. */
lt_status lt_expand(lt_tensor *out, lt_tensor *x, int ndim, const int64_t *shape);

/* One dimension of a slice: `count` elements from `start` in steps of `step`; `drop` removes the
 * dimension (count is 1 then). */
typedef struct lt_range_of {
    int64_t start, step, count;
    bool drop;
} lt_range_of;

/* ranges[x->ndim], all inside x. */
lt_status lt_slice(lt_tensor *out, lt_tensor *x, const lt_range_of *ranges);

/* `count` elements of a dimension from `start` (0-based). */
lt_status lt_narrow(lt_tensor *out, lt_tensor *x, int dim, int64_t start, int64_t count);

/* The slice at `index` (0-based) of a dimension, which disappears. */
lt_status lt_select(lt_tensor *out, lt_tensor *x, int dim, int64_t index);

/* A new dimension of size 1 at `dim`; removal of one (or, with dim = LT_ALL_DIMS, of all). */
#define LT_ALL_DIMS 1000
lt_status lt_unsqueeze(lt_tensor *out, lt_tensor *x, int dim);
lt_status lt_squeeze(lt_tensor *out, lt_tensor *x, int dim);

/* Tensors one after the other along a dimension; dtypes promote. */
lt_status lt_cat(lt_tensor *out, int n, lt_tensor *const *tensors, int dim);

/* Tensors of one shape along a new dimension. */
lt_status lt_stack(lt_tensor *out, int n, lt_tensor *const *tensors, int dim);

/* Check a dimension and bring it into 0..ndim-1. */
lt_status lt_check_dim(const char *op, const lt_tensor *x, int *dim);

#endif
