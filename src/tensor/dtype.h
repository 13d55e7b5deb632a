/* dtype.h - element types, in the order of promotion: the wider of two is the later one. */
#ifndef LT_DTYPE_H
#define LT_DTYPE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum lt_dtype {
    LT_BOOL,
    LT_UINT8,
    LT_INT64,
    LT_FLOAT32,
    LT_FLOAT64,
    LT_DTYPE_COUNT
} lt_dtype;

/* Bytes of one element. */
static inline size_t lt_dtype_size(lt_dtype dtype) {
    static const unsigned char sizes[LT_DTYPE_COUNT] = {1, 1, 8, 4, 8};
    return sizes[dtype];
}

/* "float32" and so on. */
const char *lt_dtype_name(lt_dtype dtype);

/* Find a dtype by its name; false if there is none of that name. */
bool lt_dtype_from_name(const char *name, lt_dtype *out);

static inline bool lt_dtype_is_float(lt_dtype dtype) {
    return dtype >= LT_FLOAT32;
}

/* The dtype that holds both, as PyTorch: bool < uint8 < int64 < float32 < float64. */
static inline lt_dtype lt_dtype_promote(lt_dtype a, lt_dtype b) {
    return a > b ? a : b;
}

/* The float dtype of new tensors and of integer inputs to float functions (float32 at start). */
lt_dtype lt_default_dtype(void);
void lt_set_default_dtype(lt_dtype dtype);

#endif
