/* fuse_backward.h - gradients of fused expressions.
 *
 * Nothing but the inputs is kept: backward is one more program, which computes the values again
 * block by block and then passes gradients back through the derivatives of ops.def. */
#ifndef LT_OPS_FUSE_BACKWARD_H
#define LT_OPS_FUSE_BACKWARD_H

#include "ops/fuse.h"

/* Put `out`, which is value number `result` for these inputs, on the graph if one of them is. */
lt_status lt_fuse_record(lt_tensor *out, lt_fuse *f, int result, int n, lt_tensor *const *inputs);

#endif
