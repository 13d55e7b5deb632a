#include "io/elements.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    size_t size;
    lt_dtype dtype;
} element_info[] = {
    [LT_EL_BOOL] = {1, LT_BOOL},    [LT_EL_U8] = {1, LT_UINT8},    [LT_EL_I8] = {1, LT_INT64},
    [LT_EL_I16] = {2, LT_INT64},    [LT_EL_U16] = {2, LT_INT64},   [LT_EL_I32] = {4, LT_INT64},
    [LT_EL_U32] = {4, LT_INT64},    [LT_EL_I64] = {8, LT_INT64},   [LT_EL_F16] = {2, LT_FLOAT32},
    [LT_EL_BF16] = {2, LT_FLOAT32}, [LT_EL_F32] = {4, LT_FLOAT32}, [LT_EL_F64] = {8, LT_FLOAT64},
};

size_t lt_element_size(lt_element element) {
    return element_info[element].size;
}

/* IEEE half precision: 1 sign, 5 exponent, 10 fraction bits. */
static float from_half(uint16_t h) {
    uint32_t sign = (uint32_t)(h >> 15) << 31, exponent = h >> 10 & 31, fraction = h & 1023, bits;
    if (exponent == 31)
        bits = sign | 0x7f800000u | fraction << 13;
    else if (exponent > 0)
        bits = sign | (exponent + 112) << 23 | fraction << 13;
    else {
        float tiny = (float)fraction * 0x1p-24f; /* zero or subnormal */
        return sign ? -tiny : tiny;
    }
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static float from_bfloat(uint16_t h) {
    uint32_t bits = (uint32_t)h << 16;
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static void swap_bytes(unsigned char *p, size_t n, size_t size) {
    for (size_t i = 0; i < n; i++, p += size) {
        for (size_t lo = 0, hi = size - 1; lo < hi; lo++, hi--) {
            unsigned char keep = p[lo];
            p[lo] = p[hi];
            p[hi] = keep;
        }
    }
}

#define WIDEN(source, target, expression)                                                          \
    do {                                                                                           \
        for (int64_t i = 0; i < n; i++) {                                                          \
            source v;                                                                              \
            memcpy(&v, from + i * (int64_t)sizeof v, sizeof v);                                    \
            ((target *)to)[i] = expression;                                                        \
        }                                                                                          \
    } while (0)

/* n elements in the machine's byte order into a tensor's data. */
static void widen(lt_element element, const unsigned char *from, void *to, int64_t n) {
    switch (element) {
    case LT_EL_BOOL:
        WIDEN(uint8_t, uint8_t, v != 0);
        break;
    case LT_EL_I8:
        WIDEN(int8_t, int64_t, v);
        break;
    case LT_EL_I16:
        WIDEN(int16_t, int64_t, v);
        break;
    case LT_EL_U16:
        WIDEN(uint16_t, int64_t, v);
        break;
    case LT_EL_I32:
        WIDEN(int32_t, int64_t, v);
        break;
    case LT_EL_U32:
        WIDEN(uint32_t, int64_t, v);
        break;
    case LT_EL_F16:
        WIDEN(uint16_t, float, from_half(v));
        break;
    case LT_EL_BF16:
        WIDEN(uint16_t, float, from_bfloat(v));
        break;
    default:
        memcpy(to, from, (size_t)n * element_info[element].size);
    }
}

/* Through a small block, for elements that are not the tensor's own. */
static lt_status read_converted(lt_reader *r, lt_tensor *out, lt_element element, bool swap) {
    unsigned char block[1 << 16];
    size_t size = element_info[element].size, width = lt_dtype_size(element_info[element].dtype);
    int64_t step = (int64_t)(sizeof block / size);
    for (int64_t done = 0; done < out->numel; done += step) {
        int64_t n = out->numel - done < step ? out->numel - done : step;
        LT_TRY(lt_reader_exact(r, block, (size_t)n * size));
        if (swap)
            swap_bytes(block, (size_t)n, size);
        widen(element, block, (char *)lt_data(out) + (size_t)done * width, n);
    }
    return LT_OK;
}

lt_status lt_read_elements(lt_reader *r, lt_tensor *out, int ndim, const int64_t *shape,
                           lt_element element, bool big_endian) {
    size_t size = element_info[element].size;
    lt_dtype dtype = element_info[element].dtype;
    int64_t numel = lt_shape_numel(ndim, shape);
    if (numel < 0 || numel > r->bound / (int64_t)size)
        return lt_fail(LT_EIO,
                       "%s: truncated: the shape %s needs more than the %" PRId64
                       " bytes that are left",
                       r->name, lt_shape_text(ndim, shape), r->bound);
    LT_TRY(lt_empty(out, dtype, ndim, shape));
    bool swap = size > 1 && big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    bool same = !swap && size == lt_dtype_size(dtype) && element != LT_EL_BOOL;
    lt_status status = same ? lt_reader_exact(r, lt_data(out), (size_t)numel * size)
                            : read_converted(r, out, element, swap);
    if (status != LT_OK)
        lt_release(out);
    return status;
}
