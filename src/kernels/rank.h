/* rank.h - order statistics and the largest or smallest elements of dense rows, without sorting
 * them. NaN counts as larger than everything; of equal elements the first in the row is meant. */
#ifndef LT_RANK_H
#define LT_RANK_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"
#include "tensor/status.h"

/* places[r] = 1-based place in row r of the element that sorting would put at `rank` (0-based); of
 * the first NaN where the row has one and `nan_wins`. */
lt_status lt_rank_rows(lt_dtype dtype, int64_t runs, int64_t n, int64_t rank, bool nan_wins,
                       const void *x, int64_t *places);

/* The k <= n largest (or smallest) elements of each row in order, and their 1-based places:
 * values, places [runs, k]. */
lt_status lt_top_rows(lt_dtype dtype, bool largest, int64_t runs, int64_t n, int64_t k,
                      const void *x, void *values, int64_t *places);

#endif
