/* mean_shift.h - clusters as the basins of a density's peaks: Fukunaga and Hostetler (1975), with
 * a flat kernel. */
#ifndef LT_MEAN_SHIFT_H
#define LT_MEAN_SHIFT_H

#include "models/samples.h"
#include "tensor/tensor.h"

typedef struct lt_mean_shift_options {
    double bandwidth; /* radius of the kernel */
    bool bin_seeding; /* start from the cells of a grid of that side, not from every row */
    int64_t max_iter;
    lt_watch watch;
} lt_mean_shift_options;

typedef struct lt_mean_shift_result {
    lt_tensor centers; /* [k, d] peaks, by falling number of rows within the bandwidth */
    lt_tensor labels;  /* [n] int64, 1-based number of the nearest peak */
    int64_t n_iter;    /* of the start that took longest */
    bool converged;
} lt_mean_shift_result;

/* Cluster the rows of x [n, d]. On failure the result is empty. */
lt_status lt_mean_shift(lt_mean_shift_result *out, lt_tensor *x,
                        const lt_mean_shift_options *options);

#endif
