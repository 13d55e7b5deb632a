/* The kernels of codebooks in double. */
#include <float.h>

#define T       double
#define EPSILON DBL_EPSILON
#define EXP     exp
#define ABS     fabs
#define TABLE   lt_codebook_float64

#include "kernels/codebook.inc"
