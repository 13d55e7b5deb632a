/* nn_conv.h - convolutions of batches of images [n, channels, height, width]. */
#ifndef LT_OPS_NN_CONV_H
#define LT_OPS_NN_CONV_H

#include "tensor/tensor.h"

/* All as {vertical, horizontal}. */
typedef struct lt_conv_options {
    int64_t stride[2], padding[2], dilation[2];
    int64_t output_padding[2]; /* transposed only */
} lt_conv_options;

/* x [n, c, h, w], weight [filters, c, kh, kw], bias [filters] or NULL -> [n, filters, oh, ow]. */
lt_status lt_conv2d(lt_tensor *out, lt_tensor *x, lt_tensor *weight, lt_tensor *bias,
                    const lt_conv_options *o);

/* The adjoint of conv2d by its input, as a layer: x [n, c, h, w], weight [c, filters, kh, kw],
 * bias [filters] or NULL -> [n, filters, oh, ow]. */
lt_status lt_conv_transpose2d(lt_tensor *out, lt_tensor *x, lt_tensor *weight, lt_tensor *bias,
                              const lt_conv_options *o);

#endif
