/* The kernels of codebooks in float. */
#include <float.h>

#define T       float
#define EPSILON FLT_EPSILON
#define EXP     expf
#define ABS     fabsf
#define TABLE   lt_codebook_float32

#include "kernels/codebook.inc"
