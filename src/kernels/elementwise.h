/* elementwise.h - the kernels that ops.def describes, as tables by operation. */
#ifndef LT_KERNELS_ELEMENTWISE_H
#define LT_KERNELS_ELEMENTWISE_H

#include "kernels/map.h"

typedef enum lt_unary_op {
#define UNARY(name, ...)       LT_UN_##name,
#define UNARY_ANY(name, ...)   LT_UN_##name,
#define UNARY_P(name, ...)     LT_UN_##name,
#define UNARY_P_ANY(name, ...) LT_UN_##name,
#define TEST(name, ...)        LT_UN_##name,
#define BINARY(...)
#define BINARY_ANY(...)
#define COMPARE(...)
#include "ops/ops.def"
    LT_UNARY_COUNT
} lt_unary_op;

typedef enum lt_binary_op {
#define UNARY(...)
#define UNARY_ANY(...)
#define UNARY_P(...)
#define UNARY_P_ANY(...)
#define TEST(...)
#define BINARY(name, ...)     LT_BI_##name,
#define BINARY_ANY(name, ...) LT_BI_##name,
#define COMPARE(name, ...)    LT_BI_##name,
#include "ops/ops.def"
    LT_BINARY_COUNT
} lt_binary_op;

/* Kernels of one element type; NULL where the operation is not defined for it. Unary forward
 * takes {x}, backward {g, x, y}; binary forward takes {a, b}, backward {g, a, b, y}. */
typedef struct lt_elementwise {
    lt_kernel unary[LT_UNARY_COUNT], unary_back[LT_UNARY_COUNT];
    lt_kernel binary[LT_BINARY_COUNT], binary_back_a[LT_BINARY_COUNT],
        binary_back_b[LT_BINARY_COUNT];
} lt_elementwise;

extern const lt_elementwise lt_elementwise_float32, lt_elementwise_float64, lt_elementwise_int64,
    lt_elementwise_uint8;

/* The kernels that work in this dtype (bool works in uint8). */
const lt_elementwise *lt_elementwise_for(lt_dtype dtype);

#endif
