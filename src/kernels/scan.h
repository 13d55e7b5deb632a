/* scan.h - running sums, products and logsumexps along lines. float32 accumulates in double. A few
 * long rows are cut into blocks of fixed size, so the bits do not depend on the number of
 * threads. Arrays are dense; `out` may be the input. */
#ifndef LT_KERNELS_SCAN_H
#define LT_KERNELS_SCAN_H

#include <stdbool.h>

#include "kernels/lines.h"
#include "tensor/dtype.h"
#include "tensor/status.h"

typedef enum lt_scan_op { LT_SCAN_sum, LT_SCAN_prod, LT_SCAN_logsumexp, LT_SCAN_COUNT } lt_scan_op;

/* out[i] = x[0] op ... op x[i], or from the other end where `reverse`. int64 (sum and prod),
 * float32 or float64. */
lt_status lt_scan_run(lt_scan_op op, lt_dtype dtype, bool reverse, const lt_lines *l, const void *x,
                      void *out);

/* Gradient of x from that of the running product y, exact where x holds zeros. Floats. */
lt_status lt_cumprod_backward(lt_dtype dtype, const lt_lines *l, const void *g, const void *x,
                              const void *y, void *down);

/* Gradient of x from that of the running logsumexp y. Floats. */
lt_status lt_logcumsumexp_backward(lt_dtype dtype, const lt_lines *l, const void *g, const void *x,
                                   const void *y, void *down);

#endif
