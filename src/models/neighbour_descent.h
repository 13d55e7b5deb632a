/* neighbour_descent.h - nearest neighbours of many rows, nearly exact: rows meet in the leaves of
 * random projection trees (Dasgupta and Freund 2008), then descent brings what the trees have kept
 * apart, as neighbours of neighbours are likely neighbours (Dong, Moses and Li 2011). */
#ifndef LT_NEIGHBOUR_DESCENT_H
#define LT_NEIGHBOUR_DESCENT_H

#include "models/neighbours.h"

/* As lt_neighbours_exact() among the rows themselves. The result depends on the seed, not on the
 * number of threads. */
lt_status lt_neighbours_descent(int32_t **id, float **distance, lt_arena *a, const char *model,
                                const lt_points *rows, int64_t k, uint64_t seed);

#endif
