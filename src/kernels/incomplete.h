/* incomplete.h - the regularised incomplete gamma and beta functions: distribution functions of the
 * gamma and beta distributions. About 13 digits; NaN outside their domains. */
#ifndef LT_INCOMPLETE_H
#define LT_INCOMPLETE_H

/* P(a, x), a > 0, x >= 0. */
double lt_gammainc(double a, double x);

/* I_x(a, b), a > 0, b > 0, 0 <= x <= 1. */
double lt_betainc(double a, double b, double x);

/* Their derivatives by x: the densities of those distributions. */
double lt_gammainc_slope(double a, double x);
double lt_betainc_slope(double a, double b, double x);

#endif
