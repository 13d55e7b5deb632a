/* The pass of Gaussian mixtures in float. */
#include <float.h>

#define T       float
#define DTYPE   LT_FLOAT32
#define EPSILON FLT_EPSILON
#define EXP(x)  expf(x)
#define LOG(x)  logf(x)
#define SQRT(x) sqrtf(x)
#define NOTHING -80
#define PASS    lt_mixture_float32

#include "kernels/mixture.inc"
