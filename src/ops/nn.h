/* nn.h - operations of neural network layers. */
#ifndef LT_OPS_NN_H
#define LT_OPS_NN_H

#include "ops/nn_conv.h"
#include "ops/nn_cross_entropy.h"
#include "ops/nn_loss.h"
#include "ops/nn_norm.h"
#include "ops/nn_pool.h"
#include "ops/nn_rnn.h"
#include "tensor/tensor.h"

/* y = x w^T + b. x [.., in], w [out, in], b [out] or NULL -> y [.., out]. */
lt_status lt_linear(lt_tensor *out, lt_tensor *x, lt_tensor *w, lt_tensor *b);

#endif
