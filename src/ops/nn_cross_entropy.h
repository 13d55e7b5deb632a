/* nn_cross_entropy.h - the loss of classifiers. */
#ifndef LT_OPS_NN_CROSS_ENTROPY_H
#define LT_OPS_NN_CROSS_ENTROPY_H

#include "ops/nn_loss.h"
#include "tensor/tensor.h"

/* Cross entropy of softmax(x) along the last dimension. x [.., classes]; target [..] int64 class
 * ids from 1, or [.., classes] probabilities of the dtype of x, off the graph. The mean is over
 * rows. */
lt_status lt_cross_entropy(lt_tensor *out, lt_tensor *x, lt_tensor *target,
                           lt_loss_reduction reduction);

#endif
