/* som_quality.h - how well a self-organising map stands for rows, and what its grid shows. */
#ifndef LT_SOM_QUALITY_H
#define LT_SOM_QUALITY_H

#include "models/codebook.h"
#include "models/som_map.h"
#include "tensor/tensor.h"

/* Share of n rows whose two nearest units are not adjacent on the map (Kiviluoto 1996). */
double lt_som_breaks(const lt_som_map *map, const lt_winners *winners, int64_t n);

/* Mean distance of the rows of x to the nearest of weights [rows, cols, d], and lt_som_breaks();
 * NaN for no rows. */
lt_status lt_som_errors(double *quantization, double *topographic, const lt_som_map *map,
                        lt_tensor *weights, lt_tensor *x);

/* Mean distance [rows, cols] of each unit's weights to those of its neighbours (Ultsch and Siemon
 * 1990): ridges are borders of clusters. */
lt_status lt_som_u_matrix(lt_tensor *out, const lt_som_map *map, lt_tensor *weights);

/* Places (x, y) [rows * cols, 2] of the units, float64. */
lt_status lt_som_places(lt_tensor *out, const lt_som_map *map);

#endif
