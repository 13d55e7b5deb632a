/* jpeg.h - JPEG pictures as tensors: [h, w] grey or [h, w, 3] red, green, blue. */
#ifndef LT_JPEG_H
#define LT_JPEG_H

#include "tensor/tensor.h"

/* uint8. A note on how the camera was held (Exif) is not followed. */
lt_status lt_read_jpeg(lt_tensor *out, const char *path);

/* Quality from 1 to 100; see io/picture.h for what can be written. */
lt_status lt_write_jpeg(const char *path, lt_tensor *t, int quality);

#endif
