/* columns.h - some of the columns of a matrix, as runs of neighbours: those that are not the same
 * in all rows. Pictures have borders, counts have words that never come: what never changes costs
 * nothing. */
#ifndef LT_COLUMNS_H
#define LT_COLUMNS_H

#include "models/arena.h"
#include "models/samples.h"

typedef struct lt_run {
    int64_t from, count;
} lt_run;

typedef struct lt_columns {
    int64_t count; /* columns */
    int64_t runs;
    lt_run *run; /* ascending */
} lt_columns;

/* All of d columns. */
lt_status lt_columns_all(lt_columns *c, lt_arena *a, const char *model, int64_t d);

/* Those of dense float rows x in which some row differs from the first. */
lt_status lt_columns_varying(lt_columns *c, lt_arena *a, const char *model, const lt_tensor *x);

/* Which column of the matrix is number `at` of these; both from 0. */
int64_t lt_columns_number(const lt_columns *c, int64_t at);

/* to [count] = the columns' share of `from`, one number a column of the matrix; and back. */
void lt_columns_take(const lt_columns *c, const double *from, double *to);
void lt_columns_put(const lt_columns *c, const double *from, double *to);

#endif
