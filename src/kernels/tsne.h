/* tsne.h - the inner loops of t-SNE: forces between points of an embedding of one to three
 * dimensions, float32.
 *
 * q = 1 / (1 + distance^2) throughout. */
#ifndef LT_KERNELS_TSNE_H
#define LT_KERNELS_TSNE_H

#include <stdint.h>

enum { LT_TSNE_DIMS = 3, LT_TSNE_LANES = 16 };

/* Points must stay within this of the origin. */
#define LT_TSNE_REACH 3e3f

/* Points are padded to a multiple of LT_TSNE_LANES with ones so far out that they do not matter:
 * number i (from 0) of them goes to LT_TSNE_PAD(i) in every dimension. */
#define LT_TSNE_PAD(i) (1e4f * (float)((i) + 1))

/* Repulsion of every point from every other, by tiles: tile i holds the points from i * side on;
 * side is a multiple of LT_TSNE_LANES. Coordinates stand in an array a dimension. Each pair of
 * tiles is done once for both. force [tiles, dims, n]: what the points of tile j do to point p, at
 * (j, dim, p); z [tiles * (tiles + 1) / 2]: sums of q over the ordered pairs. */
typedef struct lt_tiles {
    const float *y;         /* [dims, n] */
    int64_t n, side, tiles; /* n with padding */
    int dims;
    float *force;
    double *z;
} lt_tiles;

/* lt_parallel() chunk, of one pair of tiles: number i (i + 1) / 2 + j for j <= i. */
void lt_tiles_pairs(void *tiles, int64_t begin, int64_t end, int64_t chunk);

/* lt_parallel() chunk of points: their forces summed into those of tile 0. */
void lt_tiles_sum(void *tiles, int64_t begin, int64_t end, int64_t chunk);

/* Attraction along the edges of a graph. */
typedef struct lt_springs {
    const float *y; /* [n, dims], 8-byte aligned */
    int dims;
    const int64_t *start; /* [n + 1] */
    const int32_t *to;
    const float *weight; /* p */
    float *force;        /* [n, dims] */
    double *loss;        /* [chunks] */
} lt_springs;

/* lt_parallel() chunk of points: force = sum of p q (y_i - y_j) over the edges. */
void lt_springs_pull(void *springs, int64_t begin, int64_t end, int64_t chunk);

/* lt_parallel() chunk of points: loss = sum of p log(1 + distance^2). */
void lt_springs_loss(void *springs, int64_t begin, int64_t end, int64_t chunk);

#endif
