/* starts.h - where embeddings start: at the first principal components, or where they are told. */
#ifndef LT_STARTS_H
#define LT_STARTS_H

#include "models/arena.h"
#include "models/samples.h"

/* Coordinates y [dims, n] of dense float rows along their first components, the first of which
 * gets the standard deviation 1; what goes beyond the rank of the rows is random and small. */
lt_status lt_start_pca(float *y, lt_tensor *x, int dims, uint64_t seed);

/* Coordinates y [n, dims] that the caller of `model` has given as `init`; fails unless they are
 * [n, dims] and between -reach and reach. */
lt_status lt_start_given(float *y, lt_tensor *init, int64_t n, int dims, double reach,
                         const char *model);

#endif
