/* elementwise_common.h - the macros that float and integer kernels share. */
#ifndef LT_ELEMENTWISE_COMMON_H
#define LT_ELEMENTWISE_COMMON_H

#include "kernels/elementwise.h"
#include "kernels/simd.h"
#include "kernels/special.h"

#define TEST_KERNEL(name, value)                                                                   \
    static LT_SIMD void name##_test(int64_t n, void *out, const void *const *in,                   \
                                    const double *params) {                                        \
        (void)params;                                                                              \
        uint8_t *o = out;                                                                          \
        const T *xs = in[0];                                                                       \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            const T x = xs[i];                                                                     \
            o[i] = (uint8_t)(value);                                                               \
        }                                                                                          \
    }

#define BINARY_KERNEL(name, OUT, value)                                                            \
    static LT_SIMD void name##_both(int64_t n, void *out, const void *const *in,                   \
                                    const double *params) {                                        \
        (void)params;                                                                              \
        OUT *o = out;                                                                              \
        const T *as = in[0], *bs = in[1];                                                          \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            const T a = as[i], b = bs[i];                                                          \
            o[i] = (OUT)(value);                                                                   \
        }                                                                                          \
    }

#endif
