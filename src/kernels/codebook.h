/* codebook.h - the inner loops of maps that learn one row at a time (self-organising maps, neural
 * gas): distances of a row to all units, and units that move towards it.
 *
 * Units lie in panels of `lanes` units turned over, [panel][d][lanes], so that a vector register
 * holds one column of several units. Lanes past the last unit are zero and mean nothing. */
#ifndef LT_KERNELS_CODEBOOK_H
#define LT_KERNELS_CODEBOOK_H

#include <stdint.h>

/* Bytes of one column of a panel. */
enum { LT_CODEBOOK_BYTES = 128 };

/* Distances on a map: places [n] of the units, and the size of a map without borders (INFINITY
 * where there are borders). */
typedef struct lt_codebook_map {
    const void *x, *y; /* [n] */
    double width, height;
    int64_t n;
} lt_codebook_map;

typedef struct lt_codebook_kernels {
    int64_t lanes;

    /* units [n, d] to panels and back. */
    void (*pack)(const void *units, int64_t n, int64_t d, void *panels);
    void (*unpack)(const void *panels, int64_t n, int64_t d, void *units);

    /* Squared distances [lanes of panels from..to) of a row to the units of these panels. */
    void (*gaps)(const void *panels, int64_t d, int64_t from, int64_t to, const void *row,
                 void *gap);

    /* unit += share * (row - unit); panels without any share are passed over. */
    void (*pull)(void *panels, int64_t d, int64_t from, int64_t to, const void *row,
                 const void *share);

    /* Places of the smallest and the second smallest of n > 0 values, the first of equals; second
     * is -1 where there is one value. */
    void (*two_smallest)(const void *values, int64_t n, int64_t *first, int64_t *second);

    /* share [n] = rate exp(-distance^2 / (2 radius^2)), or rate within the radius, for distances
     * on the map from (x, y). */
    void (*gaussian)(const lt_codebook_map *map, double x, double y, double radius, double rate,
                     void *share);
    void (*bubble)(const lt_codebook_map *map, double x, double y, double radius, double rate,
                   void *share);
} lt_codebook_kernels;

extern const lt_codebook_kernels lt_codebook_float32, lt_codebook_float64;

#endif
