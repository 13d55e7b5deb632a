/* nn_pool.h - pooling and resizing of planes: the last two dimensions of dense arrays. */
#ifndef LT_KERNELS_NN_POOL_H
#define LT_KERNELS_NN_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

typedef struct lt_pool {
    lt_dtype dtype;
    int64_t planes, height, width, out_h, out_w;
    int64_t kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w;
} lt_pool;

/* y = largest value of each window, `place` = where in the plane it stands (int64, 0-based). */
bool lt_max_pool(const lt_pool *p, const void *x, void *y, int64_t *place);
bool lt_max_pool_back(const lt_pool *p, const void *g, const int64_t *place, void *dx);

/* y = mean of each window, zeros of the padding included. */
bool lt_avg_pool(const lt_pool *p, const void *x, void *y);
bool lt_avg_pool_back(const lt_pool *p, const void *g, void *dx);

typedef struct lt_resize {
    lt_dtype dtype;
    int64_t planes, height, width, out_h, out_w;
    bool bilinear; /* else the nearest pixel */
} lt_resize;

bool lt_resize_planes(const lt_resize *r, const void *x, void *y);
bool lt_resize_planes_back(const lt_resize *r, const void *g, void *dx);

#endif
