/* csv.h - tables of numbers and texts, a record a line, fields between delimiters (RFC 4180).
 *
 * A field in double quotes may hold delimiters, line ends and doubled quotes. Blank lines are
 * passed over; blanks around a field do not count. An empty field, or NA, N/A, null or nan in any
 * case, is a missing value, which reads as NaN. Numbers are rounded correctly. */
#ifndef LT_CSV_H
#define LT_CSV_H

#include "tensor/tensor.h"

typedef struct lt_csv lt_csv;

typedef enum lt_csv_header {
    LT_CSV_GUESS, /* the first record is one if it has a field that is neither number nor missing */
    LT_CSV_HEADER,
    LT_CSV_NO_HEADER,
} lt_csv_header;

typedef struct lt_csv_options {
    char delimiter;
    lt_csv_header header;
    lt_dtype dtype; /* of numbers: float32 or float64 */
    bool matrix;    /* one tensor [rows, columns]; a field that is no number is an error */
} lt_csv_options;

/* Part of the file, or of a buffer that the next record overwrites. */
typedef struct lt_csv_field {
    const char *text;
    size_t length;
} lt_csv_field;

/* Read a file. */
lt_status lt_csv_open(lt_csv **out, const char *path, const lt_csv_options *options);

int64_t lt_csv_rows(const lt_csv *csv);
int64_t lt_csv_columns(const lt_csv *csv);

/* The header's fields, NULL where there is no header. */
const lt_csv_field *lt_csv_names(const lt_csv *csv);

/* With `matrix`: all numbers. Otherwise: the numbers [rows] of a column. Moves them out. */
void lt_csv_take_matrix(lt_csv *csv, lt_tensor *out);
void lt_csv_take_column(lt_csv *csv, int64_t column, lt_tensor *out);

/* Whether a column has a field that is neither a number nor missing. */
bool lt_csv_is_text(const lt_csv *csv, int64_t column);

/* The fields of the next record as texts, from the first on; *fields is NULL after the last. */
lt_status lt_csv_next(lt_csv *csv, const lt_csv_field **fields);

/* NULL is ignored. */
void lt_csv_close(lt_csv *csv);

#endif
