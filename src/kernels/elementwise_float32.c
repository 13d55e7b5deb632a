/* The kernels of ops.def in float. */
#include "kernels/elementwise_common.h"

#define T        float
#define FN(name) name##f
#define TABLE    lt_elementwise_float32
#include "kernels/real_math.h"

#include "kernels/elementwise_real.inc"
