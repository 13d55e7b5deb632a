#include "io/csv_field.h"

#include <string.h>
#include <strings.h>

#include "io/decimal.h"

/* After the closing quote; NULL if there is none, or something else before the delimiter. */
static const char *scan_quoted(const char *p, const char *end, char delimiter, lt_raw_field *f) {
    const char *begin = ++p;
    f->quoted = true;
    for (;;) {
        p = memchr(p, '"', (size_t)(end - p));
        if (!p)
            return NULL;
        if (p + 1 == end || p[1] != '"')
            break;
        f->doubled = true;
        p += 2;
    }
    f->text = begin;
    f->length = (size_t)(p - begin);
    p = lt_csv_skip_blanks(p + 1, end, delimiter);
    return lt_csv_at_line_end(p, end) || *p == delimiter ? p : NULL;
}

const char *lt_csv_scan_field(const char *p, const char *end, char delimiter, lt_raw_field *f) {
    *f = (lt_raw_field){0};
    p = lt_csv_skip_blanks(p, end, delimiter);
    if (p < end && *p == '"')
        return scan_quoted(p, end, delimiter, f);
    f->text = p;
    while (!lt_csv_at_line_end(p, end) && *p != delimiter)
        p++;
    const char *last = p;
    while (last > f->text && lt_csv_blank(last[-1], delimiter))
        last--;
    f->length = (size_t)(last - f->text);
    return p;
}

const char *lt_csv_next_line(const char *p, const char *end) {
    p = memchr(p, '\n', (size_t)(end - p));
    return p ? p + 1 : end;
}

const char *lt_csv_skip_empty(const char *p, const char *end, char delimiter) {
    for (;;) {
        const char *q = lt_csv_skip_blanks(p, end, delimiter);
        if (q == end || !lt_csv_at_line_end(q, end))
            return q == end ? end : p;
        p = lt_csv_next_line(q, end);
    }
}

const char *lt_csv_skip_record(const char *p, const char *end, char delimiter) {
    lt_raw_field f;
    for (;;) {
        p = lt_csv_scan_field(p, end, delimiter, &f);
        if (!p)
            return NULL;
        if (lt_csv_at_line_end(p, end))
            return lt_csv_next_line(p, end);
        p++;
    }
}

static bool is_word(const lt_raw_field *f, const char *word) {
    return strlen(word) == f->length && strncasecmp(f->text, word, f->length) == 0;
}

bool lt_csv_missing(const lt_raw_field *f) {
    return f->length == 0 || is_word(f, "na") || is_word(f, "n/a") || is_word(f, "nan") ||
           is_word(f, "null");
}

bool lt_csv_infinite(const lt_raw_field *f, bool *negative) {
    lt_raw_field word = *f;
    *negative = word.text[0] == '-';
    if (word.text[0] == '-' || word.text[0] == '+')
        word.text++, word.length--;
    return is_word(&word, "inf") || is_word(&word, "infinity");
}

bool lt_csv_number(const lt_raw_field *f) {
    double value;
    bool negative;
    return lt_parse_double(f->text, &value) == f->text + f->length || lt_csv_infinite(f, &negative);
}

char *lt_csv_unquote(char *to, const lt_raw_field *f) {
    for (size_t i = 0; i < f->length; i++) {
        *to++ = f->text[i];
        i += f->doubled && f->text[i] == '"';
    }
    return to;
}
