/* npz.h - NumPy's archive of named arrays: a zip file of NAME.npy members. */
#ifndef LT_NPZ_H
#define LT_NPZ_H

#include "tensor/tensor.h"

/* An open archive. */
typedef struct lt_npz lt_npz;

/* Open for reading; *out is for lt_npz_close. Members that are not NAME.npy are passed over. */
lt_status lt_npz_open(lt_npz **out, const char *path);

/* Number of arrays, and the name of array i, 0 <= i < count. */
int64_t lt_npz_count(const lt_npz *archive);
const char *lt_npz_name(const lt_npz *archive, int64_t i);

/* Read array i. */
lt_status lt_npz_read(lt_npz *archive, int64_t i, lt_tensor *out);

/* NULL is ignored. */
void lt_npz_close(lt_npz *archive);

/* Write n arrays, deflated if `compress` is set and stored as they are otherwise. */
lt_status lt_write_npz(const char *path, int64_t n, const char *const *names,
                       lt_tensor *const *tensors, bool compress);

#endif
