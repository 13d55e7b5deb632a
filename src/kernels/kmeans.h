/* kmeans.h - the inner loops of k-means: which centre is nearest to each row, and the sums of the
 * rows of each centre.
 *
 * Rows of a few columns (pixels) are compared with the centres directly, many rows to a vector
 * register: up to 32 columns that is faster than products and bounds. Wider rows go through matrix
 * products; between iterations each row then keeps bounds of its distances (Elkan, "Using the
 * triangle inequality to accelerate k-means", 2003, without the distances between centres), so that
 * most rows and centres need not be compared again. The labels are those of the plain algorithm in
 * either case: the nearest centre, the first of equals. A centre that is NaN is nearest to nothing.
 */
#ifndef LT_KERNELS_KMEANS_H
#define LT_KERNELS_KMEANS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/workspace.h"

/* Rows of up to this many columns are compared directly. */
#define LT_KMEANS_NARROW 32

/* Rows of a parallel chunk, and of one matrix product. */
enum { LT_KMEANS_NARROW_ROWS = 8192, LT_KMEANS_WIDE_ROWS = 1024, LT_KMEANS_BLOCK = 256 };

/* One assignment of rows x [n, d] to centers [k, d]. */
typedef struct lt_nearest {
    const void *x, *centers;
    int64_t n, d, k;
    int32_t *label; /* [n] from 0; the old labels on entry, -1 where there is none yet */

    /* Narrow rows: */
    void *columns;    /* [d, n] the rows transposed */
    double *sums;     /* [chunks, k, d] to be kept up to date, or NULL */
    int64_t *counts;  /* [chunks, k] the same */
    int64_t *changes; /* [chunks] grows by the number of labels that change */
    double *inertia;  /* [chunks] sums of squared distances, written */
    double *gaps;     /* [n] squared distances, written, or NULL */

    /* Wide rows: the centres less `origin`, and their squared lengths; products are taken of
     * what lies round the origin, which keeps the digits of data far from zero. */
    const void *origin, *shifted, *norms;
    lt_workspace scratch; /* lt_kmeans_scratch() bytes each */

    /* Bounds of the distances, or NULL. `moved` says how far each centre went since the last
     * assignment; NULL in the first, which fills the bounds. */
    void *upper, *lower; /* [n], [n, k] */
    const void *moved;   /* [k] */
} lt_nearest;

/* Rows tried as new centres. */
enum { LT_KMEANS_TRIALS = 32 };

typedef struct lt_seeding {
    const void *x, *candidates; /* [n, d], [m, d] */
    const void *columns;        /* [d, n] for rows of up to LT_KMEANS_NARROW columns, or NULL */
    int64_t n, d;
    int m;             /* at most LT_KMEANS_TRIALS */
    double *closest;   /* [n] squared distances to the nearest centre so far */
    double *potential; /* [chunks, m] sums of what `closest` would be with a candidate */
    bool update;       /* m is 1: let `closest` become so */
} lt_seeding;

typedef struct lt_kmeans_kernels {
    /* lt_parallel() chunks of an lt_nearest: the first two with LT_KMEANS_NARROW_ROWS rows each,
     * the others with LT_KMEANS_WIDE_ROWS. `split` writes the columns. */
    void (*split)(void *nearest, int64_t begin, int64_t end, int64_t chunk);
    void (*narrow)(void *nearest, int64_t begin, int64_t end, int64_t chunk);
    void (*wide)(void *nearest, int64_t begin, int64_t end, int64_t chunk);
    void (*bounded)(void *nearest, int64_t begin, int64_t end, int64_t chunk);

    /* Chunk of an lt_seeding, of LT_KMEANS_WIDE_ROWS rows. */
    void (*seed)(void *seeding, int64_t begin, int64_t end, int64_t chunk);

    /* sum += sign * row, d columns. */
    void (*add)(const void *row, int64_t d, double sign, double *sum);

    /* Squared distance of two rows. */
    double (*distance)(const void *a, const void *b, int64_t d);

    /* low = min(low, row), high = max(high, row). */
    void (*widen)(const void *row, int64_t d, void *low, void *high);
} lt_kmeans_kernels;

extern const lt_kmeans_kernels lt_kmeans_float32, lt_kmeans_float64;

/* Bytes of scratch that a thread needs for wide rows of `size` bytes an element. */
size_t lt_kmeans_scratch(int64_t d, int64_t k, size_t size);

/* Rows of one matrix product. */
int64_t lt_kmeans_block(int64_t d);

#endif
