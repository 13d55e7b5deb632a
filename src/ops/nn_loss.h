/* nn_loss.h - losses of predictions against targets, fused: one pass forward, one back. */
#ifndef LT_OPS_NN_LOSS_H
#define LT_OPS_NN_LOSS_H

#include "kernels/nn_loss.h"
#include "tensor/tensor.h"

typedef enum lt_loss_reduction { LT_LOSS_MEAN, LT_LOSS_SUM, LT_LOSS_NONE } lt_loss_reduction;

/* "mse_loss" and so on, the name of the loss's own parameter (NULL: none) and its default. */
typedef struct lt_loss_info {
    const char *name, *parameter;
    double value;
} lt_loss_info;

extern const lt_loss_info lt_loss_table[LT_LOSS_COUNT];

/* A loss of loss.def between x and y of one shape and dtype: 0-dimensional, or of their shape
 * for LT_LOSS_NONE. The mean of no elements is NaN. */
lt_status lt_pointwise_loss(lt_tensor *out, lt_loss_op op, lt_tensor *x, lt_tensor *y,
                            lt_loss_reduction reduction, double parameter);

static inline lt_status lt_mse_loss(lt_tensor *out, lt_tensor *x, lt_tensor *y,
                                    lt_loss_reduction r) {
    return lt_pointwise_loss(out, LT_LOSS_mse, x, y, r, 0);
}

#endif
