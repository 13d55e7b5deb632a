/* nn_conv.h - convolution of batches of images, by matrix products over windows.
 *
 * A convolution relates images [n, channels, height, width] to responses [n, filters, out_h,
 * out_w], one value a filter and window, by weights [filters, channels * kernel_h * kernel_w].
 * It is linear in both, so three functions serve everything: a convolution's forward pass is
 * `respond` and its gradients are `spread` (by the image) and `weigh` (by the weights); of a
 * transposed convolution the forward pass is `spread` and the gradients are `respond` and
 * `weigh`. All arrays are dense. The functions return false when memory is short or an interrupt
 * stopped them. */
#ifndef LT_KERNELS_NN_CONV_H
#define LT_KERNELS_NN_CONV_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

typedef struct lt_conv {
    lt_dtype dtype;
    int64_t images;
    int64_t channels, height, width; /* the side that the windows slide over */
    int64_t filters, out_h, out_w;   /* the side of the windows */
    int64_t kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w, dilation_h, dilation_w;
} lt_conv;

/* response = weight applied to each window of the image, plus bias [filters] or NULL. */
bool lt_conv_respond(const lt_conv *c, const void *image, const void *weight, const void *bias,
                     void *response);

/* image = each response times its filter, added up at its window, plus bias [channels] or NULL. */
bool lt_conv_spread(const lt_conv *c, const void *response, const void *weight, const void *bias,
                    void *image);

/* weight = sum over all windows of response times window. With `answer` also what lt_conv_respond
 * gives for the image and the weights `used`: both need the same windows. */
bool lt_conv_weigh(const lt_conv *c, const void *image, const void *response, void *weight,
                   const void *used, void *answer);

#endif
