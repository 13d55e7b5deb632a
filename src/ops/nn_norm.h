/* nn_norm.h - batch and layer normalisation. */
#ifndef LT_OPS_NN_NORM_H
#define LT_OPS_NN_NORM_H

#include "tensor/tensor.h"

typedef struct lt_batch_norm {
    lt_tensor *weight, *bias;              /* [channels] or NULL */
    lt_tensor *running_mean, *running_var; /* [channels] or NULL: changed in training */
    bool training;                         /* normalise by the batch, not by running_* */
    double momentum, eps;
} lt_batch_norm;

/* Each channel of x [batch, channels, ..] to mean 0 and variance 1, then times weight plus bias
 * (Ioffe and Szegedy, 2015). Without running statistics the batch's own always serve. */
lt_status lt_batch_norm_layer(lt_tensor *out, lt_tensor *x, const lt_batch_norm *o);

/* The last `dims` dimensions of x together to mean 0 and variance 1 (Ba et al., 2016); weight and
 * bias have the shape of these dimensions or are NULL. */
lt_status lt_layer_norm(lt_tensor *out, lt_tensor *x, int dims, lt_tensor *weight, lt_tensor *bias,
                        double eps);

#endif
