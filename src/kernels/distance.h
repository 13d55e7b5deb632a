/* distance.h - distances between rows of dense matrices, and their gradients. */
#ifndef LT_KERNELS_DISTANCE_H
#define LT_KERNELS_DISTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

typedef struct lt_distance {
    lt_dtype dtype; /* float32 or float64 */
    double p;       /* order: 0, positive, or INFINITY */
    int64_t m, n, d;
    const void *a, *b; /* [m, d], [n, d] */
} lt_distance;

/* The results of a run that can fail for two reasons. */
typedef enum lt_distance_status {
    LT_DISTANCE_DONE,
    LT_DISTANCE_INTERRUPTED,
    LT_DISTANCE_MEMORY
} lt_distance_status;

/* out [m, n] = distances between the rows of a and b. */
lt_distance_status lt_distance_run(const lt_distance *w, void *out);

/* ga [m, d] += gradient of a from the distances `out` and their gradient g, both [m, n] with
 * element [i][j] at i * row + j * col. Swap a with b, and row with col, for the gradient of b. */
lt_distance_status lt_distance_back(const lt_distance *w, const void *out, const void *g,
                                    int64_t row, int64_t col, void *ga);

#endif
