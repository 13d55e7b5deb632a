/* lanczos.h - the slowest modes of a connected graph: eigenvectors of its normalised weights
 * W_ij / sqrt(d_i d_j), d the sums of the rows of W, for the largest eigenvalues below the trivial
 * one; the same are those of the normalised Laplacian for the smallest ones. */
#ifndef LT_LANCZOS_H
#define LT_LANCZOS_H

#include "models/graph.h"

/* The `count` slowest modes, [count, n], each of length 1; count < n, 2 <= n. Good to
 * a hundredth or so: they are where a layout starts. The same for any number of threads. */
lt_status lt_graph_modes(float *mode, int64_t count, const lt_graph *g, const char *model,
                         uint64_t seed);

#endif
