/* npy.h - one array in NumPy's format, versions 1 to 3.
 *
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: a magic string, a
 * Python dictionary with the keys descr, fortran_order and shape, then the elements. */
#ifndef LT_NPY_H
#define LT_NPY_H

#include <stddef.h>

#include "tensor/tensor.h"

struct lt_reader;

/* bool, |u1, <f4, <f8 become the dtype of that name, other integers up to <i8 and <u4 int64, <f2
 * float32; either byte order. Row-major whatever the order in the file. */
lt_status lt_read_npy(lt_tensor *out, const char *path);

/* The same from an open reader, which may have more after the array. */
lt_status lt_read_npy_from(lt_tensor *out, struct lt_reader *r);

/* Version 1.0, row-major, in the machine's byte order. */
lt_status lt_write_npy(const char *path, lt_tensor *t);

#define LT_NPY_HEADER_MAX 384

/* The bytes that stand before the elements of `t`; returns how many. */
size_t lt_npy_header(char header[LT_NPY_HEADER_MAX], const lt_tensor *t);

#endif
