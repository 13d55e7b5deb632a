/* npz.h - NumPy's archive of named arrays: a zip file of NAME.npy members. */
#ifndef LT_NPZ_H
#define LT_NPZ_H

#include "io/archive.h"

/* Open for reading. Members that are not NAME.npy are passed over. */
lt_status lt_npz_open(lt_archive **out, const char *path);

/* Write n arrays, deflated if `compress` is set and stored as they are otherwise. */
lt_status lt_write_npz(const char *path, int64_t n, const char *const *names,
                       lt_tensor *const *tensors, bool compress);

#endif
