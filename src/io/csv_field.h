/* csv_field.h - the fields of a CSV file as they stand in it, and where records begin and end. */
#ifndef LT_CSV_FIELD_H
#define LT_CSV_FIELD_H

#include <stdbool.h>
#include <stddef.h>

/* A field without the blanks around it and its quotes. */
typedef struct lt_raw_field {
    const char *text;
    size_t length;
    bool quoted, doubled; /* in quotes; with doubled quotes inside */
} lt_raw_field;

static inline bool lt_csv_blank(char c, char delimiter) {
    return c == ' ' || (c == '\t' && delimiter != '\t');
}

/* At the end of a line (its carriage return, if it has one) or of the file. */
static inline bool lt_csv_at_line_end(const char *p, const char *end) {
    return p == end || *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] == '\n'));
}

static inline const char *lt_csv_skip_blanks(const char *p, const char *end, char delimiter) {
    while (p < end && lt_csv_blank(*p, delimiter))
        p++;
    return p;
}

/* One field from p on; returns where its delimiter, line end or the end of the file stands, or
 * NULL if a quoted field does not end with a quote before one of these. */
const char *lt_csv_scan_field(const char *p, const char *end, char delimiter, lt_raw_field *f);

/* To the beginning of the next line. */
const char *lt_csv_next_line(const char *p, const char *end);

/* Over lines without anything in them. */
const char *lt_csv_skip_empty(const char *p, const char *end, char delimiter);

/* To the beginning of the next record, field by field; NULL if one is not well formed. */
const char *lt_csv_skip_record(const char *p, const char *end, char delimiter);

/* What a field means: missing, infinite, any number. A byte that is no part of a number has to
 * follow the field. */
bool lt_csv_missing(const lt_raw_field *f);
bool lt_csv_infinite(const lt_raw_field *f, bool *negative);
bool lt_csv_number(const lt_raw_field *f);

/* Copy a field to `to`, single quotes for doubled ones; returns the end of the copy. */
char *lt_csv_unquote(char *to, const lt_raw_field *f);

#endif
