/* grid_field.h - what points in the plane, or on a line, do to each other in t-SNE, by way of a
 * grid.
 *
 * The force on a point is the slope of a potential, the sum of q over all points, and that is a
 * convolution. Points spread charges over the nodes of a grid by quintic B-splines, Fourier
 * transforms convolve it, and points read potential and slope by the same splines: the idea of
 * Linderman et al. ("Fast interpolation-based t-SNE", Nature Methods 2019) with the splines of
 * particle-mesh methods (Essmann et al. 1995), which need one charge and one kernel instead of
 * their four. */
#ifndef LT_GRID_FIELD_H
#define LT_GRID_FIELD_H

#include "models/arena.h"
#include "models/samples.h"

typedef struct lt_grid_field lt_grid_field;

/* For n points on a line or in the plane; memory comes from the arena. */
lt_status lt_grid_field_open(lt_grid_field **f, lt_arena *a, int64_t n, int dims);
void lt_grid_field_close(lt_grid_field *f);

/* force [n, dims]: for each point of y [n, dims] the sum of q^2 (y_i - y_j) over all others; *z:
 * the sum of q over all pairs. */
lt_status lt_grid_field_find(lt_grid_field *f, const float *y, float *force, double *z);

#endif
