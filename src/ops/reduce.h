/* reduce.h - reductions over one, several or all dimensions, recorded for autograd. */
#ifndef LT_OPS_REDUCE_H
#define LT_OPS_REDUCE_H

#include "kernels/reduce.h"
#include "tensor/tensor.h"

const char *lt_reduce_name(lt_reduce_op op);

/* Fold `n_dims` dimensions (0: all of them); a negative dimension counts from the end. keepdim
 * leaves them as size 1. Extremes of nothing are an error; a sum of nothing is 0, a mean NaN. */
lt_status lt_reduce(lt_tensor *out, lt_reduce_op op, lt_tensor *x, int n_dims, const int *dims,
                    bool keepdim);

/* The same with a parameter: the correction of var and std (n - correction in the denominator),
 * the order of norm. */
lt_status lt_reduce_p(lt_tensor *out, lt_reduce_op op, lt_tensor *x, int n_dims, const int *dims,
                      bool keepdim, double parameter);

/* Largest (LT_RE_argmax) or smallest (LT_RE_argmin) values along one dimension and their 1-based
 * places; the first of equals, the first NaN before everything. */
lt_status lt_extreme(lt_tensor *values, lt_tensor *places, lt_reduce_op op, lt_tensor *x, int dim,
                     bool keepdim);

/* Sum over everything, recorded: the most used one. */
lt_status lt_sum(lt_tensor *out, lt_tensor *x, int n_dims, const int *dims, bool keepdim);

#endif
