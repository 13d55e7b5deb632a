#include "kernels/convert.h"

#include <stdbool.h>
#include <string.h>

#include "kernels/simd.h"

/* Floats outside an integer's range have no defined conversion in C: NaN becomes 0, the rest
 * the nearest end of int64 before it wraps. */
static inline int64_t to_int(double x) {
    if (x >= 9223372036854775808.0)
        return INT64_MAX;
    if (x < -9223372036854775808.0)
        return INT64_MIN;
    return x == x ? (int64_t)x : 0;
}

#define TO_BOOL(x)    ((x) != 0)
#define TO_UINT8(x)   ((uint8_t)(x))
#define TO_INT64(x)   ((int64_t)(x))
#define F_TO_UINT8(x) ((uint8_t)to_int((double)(x)))
#define F_TO_INT64(x) to_int((double)(x))
#define TO_FLOAT(x)   ((float)(x))
#define TO_DOUBLE(x)  ((double)(x))

typedef void (*convert_fn)(int64_t n, char *o, int64_t so, const char *a, int64_t sa);

/* One function a pair of types: a vector loop where both sides are dense, else a strided one. */
#define CONVERT(FROM, TO, CAST)                                                                    \
    static LT_SIMD void FROM##_##TO(int64_t n, char *o, int64_t so, const char *a, int64_t sa) {   \
        if (so == sizeof(TO) && sa == sizeof(FROM)) {                                              \
            TO *out = (TO *)o;                                                                     \
            const FROM *in = (const FROM *)a;                                                      \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) out[i] = CAST(in[i]);              \
        } else {                                                                                   \
            for (int64_t i = 0; i < n; i++, o += so, a += sa)                                      \
                *(TO *)o = CAST(*(const FROM *)a);                                                 \
        }                                                                                          \
    }

typedef uint8_t boolean;
typedef uint8_t byte;

#define FROM_INTEGER(FROM)                                                                         \
    CONVERT(FROM, boolean, TO_BOOL)                                                                \
    CONVERT(FROM, byte, TO_UINT8)                                                                  \
    CONVERT(FROM, int64_t, TO_INT64)                                                               \
    CONVERT(FROM, float, TO_FLOAT)                                                                 \
    CONVERT(FROM, double, TO_DOUBLE)
#define FROM_REAL(FROM)                                                                            \
    CONVERT(FROM, boolean, TO_BOOL)                                                                \
    CONVERT(FROM, byte, F_TO_UINT8)                                                                \
    CONVERT(FROM, int64_t, F_TO_INT64)                                                             \
    CONVERT(FROM, float, TO_FLOAT)                                                                 \
    CONVERT(FROM, double, TO_DOUBLE)

FROM_INTEGER(byte)
FROM_INTEGER(int64_t)
FROM_REAL(float)
FROM_REAL(double)

#define ROW(FROM)                                                                                  \
    { FROM##_boolean, FROM##_byte, FROM##_int64_t, FROM##_float, FROM##_double }

/* A stored bool is 0 or 1, so it converts as a uint8 does. */
static const convert_fn table[LT_DTYPE_COUNT][LT_DTYPE_COUNT] = {
    [LT_BOOL] = ROW(byte),     [LT_UINT8] = ROW(byte),     [LT_INT64] = ROW(int64_t),
    [LT_FLOAT32] = ROW(float), [LT_FLOAT64] = ROW(double),
};

void lt_convert(int64_t n, void *out, lt_dtype to, int64_t out_stride, const void *in,
                lt_dtype from, int64_t in_stride) {
    int64_t size = (int64_t)lt_dtype_size(to);
    if (from == to && out_stride == size && in_stride == size)
        memcpy(out, in, (size_t)(n * size));
    else
        table[from][to](n, out, out_stride, in, in_stride);
}
