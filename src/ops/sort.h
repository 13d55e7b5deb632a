/* sort.h - sorting, the k largest, order statistics. Values are recorded for autograd: their
 * gradient goes back to the places they came from.
 *
 * NaN counts as larger than everything. Places are 1-based int64; dimensions 0-based. */
#ifndef LT_SORT_H
#define LT_SORT_H

#include <stdbool.h>

#include "tensor/tensor.h"

/* The elements along `dim` in order (stable), and the places they come from. */
lt_status lt_sort(lt_tensor *values, lt_tensor *places, lt_tensor *x, int dim, bool descending);

/* The k largest (or smallest) elements along `dim`, in order. */
lt_status lt_topk(lt_tensor *values, lt_tensor *places, lt_tensor *x, int64_t k, int dim,
                  bool largest);

/* The k-th smallest element along `dim`, k from 1. */
lt_status lt_kthvalue(lt_tensor *values, lt_tensor *places, lt_tensor *x, int64_t k, int dim,
                      bool keepdim);

/* The median along `dim`: the middle element, or the mean of the two middle ones, then with the
 * place of the lower. NaN where there is one; integers give the default float dtype. */
lt_status lt_median(lt_tensor *values, lt_tensor *places, lt_tensor *x, int dim, bool keepdim);

#endif
