#include "kernels/special.h"

#include <math.h>

#define PI 3.14159265358979323846

/* Recurrence up to x >= 10, then the asymptotic series (Abramowitz and Stegun 6.3.18). Below 0
 * the reflection formula. */
double lt_digamma(double x) {
    if (x <= 0) {
        if (x == floor(x))
            return x == 0 ? copysign(INFINITY, -x) : NAN;
        return lt_digamma(1 - x) - PI / tan(PI * x);
    }
    double sum = 0;
    for (; x < 10; x += 1)
        sum -= 1 / x;
    double i2 = 1 / (x * x);
    double series =
        i2 *
        (1. / 12 -
         i2 * (1. / 120 - i2 * (1. / 252 - i2 * (1. / 240 - i2 * (1. / 132 - i2 * 691 / 32760)))));
    return sum + log(x) - 0.5 / x - series;
}

/* The same plan (Abramowitz and Stegun 6.4.12). */
double lt_trigamma(double x) {
    if (x <= 0) {
        if (x == floor(x))
            return INFINITY;
        double s = sin(PI * x);
        return PI * PI / (s * s) - lt_trigamma(1 - x);
    }
    double sum = 0;
    for (; x < 12; x += 1)
        sum += 1 / (x * x);
    double i = 1 / x, i2 = i * i;
    double series =
        i2 * (1. / 6 - i2 * (1. / 30 - i2 * (1. / 42 - i2 * (1. / 30 - i2 * (5. / 66)))));
    return sum + i + i2 / 2 + i * series;
}

/* A rational start (Giles, 2010, single precision), then Newton steps on erf, or on erfc where y
 * is close to 1 and erf has no digits left. */
double lt_erfinv(double y) {
    if (!(fabs(y) < 1))
        return y == 1 ? INFINITY : y == -1 ? -INFINITY : NAN;
    double w = -log((1 - y) * (1 + y)), x;
    if (w < 5) {
        w -= 2.5;
        x = 2.81022636e-08;
        x = 3.43273939e-07 + x * w;
        x = -3.5233877e-06 + x * w;
        x = -4.39150654e-06 + x * w;
        x = 0.00021858087 + x * w;
        x = -0.00125372503 + x * w;
        x = -0.00417768164 + x * w;
        x = 0.246640727 + x * w;
        x = 1.50140941 + x * w;
    } else {
        w = sqrt(w) - 3;
        x = -0.000200214257;
        x = 0.000100950558 + x * w;
        x = 0.00134934322 + x * w;
        x = -0.00367342844 + x * w;
        x = 0.00573950773 + x * w;
        x = -0.0076224613 + x * w;
        x = 0.00943887047 + x * w;
        x = 1.00167406 + x * w;
        x = 2.83297682 + x * w;
    }
    x *= y;
    for (int step = 0; step < 2; step++) {
        double error = fabs(y) < 0.5 ? erf(x) - y : y > 0 ? (1 - y) - erfc(x) : erfc(-x) - (1 + y);
        double slope = 1.1283791670955126 * exp(-x * x);
        if (slope > 0)
            x -= error / slope;
    }
    return x;
}

double lt_lgamma(double x) {
    int sign;
    return lgamma_r(x, &sign);
}

double lt_floormod(double a, double b) {
    double r = fmod(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

float lt_floormodf(float a, float b) {
    float r = fmodf(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

int64_t lt_int_pow(int64_t a, int64_t b) {
    if (b < 0)
        return a == 1 ? 1 : a == -1 ? (b % 2 ? -1 : 1) : 0;
    int64_t result = 1;
    for (; b; b >>= 1, a *= a)
        if (b & 1)
            result *= a;
    return result;
}
