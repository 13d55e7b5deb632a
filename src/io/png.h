/* png.h - PNG pictures as tensors: [h, w] grey or [h, w, 3] red, green, blue. */
#ifndef LT_PNG_H
#define LT_PNG_H

#include <stddef.h>

#include "tensor/tensor.h"

/* uint8. Palettes become colours, 16 bits 8; what is transparent shows white paper behind it. */
lt_status lt_read_png(lt_tensor *out, const char *path);

/* The same of a file's bytes in memory; messages begin with `name`. */
lt_status lt_decode_png(lt_tensor *out, const char *name, const char *bytes, size_t size);

/* See io/picture.h for what can be written. */
lt_status lt_write_png(const char *path, lt_tensor *t);

#endif
