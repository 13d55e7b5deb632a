/* The kernels of loss.def in float. */
#include <math.h>

#define T                 float
#define TABLE             lt_loss_float32
#define K(c)              ((T)(c))
#define SIGN(x)           ((T)(((x) > 0) - ((x) < 0)))
#define MAX(x, y)         ((x) > (y) ? (x) : (y))
#define ABS(x)            fabsf(x)
#define EXP(x)            expf(x)
#define LOG(x)            logf(x)
#define LOG1P(x)          log1pf(x)
#define LOG_OR_LEAST(x)   (LOG(x) < -100 ? -100 : LOG(x))
#define LOG1P_OR_LEAST(x) (LOG1P(x) < -100 ? -100 : LOG1P(x))

#include "kernels/nn_loss.inc"
