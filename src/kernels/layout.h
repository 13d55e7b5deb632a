/* layout.h - steps of UMAP's layout: points are drawn to their neighbours and pushed from points
 * drawn by chance, many points at a time. float32. */
#ifndef LT_KERNELS_LAYOUT_H
#define LT_KERNELS_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

enum { LT_LAYOUT_DIMS = 64, LT_LAYOUT_LANES = 64 };

/* One epoch. Each point looks at where the targets were before; nobody else moves it, so that the
 * order in which points are taken does not matter. */
typedef struct lt_layout {
    int dims;            /* up to LT_LAYOUT_DIMS */
    int64_t n;           /* points that move */
    const float *y;      /* [n, dims] before */
    float *next;         /* [n, dims] after */
    const float *target; /* [targets, dims] */
    int64_t targets;
    bool same;            /* the targets are the points themselves: nobody is pushed by himself */
    const int64_t *start; /* [n + 1] first edge of each point */
    const int32_t *to;    /* [edges] target at the other end */
    const uint32_t *step; /* [edges] share of the epochs in which an edge pulls, times 2^32 */
    uint32_t *random;     /* [2, n] state of each point's random numbers, not both 0 */
    uint32_t epoch;       /* from 1 */
    float a, b;           /* closeness of two points is 1 / (1 + a distance^2b) */
    float repulsion, rate;
    int pulls;     /* of an edge: 2 where both its directions move the point */
    int negatives; /* points drawn for each pull of an edge */
} lt_layout;

/* lt_parallel() chunk of points: a few LT_LAYOUT_LANES. */
void lt_layout_move(void *layout, int64_t begin, int64_t end, int64_t chunk);

#endif
