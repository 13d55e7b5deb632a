/* neighbours.h - the k nearest of many rows to each query, by comparing all: products of blocks,
 * of which each query keeps the nearest. float32. */
#ifndef LT_KERNELS_NEIGHBOURS_H
#define LT_KERNELS_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/workspace.h"

enum { LT_NEIGHBOURS_QUERIES = 256, LT_NEIGHBOURS_ROWS = 1024 }; /* of a block */

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

/* Longer lists from short ones: neighbours of neighbours, as far as it takes. */
typedef struct lt_wider_lists {
    const float *x; /* [n, d] */
    int64_t n, d, few, k;
    const int32_t *known; /* [n, few] near rows of each */
    int32_t *id;          /* [n, k] the nearest that were met, nearest first */
    float *distance;      /* [n, k] */
    lt_workspace scratch; /* lt_wider_lists_scratch() bytes each, set to 0xff */
} lt_wider_lists;

size_t lt_wider_lists_scratch(const lt_wider_lists *s);

/* lt_parallel() chunk of rows. */
void lt_wider_lists_chunk(void *lists, int64_t begin, int64_t end, int64_t chunk);

/* Squared distance of two rows. */
float lt_row_distance(const float *a, const float *b, int64_t d);

/* Put a neighbour into a list of up to k, sorted by distance and then number; `*count` of them are
 * there. A full list drops its last. */
void lt_list_insert(int32_t *id, float *distance, int64_t k, int64_t *count, int32_t new_id,
                    float new_distance);

#endif
