/* The kernels of ops.def in uint8_t. */
#include "kernels/elementwise_common.h"

#define T          uint8_t
#define TABLE      lt_elementwise_uint8
#define LOWEST     0
#define HIGHEST    UINT8_MAX
#define ABS(x)     (x)
#define SIGN(x)    ((x) > 0)
#define FLOOR(x)   (x)
#define CEIL(x)    (x)
#define RINT(x)    (x)
#define TRUNC(x)   (x)
#define IPOW(x, y) lt_int_pow(x, y)
#define IMOD(x, y) lt_int_mod(x, y)
#define IDIV(x, y) lt_int_div(x, y)

#include "kernels/elementwise_int.inc"
