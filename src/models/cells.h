/* cells.h - rows of up to three columns sorted into the cells of a grid.
 *
 * Only cells that hold rows exist; a hash table finds them. Rows are kept in float64, those of a
 * cell together and in their first order. */
#ifndef LT_CELLS_H
#define LT_CELLS_H

#include <stdint.h>

#include "models/arena.h"
#include "tensor/tensor.h"

#define LT_CELLS_COLUMNS 3

typedef struct lt_cells {
    int64_t n, d, count;
    double *rows;   /* [n, d] by cell */
    int64_t *id;    /* [n] number (from 0) of the row at each place of that order */
    int64_t *start; /* [count + 1] first place of each cell */
    int64_t *key;   /* [count, 3] its place in the grid */
    int64_t *slot;  /* hash table: cell + 1, or 0 */
    int64_t slots;
    lt_arena arena;
} lt_cells;

/* Sort dense float rows x [n, d], d <= LT_CELLS_COLUMNS, into cells whose rows are all within
 * `eps` of each other. Fails where there would be more than 2^50 cells to a side. */
lt_status lt_cells_build(lt_cells *c, const char *model, const lt_tensor *x, double eps);
void lt_cells_drop(lt_cells *c);

/* Number of the cell at a place of the grid, or -1. */
int64_t lt_cells_find(const lt_cells *c, const int64_t *key);

#endif
