/* neighbours.h - the k nearest of many rows to each query, by comparing all: products of blocks, of
 * which each query keeps the nearest. float32. */
#ifndef LT_KERNELS_NEIGHBOURS_H
#define LT_KERNELS_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/workspace.h"

enum { LT_NEIGHBOURS_QUERIES = 256 }; /* of a block */

typedef struct lt_nearest_rows {
    const float *query, *x; /* [m, d], [n, d] */
    const float *norm;      /* [n] squared lengths of x */
    int64_t m, n, d, k;     /* k <= n, or k < n where the queries are the rows themselves */
    bool same;              /* the queries are the rows: none is its own neighbour */
    int32_t *id;            /* [m, k] numbers from 0, nearest first, the lower of equals */
    float *distance;        /* [m, k] */
    lt_workspace scratch;   /* lt_nearest_rows_scratch(k) bytes each */
} lt_nearest_rows;

size_t lt_nearest_rows_scratch(int64_t k);

/* lt_parallel() chunk of LT_NEIGHBOURS_QUERIES queries; looks for interrupts itself. */
void lt_nearest_rows_chunk(void *nearest, int64_t begin, int64_t end, int64_t chunk);

#endif
