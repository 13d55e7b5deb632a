/* special.h - scalar functions that the C library lacks, for the element-wise kernels. */
#ifndef LT_SPECIAL_H
#define LT_SPECIAL_H

#include <stdint.h>

/* First and second derivative of the logarithm of the gamma function. */
double lt_digamma(double x);
double lt_trigamma(double x);

/* Inverse of the error function, to the last digits of a double. */
double lt_erfinv(double y);

/* lgamma without its global sign variable. */
double lt_lgamma(double x);

/* a modulo b with the sign of b. */
double lt_floormod(double a, double b);
float lt_floormodf(float a, float b);

/* Integers. Division by zero gives 0 (the operations refuse it before); the quotient of the
 * smallest integer and -1 wraps. */
static inline int64_t lt_int_div(int64_t a, int64_t b) {
    if (b == 0)
        return 0;
    if (b == -1)
        return -a;
    int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

static inline int64_t lt_int_mod(int64_t a, int64_t b) {
    if (b == 0 || b == -1)
        return 0;
    int64_t r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* Wraps on overflow; a negative power is the integer part of the true value. */
int64_t lt_int_pow(int64_t a, int64_t b);

#endif
