/* neighbour_lists.h - lists of the k nearest rows to each of many that come near to it step by
 * step: rows meet in the leaves of trees, then the neighbours of their neighbours. float32. */
#ifndef LT_NEIGHBOUR_LISTS_H
#define LT_NEIGHBOUR_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/workspace.h"

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

/* A round of descent: each row looks at the lists of those that head its own. */
typedef struct lt_list_descent {
    const float *x; /* [n, d] */
    int64_t n, d, k;
    int64_t look;              /* entries that head a list, at most k */
    const int32_t *head;       /* [n, look] of each list before the round */
    const uint8_t *head_fresh; /* [n, look] nobody has looked there through this entry yet */
    int32_t *id;               /* [n, k] lists, settled */
    float *distance;           /* [n, k] */
    uint8_t *fresh;            /* [n, look] entries to look through in the next round */
    int64_t *changes;          /* [chunks] entries that have come */
    lt_workspace scratch;      /* lt_list_descent_scratch() bytes each, set to 0xff */
} lt_list_descent;

size_t lt_list_descent_scratch(const lt_list_descent *s);

/* lt_parallel() chunk of rows. */
void lt_list_descent_chunk(void *descent, int64_t begin, int64_t end, int64_t chunk);

#endif
