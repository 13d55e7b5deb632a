/* The kernels of ops.def in int64_t. */
#include "kernels/elementwise_common.h"

#define T          int64_t
#define TABLE      lt_elementwise_int64
#define LOWEST     INT64_MIN
#define HIGHEST    INT64_MAX
#define ABS(x)     ((x) < 0 ? -(x) : (x))
#define SIGN(x)    (((x) > 0) - ((x) < 0))
#define FLOOR(x)   (x)
#define CEIL(x)    (x)
#define RINT(x)    (x)
#define TRUNC(x)   (x)
#define IPOW(x, y) lt_int_pow(x, y)
#define IMOD(x, y) lt_int_mod(x, y)
#define IDIV(x, y) lt_int_div(x, y)

#include "kernels/elementwise_int.inc"
