/* decimal.h - numbers from text, correctly rounded, and back, quickly. */
#ifndef LT_DECIMAL_H
#define LT_DECIMAL_H

/* A decimal number at the beginning of a text: sign, digits with a point, exponent; no blanks, no
 * words, no hexadecimal, and always a point, whatever the locale. The text ends with a zero byte
 * or any other that does not go on with the number. Returns where the number ends, or NULL if
 * there is none. Each rounds to the nearest value of its type, ties to even. */
const char *lt_parse_double(const char *text, double *value);
const char *lt_parse_float(const char *text, float *value);

#define LT_DECIMAL_MAX 40

/* Write a number so that parsing it as that type brings it back, with 15 digits where that is
 * enough and 17 at most (float: 6 and 9); returns the length. */
int lt_format_double(char to[LT_DECIMAL_MAX], double x);
int lt_format_float(char to[LT_DECIMAL_MAX], float x);

#endif
