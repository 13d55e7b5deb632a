/* nn_loss.h - the kernels that loss.def describes. */
#ifndef LT_KERNELS_NN_LOSS_H
#define LT_KERNELS_NN_LOSS_H

#include "kernels/map.h"

typedef enum lt_loss_op {
#define LOSS(name, ...) LT_LOSS_##name,
#include "ops/loss.def"
    LT_LOSS_COUNT
} lt_loss_op;

/* Kernels of one element type. All take {x, y} and params[0], the loss's own parameter. `sum`
 * writes the sum of the losses, one double; `each` writes n losses; back_x and back_y write the
 * derivatives times params[1]. */
typedef struct lt_loss_kernels {
    lt_kernel sum[LT_LOSS_COUNT], each[LT_LOSS_COUNT];
    lt_kernel back_x[LT_LOSS_COUNT], back_y[LT_LOSS_COUNT];
} lt_loss_kernels;

extern const lt_loss_kernels lt_loss_float32, lt_loss_float64;

/* Elements of a chunk: a sum over n elements has lt_chunks(n, LT_LOSS_GRAIN) partial sums. */
#define LT_LOSS_GRAIN 8192

/* Run a kernel over dense arrays of n elements. `out_step` is the size of an element of `out`, or
 * 0 where the kernel sums: out then takes one double a chunk. False when interrupted. */
bool lt_loss_run(lt_kernel kernel, int64_t n, void *out, int64_t out_step, const void *x,
                 const void *y, int64_t step, const double *params);

#endif
