/* start_pca.h - the first principal components of rows, where embeddings start. */
#ifndef LT_START_PCA_H
#define LT_START_PCA_H

#include "models/arena.h"
#include "models/samples.h"

/* Coordinates y [dims, n] of dense float rows along their first components, the first of which
 * gets the standard deviation 1; what goes beyond the rank of the rows is random and small. */
lt_status lt_start_pca(float *y, lt_tensor *x, int dims, uint64_t seed);

#endif
