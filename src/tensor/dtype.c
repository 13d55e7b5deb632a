#include "tensor/dtype.h"

#include <string.h>

static const char *const names[LT_DTYPE_COUNT] = {"bool", "uint8", "int64", "float32", "float64"};

static lt_dtype default_dtype = LT_FLOAT32;

const char *lt_dtype_name(lt_dtype dtype) {
    return names[dtype];
}

bool lt_dtype_from_name(const char *name, lt_dtype *out) {
    for (int i = 0; i < LT_DTYPE_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (lt_dtype)i;
            return true;
        }
    }
    return false;
}

lt_dtype lt_default_dtype(void) {
    return default_dtype;
}

void lt_set_default_dtype(lt_dtype dtype) {
    default_dtype = dtype;
}
