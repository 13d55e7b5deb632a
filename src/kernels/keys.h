/* keys.h - elements as unsigned integers in the same order: what radix methods sort by.
 *
 * NaN counts as larger than everything and all NaNs are equal; so are -0 and 0. A key of float32
 * or uint8 fits 32 bits, one of float64 or int64 takes 64. */
#ifndef LT_KEYS_H
#define LT_KEYS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tensor/dtype.h"

static inline uint64_t lt_key_u8(uint8_t x) {
    return x;
}

static inline uint64_t lt_key_i64(int64_t x) {
    return (uint64_t)x ^ UINT64_C(0x8000000000000000);
}

static inline uint64_t lt_key_f32(float x) {
    uint32_t u;
    x += 0.0f; /* -0 becomes 0 */
    memcpy(&u, &x, sizeof u);
    u = u & 0x80000000u ? ~u : u | 0x80000000u;
    return x == x ? u : 0xFFFFFFFFu;
}

static inline uint64_t lt_key_f64(double x) {
    uint64_t u;
    x += 0.0;
    memcpy(&u, &x, sizeof u);
    u = u >> 63 ? ~u : u | UINT64_C(0x8000000000000000);
    return x == x ? u : UINT64_MAX;
}

static inline uint8_t lt_unkey_u8(uint64_t key) {
    return (uint8_t)key;
}

static inline int64_t lt_unkey_i64(uint64_t key) {
    return (int64_t)(key ^ UINT64_C(0x8000000000000000));
}

static inline float lt_unkey_f32(uint64_t key) {
    uint32_t u = (uint32_t)key;
    float x;
    u = u & 0x80000000u ? u & 0x7FFFFFFFu : ~u;
    memcpy(&x, &u, sizeof x);
    return x;
}

static inline double lt_unkey_f64(uint64_t key) {
    double x;
    key = key >> 63 ? key & INT64_MAX : ~key;
    memcpy(&x, &key, sizeof x);
    return x;
}

/* Bits of a key, and a key with all of them set: keys xor this are in descending order. */
static inline int lt_key_bits(lt_dtype dtype) {
    return dtype <= LT_UINT8 ? 8 : dtype == LT_FLOAT32 ? 32 : 64;
}

static inline uint64_t lt_key_mask(lt_dtype dtype) {
    return UINT64_MAX >> (64 - lt_key_bits(dtype));
}

/* True for the key of a NaN. */
static inline bool lt_key_is_nan(lt_dtype dtype, uint64_t key) {
    return lt_dtype_is_float(dtype) && key == lt_key_mask(dtype);
}

/* Keys of n dense elements, and back: NaN comes back as some NaN, -0 as 0. */
void lt_keys(lt_dtype dtype, int64_t n, const void *x, uint64_t *keys);
void lt_unkeys(lt_dtype dtype, int64_t n, const uint64_t *keys, void *x);

/* 0-based place of the first of n dense elements with this key; -1 if there is none. */
int64_t lt_find_key(lt_dtype dtype, int64_t n, const void *x, uint64_t key);

#endif
