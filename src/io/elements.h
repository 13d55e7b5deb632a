/* elements.h - array elements as files hold them, and their way into tensors.
 *
 * Files know more element types than tensors: narrow integers become int64, half floats become
 * float32. Unsigned 64-bit integers and complex numbers have no place here. */
#ifndef LT_ELEMENTS_H
#define LT_ELEMENTS_H

#include "io/reader.h"
#include "tensor/tensor.h"

typedef enum lt_element {
    LT_EL_BOOL,
    LT_EL_U8,
    LT_EL_I8,
    LT_EL_I16,
    LT_EL_U16,
    LT_EL_I32,
    LT_EL_U32,
    LT_EL_I64,
    LT_EL_F16,
    LT_EL_BF16,
    LT_EL_F32,
    LT_EL_F64,
} lt_element;

/* Bytes in the file. */
size_t lt_element_size(lt_element element);

/* Read a tensor of this shape, row-major, from elements of one type and byte order. The shape is
 * a claim of the file: one that needs more bytes than can come is an error, before allocation. */
lt_status lt_read_elements(lt_reader *r, lt_tensor *out, int ndim, const int64_t *shape,
                           lt_element element, bool big_endian);

#endif
