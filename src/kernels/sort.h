/* sort.h - sorting dense rows: stable, by radix.
 *
 * NaN counts as larger than everything: last in ascending order, first in descending. */
#ifndef LT_KERNELS_SORT_H
#define LT_KERNELS_SORT_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"
#include "tensor/status.h"

/* Sort each of `runs` rows of n elements: values [runs, n] and their 1-based places in the row
 * [runs, n]. The arrays do not overlap. */
lt_status lt_sort_rows(lt_dtype dtype, bool descending, int64_t runs, int64_t n, const void *x,
                       void *values, int64_t *places);

#endif
