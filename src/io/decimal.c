#include "io/decimal.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

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

/* Powers of ten that a long double of 64 bits holds exactly. */
#define LONG_TENS 27

static inline long double long_ten(int exponent) {
    static const long double more[] = {1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
    return exponent <= 22 ? (long double)tens[exponent] : more[exponent - 23];
}

/* The number is digits times or by a power of ten, both exact in a long double of 64 bits or more,
 * so the result is off by half a unit of its last place at most. If both neighbours round to the
 * same double, so does the number itself. */
static bool by_long_double(const decimal *d, double *value) {
#if LDBL_MANT_DIG >= 64
    if (d->exponent < -LONG_TENS || d->exponent > LONG_TENS)
        return false;
    long double power = long_ten(abs(d->exponent));
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

/* ---- writing ---- */

/* |x| rounded to n digits: digits * 10^exponent. Not always the nearest such number: whoever uses
 * it sees whether it reads back as x. False where it cannot be computed this way. */
static bool round_to(double x, int n, decimal *d) {
    int exponent = (int)floor(log10(x)) + 1 - n;
    if (exponent < -LONG_TENS || exponent > LONG_TENS)
        return false;
    long double scaled =
        exponent < 0 ? (long double)x * long_ten(-exponent) : (long double)x / long_ten(exponent);
    *d = (decimal){.digits = (uint64_t)(scaled + 0.5L), .exponent = exponent};
    while (d->digits != 0 && d->digits % 10 == 0) {
        d->digits /= 10;
        d->exponent++;
    }
    return true;
}

static bool reads_back(const decimal *d, double x, bool single) {
    double value;
    if (!quick_double(d, &value))
        return false;
    return single ? rounds_once(value) && (double)(float)value == x : value == x;
}

/* Digits with a point where they have to be, or as 1.5e-07. */
static int put_decimal(char *to, const decimal *d) {
    char digits[24], *begin = to;
    int n = sprintf(digits, "%llu", (unsigned long long)d->digits);
    int before = n + d->exponent; /* digits before the point */
    if (before < -3 || before > 17) {
        *to++ = digits[0];
        if (n > 1)
            to += sprintf(to, ".%s", digits + 1);
        return (int)(to - begin) + sprintf(to, "e%+03d", before - 1);
    }
    if (before <= 0)
        return sprintf(to, "0.%.*s%s", -before, "0000", digits);
    if (d->exponent >= 0)
        return sprintf(to, "%s%.*s", digits, d->exponent, "00000000000000000");
    return sprintf(to, "%.*s.%s", before, digits, digits + before);
}

static int format(char *to, double x, bool single) {
    decimal d;
    int sign = signbit(x) && x == x, least = single ? 6 : 15, most = single ? 9 : 17;
    if (sign)
        *to++ = '-';
    double size = fabs(x);
    if (!isfinite(x) || x == 0)
        return sign + sprintf(to, "%s", x == 0 ? "0" : x == x ? "inf" : "nan");
    for (int n = least; n <= most && round_to(size, n, &d); n++)
        if (reads_back(&d, size, single))
            return sign + put_decimal(to, &d);
    /* Very large, very small, or too close to the middle of two numbers. */
    for (int n = least;; n++) {
        int length = snprintf(to, LT_DECIMAL_MAX - 1, "%.*g", n, size);
        if (n == most || (single ? strtof(to, NULL) == (float)size : strtod(to, NULL) == size))
            return sign + length;
    }
}

int lt_format_double(char to[LT_DECIMAL_MAX], double x) {
    return format(to, x, false);
}

int lt_format_float(char to[LT_DECIMAL_MAX], float x) {
    return format(to, (double)x, true);
}
