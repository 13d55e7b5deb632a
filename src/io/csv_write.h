/* csv_write.h - writing tables of numbers and texts. */
#ifndef LT_CSV_WRITE_H
#define LT_CSV_WRITE_H

#include "tensor/tensor.h"

/* A column to write: `numbers` [rows], or where that is NULL, `texts`. */
typedef struct lt_csv_column {
    const char *name; /* NULL where the file gets no header */
    const lt_tensor *numbers;
    const char *const *texts;
} lt_csv_column;

/* Write a table; numbers get as many digits as bring them back exactly. */
lt_status lt_write_csv(const char *path, int64_t rows, int64_t columns, const lt_csv_column *column,
                       char delimiter);

#endif
