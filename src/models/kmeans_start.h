/* kmeans_start.h - where the centres of k-means start. */
#ifndef LT_KMEANS_START_H
#define LT_KMEANS_START_H

#include "models/kmeans.h"

/* First centres [k, d] for dense rows x [n, d], n >= k, as options->init says, in the dtype of x.
 * `run` numbers the starts of one fit: each draws other random numbers. */
lt_status lt_kmeans_start(lt_tensor *centers, const lt_tensor *x, const lt_kmeans_options *options,
                          uint64_t run);

#endif
