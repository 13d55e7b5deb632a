/* minibatch_kmeans.h - k-means on random batches of rows: Sculley, "Web-scale k-means clustering"
 * (2010). Each batch pulls its centres towards its rows, by their share of all rows so far. */
#ifndef LT_MINIBATCH_KMEANS_H
#define LT_MINIBATCH_KMEANS_H

#include "models/kmeans.h"

typedef struct lt_minibatch_options {
    lt_kmeans_options
        start; /* k, init, start, n_init, max_iter (passes over the data), seed, watch */
    int64_t batch_size;
    int64_t patience; /* stop when the smoothed inertia has not improved for so many batches */
} lt_minibatch_options;

/* Cluster the rows of x [n, d]; n_iter of the result counts batches. */
lt_status lt_minibatch_kmeans(lt_kmeans_result *out, lt_tensor *x, const lt_minibatch_options *o);

#endif
