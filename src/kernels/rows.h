/* rows.h - distances and projections of rows of a float32 matrix, and rows in order of a key. */
#ifndef LT_ROWS_H
#define LT_ROWS_H

#include <stdint.h>

/* Squared distance of two rows [d]. */
float lt_row_distance(const float *a, const float *b, int64_t d);

/* A row by number, and what it goes by. */
typedef struct lt_keyed_row {
    double key;
    int64_t id;
} lt_keyed_row;

/* Bring the row that belongs at `nth` of n there, smaller keys before it (Hoare 1961). Ties go by
 * row number. */
void lt_select_row(lt_keyed_row *p, int64_t n, int64_t nth);

/* Keys of n rows of x [., d]: how far they are along w [d]. */
void lt_project_rows(lt_keyed_row *p, int64_t n, const float *x, int64_t d, const float *w);

#endif
