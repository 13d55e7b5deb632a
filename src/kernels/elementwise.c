#include "kernels/elementwise.h"

const lt_elementwise *lt_elementwise_for(lt_dtype dtype) {
    static const lt_elementwise *const tables[LT_DTYPE_COUNT] = {
        [LT_BOOL] = &lt_elementwise_uint8,      [LT_UINT8] = &lt_elementwise_uint8,
        [LT_INT64] = &lt_elementwise_int64,     [LT_FLOAT32] = &lt_elementwise_float32,
        [LT_FLOAT64] = &lt_elementwise_float64,
    };
    return tables[dtype];
}
