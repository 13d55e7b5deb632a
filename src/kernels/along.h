/* along.h - reading and writing single elements along one dimension of an array, each at a place
 * of its own (torch.gather and scatter). Places are as a user writes them: 1 is the first, -1 the
 * last. */
#ifndef LT_ALONG_H
#define LT_ALONG_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

enum { LT_ALONG_DIMS = 8 };

/* Element [i, j, ..] of the values belongs to x[i, j, ..] with coordinate `dim` replaced by
 * place[i, j, ..]. */
typedef struct lt_along {
    lt_dtype dtype;
    int ndim, dim;                 /* at least one dimension */
    int64_t shape[LT_ALONG_DIMS];  /* of places and values, which are dense */
    int64_t stride[LT_ALONG_DIMS]; /* of x, in elements */
    int64_t size;                  /* of x in dimension `dim` */
    void *x, *values;
    const int64_t *place;
} lt_along;

/* values = x at the places. *outside is -1, or the position of a place that x does not have: the
 * values are incomplete then. False when an interrupt stopped it. */
bool lt_gather_along(const lt_along *a, int64_t *outside);

/* x at the places = values, or += values, in the order of the values: the last one written stays.
 * A place outside leaves x as it was. False when an interrupt stopped it. */
bool lt_scatter_along(const lt_along *a, bool add, int64_t *outside);

#endif
