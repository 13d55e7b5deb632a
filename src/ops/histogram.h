/* histogram.h - counting elements by bins or by value, and places in sorted tensors. Off the
 * graph. */
#ifndef LT_HISTOGRAM_H
#define LT_HISTOGRAM_H

#include <stdbool.h>

#include "tensor/tensor.h"

typedef struct lt_histogram_spec {
    int64_t bins;   /* equal ones, unless `edges` are given */
    bool has_range; /* low and high; else the extremes of the elements */
    double low, high;
    bool density;       /* the integral over the range is 1 */
    lt_tensor *edges;   /* [bins + 1] rising, or NULL */
    lt_tensor *weights; /* like x, or NULL */
} lt_histogram_spec;

/* As numpy.histogram: counts [bins] (int64; floats with density or weights) and edges [bins + 1] in
 * the dtype of x, of float dtype. Elements outside and NaN are not counted. */
lt_status lt_histogram(lt_tensor *counts, lt_tensor *edges, lt_tensor *x,
                       const lt_histogram_spec *spec);

/* out[v + 1 in Lua] = how often the integer v >= 0 occurs, or the sum of its weights (float64). At
 * least `minlength` long. */
lt_status lt_bincount(lt_tensor *out, lt_tensor *x, lt_tensor *weights, int64_t minlength);

/* The 1-based place in `sorted` [.., m] before which each element of x [.., n] goes, left or right
 * of its equals: int64 like x. `sorted` has one dimension, or those of x but for the last. */
lt_status lt_searchsorted(lt_tensor *out, lt_tensor *sorted, lt_tensor *x, bool right);

#endif
