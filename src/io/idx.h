/* idx.h - the IDX format of MNIST: a magic number, big-endian sizes, big-endian elements.
 *
 * http://yann.lecun.com/exdb/mnist/ describes it. Files may be packed with gzip. */
#ifndef LT_IDX_H
#define LT_IDX_H

#include "tensor/tensor.h"

/* uint8 stays; int8, int16 and int32 become int64; float and double stay. */
lt_status lt_read_idx(lt_tensor *out, const char *path);

/* uint8 and bool as bytes, int64 as 32-bit integers (an error where one does not fit), float32 and
 * float64 as they are. `packed` packs with gzip. */
lt_status lt_write_idx(const char *path, lt_tensor *t, bool packed);

#endif
