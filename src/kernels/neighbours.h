/* neighbours.h - the k nearest of many rows to each query, by comparing all of them or those of a
 * leaf: products of blocks, of which each query keeps the nearest. float32. */
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

/* Lists of near rows, which the leaves of one tree after another fill: the rows of a leaf are
 * compared with each other, and each keeps the k nearest that it has met. */
typedef struct lt_leaf_lists {
    const float *x, *norm; /* [n, d], [n] squared lengths */
    int64_t n, d, k;
    const int32_t *order; /* [n] rows by leaf */
    const int32_t *place; /* [n] where each row stands in `order` */
    int64_t leaves;       /* of equal sizes, each of more than k rows */
    bool empty;           /* the lists hold nothing yet */
    int32_t *id;          /* [n, k] */
    float *distance;      /* [n, k] squared, less the row's squared length */
    int64_t *fresh;       /* [leaves] entries that this tree has brought */
    lt_workspace scratch; /* lt_leaf_lists_scratch() bytes each */
} lt_leaf_lists;

size_t lt_leaf_lists_scratch(const lt_leaf_lists *s);

/* lt_parallel() chunk of leaves. */
void lt_leaf_lists_meet(void *lists, int64_t begin, int64_t end, int64_t chunk);

/* lt_parallel() chunk of rows: lists in order, nearest first, with distances as they are. */
void lt_leaf_lists_settle(void *lists, int64_t begin, int64_t end, int64_t chunk);

/* First row of leaf `leaf`, from 0; leaf `leaves` is the end. */
static inline int64_t lt_leaf_start(int64_t n, int64_t leaves, int64_t leaf) {
    return (int64_t)((__int128)n * leaf / leaves);
}

/* Where a row lies along a direction. */
typedef struct lt_projection {
    float value;
    int32_t row;
} lt_projection;

/* Values of n rows of x [., d] along w [d]. */
void lt_project_rows(lt_projection *p, int64_t n, const float *x, int64_t d, const float *w);

/* Squared distance of two rows. */
float lt_row_distance(const float *a, const float *b, int64_t d);

#endif
