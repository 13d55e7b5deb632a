/* fuzzy.h - UMAP's picture of rows as a graph: fuzzy sets of neighbours (McInnes, Healy and
 * Melville 2018), and the curve that stands for closeness in the embedding. */
#ifndef LT_FUZZY_H
#define LT_FUZZY_H

#include <stdint.h>

#include "tensor/status.h"

/* How strongly each neighbour belongs to its row, in (0, 1]: weight [n, k] from distances [n, k],
 * nearest first. The nearest `connectivity` of a row belong wholly; the others fade with a width
 * that makes the row's sum log2(size). */
lt_status lt_fuzzy_weights(float *weight, const float *distance, int64_t n, int64_t k,
                           double connectivity, double size);

/* a and b for which 1 / (1 + a x^2b) is closest to a curve that is 1 up to min_dist and then falls
 * like exp(-(x - min_dist) / spread): least squares over 0 to 3 spread. */
void lt_fuzzy_curve(double *a, double *b, double spread, double min_dist);

#endif
