/* real_math.h - the upper-case functions of ops.def for a float type.
 *
 * The including file defines T and FN: FN(exp) is expf for float and exp for double. */
#ifndef LT_REAL_MATH_H
#define LT_REAL_MATH_H

#include "kernels/simd.h"
#include "kernels/special.h"

#define K(c)           ((T)(c))
#define SIGN(x)        ((x) != (x) ? (x) : (T)(((x) > 0) - ((x) < 0)))
#define MIN(x, y)      ((x) < (y) ? (x) : (y))
#define MAX(x, y)      ((x) > (y) ? (x) : (y))
#define EXP(x)         FN(exp)(x)
#define EXP2(x)        FN(exp2)(x)
#define EXPM1(x)       FN(expm1)(x)
#define LOG(x)         FN(log)(x)
#define LOG2(x)        FN(log2)(x)
#define LOG10(x)       FN(log10)(x)
#define LOG1P(x)       FN(log1p)(x)
#define SQRT(x)        FN(sqrt)(x)
#define SIN(x)         FN(sin)(x)
#define COS(x)         FN(cos)(x)
#define TAN(x)         FN(tan)(x)
#define ASIN(x)        FN(asin)(x)
#define ACOS(x)        FN(acos)(x)
#define ATAN(x)        FN(atan)(x)
#define SINH(x)        FN(sinh)(x)
#define COSH(x)        FN(cosh)(x)
#define TANH(x)        FN(tanh)(x)
#define ASINH(x)       FN(asinh)(x)
#define ACOSH(x)       FN(acosh)(x)
#define ATANH(x)       FN(atanh)(x)
#define ERF(x)         FN(erf)(x)
#define ERFC(x)        FN(erfc)(x)
#define FLOOR(x)       FN(floor)(x)
#define CEIL(x)        FN(ceil)(x)
#define RINT(x)        FN(rint)(x)
#define TRUNC(x)       FN(trunc)(x)
#define ABS(x)         FN(fabs)(x)
#define POW(x, y)      FN(pow)(x, y)
#define ATAN2(x, y)    FN(atan2)(x, y)
#define HYPOT(x, y)    FN(hypot)(x, y)
#define FLOORMOD(x, y) FN(lt_floormod)(x, y)
#define ERFINV(x)      ((T)lt_erfinv((double)(x)))
#define LGAMMA(x)      ((T)lt_lgamma((double)(x)))
#define DIGAMMA(x)     ((T)lt_digamma((double)(x)))
#define TRIGAMMA(x)    ((T)lt_trigamma((double)(x)))

#endif
