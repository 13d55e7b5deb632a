/* repulsion.h - what pushes the points of a t-SNE embedding apart: for each point the sum of
 * q^2 (y_i - y_j) over all others, with q = 1 / (1 + distance^2), and the sum of q over all pairs.
 *
 * Exactly, pair by pair, or in one and two dimensions by way of a grid (models/grid_field.h). */
#ifndef LT_REPULSION_H
#define LT_REPULSION_H

#include "models/arena.h"
#include "models/samples.h"

typedef struct lt_repulsion lt_repulsion;

/* For n points of `dims` dimensions, 1 to 3; memory comes from the arena. In three dimensions it
 * is always exact. */
lt_status lt_repulsion_open(lt_repulsion **r, lt_arena *a, int64_t n, int dims, bool exact);
void lt_repulsion_close(lt_repulsion *r);

/* force [n, dims] and *z for points y [n, dims]. Coordinates stay within LT_TSNE_REACH. */
lt_status lt_repulsion_find(lt_repulsion *r, const float *y, float *force, double *z);

#endif
