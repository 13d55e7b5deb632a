/* som.h - self-organising maps: Kohonen, "Self-organized formation of topologically correct
 * feature maps" (1982); batch training: Kohonen, "Self-Organizing Maps" (1995).
 *
 * The same seed gives the same map for any number of threads. */
#ifndef LT_SOM_H
#define LT_SOM_H

#include "models/codebook.h"
#include "models/som_map.h"
#include "tensor/tensor.h"

typedef enum lt_som_init {
    LT_SOM_PCA,    /* evenly in the plane of the two largest principal components */
    LT_SOM_RANDOM, /* rows of the data */
    LT_SOM_GIVEN,  /* `start` */
} lt_som_init;

typedef struct lt_som_options {
    lt_som_map map;
    bool online; /* one row at a time in random order; else all rows of a pass together */
    bool bubble; /* equal shares within the radius; else Gaussian ones */
    double radius, radius_end;
    double rate, rate_end; /* online alone */
    lt_decay decay;
    lt_som_init init;
    lt_tensor *start;
    int64_t max_iter; /* passes over the rows */
    bool trace;
    uint64_t seed;
    lt_watch watch;
} lt_som_options;

typedef struct lt_som_result {
    lt_tensor weights;         /* [rows, cols, d] */
    lt_tensor labels;          /* [n] int64, nearest unit, from 1 */
    double quantization_error; /* mean distance of the rows to their nearest units */
    double topographic_error;  /* share of the rows whose two nearest units are not adjacent */
    lt_tensor trace_weights;   /* with `trace` [max_iter + 1, rows, cols, d], else empty */
    lt_tensor trace_error;     /* [max_iter + 1] float64 quantisation errors */
} lt_som_result;

/* Fit a map to the rows of x [n, d]. On failure the result is empty. */
lt_status lt_som(lt_som_result *out, lt_tensor *x, const lt_som_options *options);

void lt_som_release(lt_som_result *r);

#endif
