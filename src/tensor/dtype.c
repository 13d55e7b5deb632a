#include "tensor/dtype.h"

#include <stdint.h>
#include <string.h>

static const struct {
    const char *name;
    size_t size;
} dtypes[LT_DTYPE_COUNT] = {
    [LT_BOOL] = {"bool", 1},
    [LT_UINT8] = {"uint8", 1},
    [LT_INT64] = {"int64", 8},
    [LT_FLOAT32] = {"float32", 4},
    [LT_FLOAT64] = {"float64", 8},
};

static lt_dtype default_dtype = LT_FLOAT32;

size_t lt_dtype_size(lt_dtype dtype) {
    return dtypes[dtype].size;
}

const char *lt_dtype_name(lt_dtype dtype) {
    return dtypes[dtype].name;
}

bool lt_dtype_from_name(const char *name, lt_dtype *out) {
    for (int i = 0; i < LT_DTYPE_COUNT; i++) {
        if (strcmp(name, dtypes[i].name) == 0) {
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
