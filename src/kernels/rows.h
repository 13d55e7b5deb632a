/* rows.h - distances and projections of rows of a float32 matrix. */
#ifndef LT_ROWS_H
#define LT_ROWS_H

#include <stdint.h>

/* Squared distance of two rows [d]. */
float lt_row_distance(const float *a, const float *b, int64_t d);

/* Where a row lies along a direction. */
typedef struct lt_projection {
    float value;
    int32_t row;
} lt_projection;

/* Values of n rows of x [., d] along w [d]. */
void lt_project_rows(lt_projection *p, int64_t n, const float *x, int64_t d, const float *w);

#endif
