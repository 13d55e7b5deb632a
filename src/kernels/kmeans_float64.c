/* The kernels of k-means in double. */
#include <float.h>

#define T       double
#define DTYPE   LT_FLOAT64
#define EPSILON DBL_EPSILON
#define SQRT    sqrt
#define TABLE   lt_kmeans_float64

#include "kernels/kmeans.inc"
