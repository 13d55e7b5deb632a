/* layout.h - steps of UMAP's layout: edges draw their ends to each other and push them from points
 * drawn by chance, many edges at a time. float32. */
#ifndef LT_KERNELS_LAYOUT_H
#define LT_KERNELS_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

enum { LT_LAYOUT_DIMS = 64 };

typedef struct lt_layout_edge {
    int32_t from, to;
    uint32_t step; /* share of the epochs in which it pulls, times 2^32 */
    int32_t shade; /* edges of one shade, in a task, have no end in common */
} lt_layout_edge;

/* One epoch. Tasks that run at the same time move different points. */
typedef struct lt_layout {
    int dims;                    /* up to LT_LAYOUT_DIMS */
    float *y;                    /* [n, dims] points that move */
    const float *seen;           /* [targets, dims] those who push, as they were before */
    int64_t targets;             /* how many */
    bool fixed;                  /* edges lead from y to `seen`, which stays, not within y */
    const lt_layout_edge *edges; /* by task, and there by shade */
    const int64_t *task;         /* [tasks + 1] first edge of each */
    uint64_t seed;
    uint32_t epoch; /* from 1 */
    float a, b;     /* closeness of two points is 1 / (1 + a distance^2b) */
    float repulsion, rate;
    int negatives; /* points drawn for each pull of an edge */
} lt_layout;

/* Move what a task's edges move. */
void lt_layout_move(const lt_layout *r, int64_t task);

#endif
