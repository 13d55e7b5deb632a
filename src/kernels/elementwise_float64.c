/* The kernels of ops.def in double. */
#include "kernels/elementwise_common.h"

#define T        double
#define FN(name) name
#define TABLE    lt_elementwise_float64
#include "kernels/real_math.h"

#include "kernels/elementwise_real.inc"
