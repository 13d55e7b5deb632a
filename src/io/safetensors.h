/* safetensors.h - tensors by name as Hugging Face's library writes them.
 *
 * https://github.com/huggingface/safetensors: eight bytes of length, a JSON header with dtype,
 * shape and data_offsets of each tensor, then their elements, little-endian, without gaps. */
#ifndef LT_SAFETENSORS_H
#define LT_SAFETENSORS_H

#include "io/archive.h"

/* Open for reading: the whole header is checked. F16 and BF16 become float32, I8 to I32, U16 and
 * U32 int64. The archive's notes are the header's __metadata__. */
lt_status lt_safetensors_open(lt_archive **out, const char *path);

/* Write n tensors in the order of the official writer (large elements first, then by name), and
 * `notes` texts by key as __metadata__. Names, keys and texts are UTF-8. */
lt_status lt_write_safetensors(const char *path, int64_t n, const char *const *names,
                               lt_tensor *const *tensors, int64_t notes, const char *const *keys,
                               const char *const *texts);

#endif
