/* nn_pool.h - pooling and resizing of images [.., height, width]. */
#ifndef LT_OPS_NN_POOL_H
#define LT_OPS_NN_POOL_H

#include "tensor/tensor.h"

/* All as {vertical, horizontal}; padding is at most half the kernel. */
typedef struct lt_pool_options {
    int64_t kernel[2], stride[2], padding[2];
} lt_pool_options;

/* Largest value, or mean (zeros of the padding included), of each window. */
lt_status lt_max_pool2d(lt_tensor *out, lt_tensor *x, const lt_pool_options *o);
lt_status lt_avg_pool2d(lt_tensor *out, lt_tensor *x, const lt_pool_options *o);

/* Another height and width: the nearest pixel, or linear between the centres of pixels. */
lt_status lt_resize2d(lt_tensor *out, lt_tensor *x, int64_t height, int64_t width, bool bilinear);

#endif
