/* convert.h - copying rows of elements between dtypes and strides. */
#ifndef LT_CONVERT_H
#define LT_CONVERT_H

#include <stdint.h>

#include "tensor/dtype.h"

/* Copy n elements, strides in bytes. Towards bool everything but 0 is true; towards integers the
 * fraction is cut off and the value wraps. */
void lt_convert(int64_t n, void *out, lt_dtype to, int64_t out_stride, const void *in,
                lt_dtype from, int64_t in_stride);

#endif
