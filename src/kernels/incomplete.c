#include "kernels/incomplete.h"

#include <math.h>

#include "kernels/special.h"

#define PI 3.141592653589793

enum { MOST_TERMS = 1000000 }; /* some 10 sqrt(a) are needed: enough for any a up to 1e9 */

/* log gamma(a) less Stirling's formula (a - 1/2) log a - a + log(2 pi) / 2 for it. */
static double stirling_error(double a) {
    if (a < 16)
        return lt_lgamma(a) - ((a - 0.5) * log(a) - a + 0.5 * log(2 * PI));
    double a2 = a * a;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * a2)) / a2) / a2) / a;
}

/* t - log(1 + t) for t = x / m - 1. */
static double deviance(double x, double m) {
    double t = (x - m) / m;
    return t - (fabs(t) < 0.5 ? log1p(t) : log(x / m));
}

/* x^a e^-x / gamma(a + 1), by its distance from the maximum as Loader (2000) does: powers and gamma
 * functions are large and would cancel. */
static double gamma_front(double a, double x) {
    return exp(-a * deviance(x, a) - stirling_error(a)) / sqrt(2 * PI * a);
}

/* Power series, good for x < a + 1 (Abramowitz and Stegun 6.5.29). */
static double gamma_series(double a, double x) {
    double term = 1, sum = 1;
    for (int n = 1; n < MOST_TERMS && term > sum * 1e-17; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum * gamma_front(a, x);
}

/* Continued fraction of 1 - P, good for x > a + 1 (6.5.31 there), by Lentz's method. */
static double gamma_fraction(double a, double x) {
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int i = 1; i < MOST_TERMS; i++) {
        double step = -i * (i - a);
        b += 2;
        d = step * d + b;
        c = b + step / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16)
            break;
    }
    return h * a * gamma_front(a, x);
}

/* Temme's expansion (1979) with its first correction: 13 digits for a > 1e8. */
static double gamma_asymptotic(double a, double x) {
    double mu = (x - a) / a, half = mu - log1p(mu); /* eta^2 / 2 */
    double eta = copysign(sqrt(2 * half), mu);
    double correction = fabs(mu) < 1e-3 ? -1.0 / 3 + mu / 12 : 1 / mu - 1 / eta;
    return 0.5 * erfc(-eta * sqrt(a / 2)) - exp(-a * half) / sqrt(2 * PI * a) * correction;
}

double lt_gammainc(double a, double x) {
    if (!(a > 0) || !(x >= 0) || isinf(a))
        return NAN;
    if (x == 0 || isinf(x))
        return x == 0 ? 0 : 1;
    if (a > 1e8)
        return gamma_asymptotic(a, x);
    return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

/* x^a (1 - x)^b / beta(a, b), in the same way. */
static double beta_front(double a, double b, double x) {
    double p = a / (a + b), q = b / (a + b);
    double exponent = -a * deviance(x, p) - b * deviance(1 - x, q) - stirling_error(a) -
                      stirling_error(b) + stirling_error(a + b);
    return exp(exponent) * sqrt(a / (2 * PI) * q);
}

/* Continued fraction of I_x(a, b), good for x < (a + 1) / (a + b + 2) (26.5.8 there). */
static double beta_fraction(double a, double b, double x) {
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m < MOST_TERMS; m++) {
        double steps[2] = {m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                           -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))};
        double change = 1;
        for (int k = 0; k < 2; k++) {
            d = 1 + steps[k] * d;
            c = 1 + steps[k] / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            change = d * c;
            h *= change;
        }
        if (fabs(change - 1) < 1e-16)
            break;
    }
    return h;
}

double lt_betainc(double a, double b, double x) {
    if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1) || isinf(a) || isinf(b))
        return NAN;
    if (x == 0 || x == 1)
        return x;
    double front = beta_front(a, b, x);
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* A density at the end of its range, where it goes as a power of the distance. */
static double at_the_end(double power, double factor) {
    return power < 0 ? INFINITY : power > 0 ? 0 : factor;
}

double lt_gammainc_slope(double a, double x) {
    if (!(a > 0) || !(x >= 0) || isinf(a))
        return NAN;
    if (x == 0 || isinf(x))
        return x == 0 ? at_the_end(a - 1, 1) : 0;
    return gamma_front(a, x) * a / x;
}

double lt_betainc_slope(double a, double b, double x) {
    if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1) || isinf(a) || isinf(b))
        return NAN;
    if (x == 0 || x == 1)
        return x == 0 ? at_the_end(a - 1, b) : at_the_end(b - 1, a);
    return beta_front(a, b, x) / (x * (1 - x));
}
