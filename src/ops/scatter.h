/* scatter.h - copies of a tensor with elements written at listed places, recorded for autograd. The
 * forms that write in place are in gather.h. */
#ifndef LT_SCATTER_H
#define LT_SCATTER_H

#include <stdbool.h>

#include "tensor/tensor.h"

typedef struct lt_write {
    bool add;  /* += instead of = */
    bool rows; /* the index is a list of places along `dim` (index_add), not one for each element of
                  the source (scatter_add) */
} lt_write;

/* A copy of x with the elements of `source`, which broadcasts, written at the 1-based places of
 * `index` along `dim`. Where a place is named twice the last one stays, or all are added. */
lt_status lt_scattered(lt_tensor *out, lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source,
                       lt_write write);

/* The same in x itself, off the graph. */
lt_status lt_scatter_in_place(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source,
                              lt_write write);

#endif
