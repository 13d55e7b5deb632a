#include "kernels/keys.h"

#include "kernels/simd.h"

#define KEYS(T, s)                                                                                 \
    static LT_SIMD void keys_##s(int64_t n, const T *x, uint64_t *keys) {                          \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) keys[i] = lt_key_##s(x[i]);            \
    }                                                                                              \
    static LT_SIMD void unkeys_##s(int64_t n, const uint64_t *keys, T *x) {                        \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) x[i] = lt_unkey_##s(keys[i]);          \
    }
KEYS(uint8_t, u8)
KEYS(int64_t, i64)
KEYS(float, f32)
KEYS(double, f64)

void lt_keys(lt_dtype dtype, int64_t n, const void *x, uint64_t *keys) {
    if (dtype == LT_FLOAT32)
        keys_f32(n, x, keys);
    else if (dtype == LT_FLOAT64)
        keys_f64(n, x, keys);
    else if (dtype == LT_INT64)
        keys_i64(n, x, keys);
    else
        keys_u8(n, x, keys);
}

void lt_unkeys(lt_dtype dtype, int64_t n, const uint64_t *keys, void *x) {
    if (dtype == LT_FLOAT32)
        unkeys_f32(n, keys, x);
    else if (dtype == LT_FLOAT64)
        unkeys_f64(n, keys, x);
    else if (dtype == LT_INT64)
        unkeys_i64(n, keys, x);
    else
        unkeys_u8(n, keys, x);
}

int64_t lt_find_key(lt_dtype dtype, int64_t n, const void *x, uint64_t key) {
    uint64_t keys[512];
    int64_t room = (int64_t)(sizeof keys / sizeof *keys), size = (int64_t)lt_dtype_size(dtype);
    for (int64_t i = 0; i < n; i += room) {
        int64_t len = n - i < room ? n - i : room;
        lt_keys(dtype, len, (const char *)x + i * size, keys);
        for (int64_t j = 0; j < len; j++)
            if (keys[j] == key)
                return i + j;
    }
    return -1;
}
