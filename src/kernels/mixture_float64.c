/* The pass of Gaussian mixtures in double. */
#include <float.h>

#define T       double
#define DTYPE   LT_FLOAT64
#define EPSILON DBL_EPSILON
#define EXP(x)  exp(x)
#define LOG(x)  log(x)
#define SQRT(x) sqrt(x)
#define NOTHING -700
#define PASS    lt_mixture_float64

#include "kernels/mixture.inc"
