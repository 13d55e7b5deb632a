/* spectral.h - where a layout of a graph starts: along its slowest modes (Belkin and Niyogi 2003),
 * and the parts of an unconnected graph side by side. */
#ifndef LT_SPECTRAL_H
#define LT_SPECTRAL_H

#include "models/graph.h"

/* Coordinates y [dims, n] of a graph between the rows x [n, d]; `parts` is the number of connected
 * parts. Parts get room by their number of rows, and lie as the principal components of their means
 * do. With more than LT_SPECTRAL_PARTS of them all rows lie along their principal components. */
enum { LT_SPECTRAL_PARTS = 1000 };
lt_status lt_spectral_start(float *y, const lt_graph *g, lt_tensor *x, int dims, int64_t *parts,
                            const char *model, uint64_t seed);

#endif
