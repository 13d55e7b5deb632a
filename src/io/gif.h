/* gif.h - pictures as the frames of an animated GIF (CompuServe, GIF89a, 1990). */
#ifndef LT_GIF_H
#define LT_GIF_H

#include <stddef.h>
#include <stdint.h>

#include "tensor/tensor.h"

/* Bytes that grow at their end; free(data). */
typedef struct lt_gif_bytes {
    uint8_t *data;
    size_t n, room;
} lt_gif_bytes;

/* Append one frame, shown for `delay` hundredths of a second, to `out`: `picture` [h, w, 3], uint8,
 * over `before` of the same shape, or over nothing if that is NULL. Only the rectangle that differs
 * is stored, with 255 colours of its own. A frame does not hold the size of the whole: the file's
 * header does. */
lt_status lt_gif_frame(lt_gif_bytes *out, lt_tensor *picture, lt_tensor *before, int delay);

#endif
