/* decimal.h - numbers from text, correctly rounded, quickly. */
#ifndef LT_DECIMAL_H
#define LT_DECIMAL_H

/* A decimal number at the beginning of a text: sign, digits with a point, exponent; no blanks, no
 * words, no hexadecimal, and always a point, whatever the locale. The text ends with a zero byte
 * or any other that does not go on with the number. Returns where the number ends, or NULL if
 * there is none. Each rounds to the nearest value of its type, ties to even. */
const char *lt_parse_double(const char *text, double *value);
const char *lt_parse_float(const char *text, float *value);

#endif
