#include "kernels/select.h"

#include "kernels/simd.h"

#define SELECT(T)                                                                                  \
    static LT_SIMD void select_##T(int64_t n, void *out, const void *const *in,                    \
                                   const double *params) {                                         \
        (void)params;                                                                              \
        T *o = out;                                                                                \
        const uint8_t *condition = in[0];                                                          \
        const T *a = in[1], *b = in[2];                                                            \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) o[i] = condition[i] ? a[i] : b[i];     \
    }

SELECT(uint8_t)
SELECT(int64_t)
SELECT(float)
SELECT(double)

lt_kernel lt_select_for(lt_dtype dtype) {
    static const lt_kernel table[LT_DTYPE_COUNT] = {
        [LT_BOOL] = select_uint8_t,  [LT_UINT8] = select_uint8_t,  [LT_INT64] = select_int64_t,
        [LT_FLOAT32] = select_float, [LT_FLOAT64] = select_double,
    };
    return table[dtype];
}
