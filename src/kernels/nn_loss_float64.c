/* The kernels of loss.def in double. */
#include <math.h>

#define T                 double
#define TABLE             lt_loss_float64
#define K(c)              ((T)(c))
#define SIGN(x)           ((T)(((x) > 0) - ((x) < 0)))
#define MAX(x, y)         ((x) > (y) ? (x) : (y))
#define ABS(x)            fabs(x)
#define EXP(x)            exp(x)
#define LOG(x)            log(x)
#define LOG1P(x)          log1p(x)
#define LOG_OR_LEAST(x)   (LOG(x) < -100 ? -100 : LOG(x))
#define LOG1P_OR_LEAST(x) (LOG1P(x) < -100 ? -100 : LOG1P(x))

#include "kernels/nn_loss.inc"
