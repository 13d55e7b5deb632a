/* The kernels of k-means in float. */
#include <float.h>

#define T       float
#define DTYPE   LT_FLOAT32
#define EPSILON FLT_EPSILON
#define SQRT    sqrtf
#define TABLE   lt_kmeans_float32

#include "kernels/kmeans.inc"
