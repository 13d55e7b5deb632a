/* picture.h - what the formats of pictures share: tensors to bytes, and limits of size. */
#ifndef LT_PICTURE_H
#define LT_PICTURE_H

#include "tensor/tensor.h"

/* Bytes of `t` [h, w], [h, w, 1] or [h, w, 3] in `out`, the same shape, uint8 and contiguous:
 * floats from 0 to 1 become 0 to 255 (rounded, clamped; NaN 0), true becomes 255, integers from 0
 * to 255 stay (clamped). */
lt_status lt_picture_bytes(lt_tensor *out, lt_tensor *t, const char *path);

/* Values a pixel. */
static inline int lt_picture_channels(const lt_tensor *t) {
    return t->ndim == 3 ? (int)t->shape[2] : 1;
}

/* An empty uint8 picture of a file of `bytes` bytes, if that is at least the `need` bytes that so
 * many pixels take in its format. */
lt_status lt_picture_new(lt_tensor *out, const char *path, int64_t height, int64_t width,
                         int channels, int64_t need, int64_t bytes);

#endif
