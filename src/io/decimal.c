#include "io/decimal.h"

#include <float.h>
#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* digits * 10^exponent. `digits` holds the first 19 significant digits at most, which always fit.
 */
typedef struct decimal {
    uint64_t digits;
    int exponent;
    bool negative;
    bool cut; /* there are more digits */
} decimal;

static inline bool is_digit(char c) {
    return (unsigned char)(c - '0') < 10;
}

/* Digits, with a point at `point` or NULL, that may be too many for 64 bits: the first 19 that
 * count, the power of ten of the last one kept. */
static void keep_digits(const char *p, const char *end, const char *point, decimal *d) {
    int count = 0;
    d->digits = 0;
    d->exponent = 0;
    for (; p < end; p++) {
        if (p == point)
            continue;
        bool fraction = point && p > point;
        if (count < 19) {
            d->digits = d->digits * 10 + (uint64_t)(*p - '0');
            count += d->digits != 0;
            d->exponent -= fraction;
        } else {
            d->cut = true;
            d->exponent += !fraction;
        }
    }
}

/* An exponent, if one follows; far ones stop growing. */
static const char *scan_exponent(const char *p, int *exponent) {
    const char *q = p + 1;
    bool negative = *q == '-';
    if (*q == '-' || *q == '+')
        q++;
    if (!is_digit(*q))
        return p;
    int e = 0;
    for (; is_digit(*q); q++)
        e = e < 100000 ? e * 10 + (*q - '0') : e;
    *exponent += negative ? -e : e;
    return q;
}

static inline const char *scan(const char *p, decimal *d) {
    uint64_t digits = 0;
    bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    const char *begin = p, *point = NULL;
    for (; is_digit(*p); p++)
        digits = digits * 10 + (uint64_t)(*p - '0');
    if (*p == '.') {
        point = p++;
        for (; is_digit(*p); p++)
            digits = digits * 10 + (uint64_t)(*p - '0');
    }
    ptrdiff_t count = p - begin - (point != NULL);
    if (count == 0)
        return NULL;
    *d = (decimal){digits, point ? (int)(point + 1 - p) : 0, negative, false};
    if (count > 19)
        keep_digits(begin, p, point, d);
    return *p == 'e' || *p == 'E' ? scan_exponent(p, &d->exponent) : p;
}

static locale_t c_locale(void) {
    static locale_t locale;
    if (!locale)
        locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return locale;
}

/* Powers of ten that a double holds exactly. */
static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The number is digits times or by a power of ten, both exact in a long double of 64 bits or more,
 * so the result is off by half a unit of its last place at most. If both neighbours round to the
 * same double, so does the number itself. */
static bool by_long_double(const decimal *d, double *value) {
#if LDBL_MANT_DIG >= 64
    if (d->exponent < -27 || d->exponent > 27)
        return false;
    static const long double more[] = {1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
    int e = abs(d->exponent);
    long double power = e <= 22 ? tens[e] : more[e - 23];
    long double x =
        d->exponent < 0 ? (long double)d->digits / power : (long double)d->digits * power;
    long double unit = x * 0x1p-63L;
    *value = (double)(x - unit);
    return *value == (double)(x + unit);
#else
    (void)d, (void)value;
    return false;
#endif
}

static inline bool quick_double(const decimal *d, double *value) {
    if (d->cut)
        return false;
    if (d->exponent == 0 && d->digits <= (uint64_t)1 << 53)
        *value = (double)(int64_t)d->digits;
    else if (d->digits <= (uint64_t)1 << 53 && d->exponent >= -22 && d->exponent <= 22)
        *value = d->exponent < 0 ? (double)d->digits / tens[-d->exponent]
                                 : (double)d->digits * tens[d->exponent];
    else if (d->digits == 0)
        *value = 0;
    else
        return by_long_double(d, value);
    return true;
}

const char *lt_parse_double(const char *text, double *value) {
    decimal d;
    const char *end = scan(text, &d);
    if (!end)
        return NULL;
    if (quick_double(&d, value))
        *value = d.negative ? -*value : *value;
    else
        *value = strtod_l(text, NULL, c_locale());
    return end;
}

/* True if rounding this double to float is rounding the number that it came from: it does not lie
 * in the middle between two floats, and both are normal. */
static bool rounds_once(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits & 0x1fffffff) != 0x10000000 && x >= FLT_MIN && x < FLT_MAX;
}

const char *lt_parse_float(const char *text, float *value) {
    decimal d;
    double x;
    const char *end = scan(text, &d);
    if (!end)
        return NULL;
    if (quick_double(&d, &x) && (x == 0 || rounds_once(x)))
        *value = d.negative ? -(float)x : (float)x;
    else
        *value = strtof_l(text, NULL, c_locale());
    return end;
}
