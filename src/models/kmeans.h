/* kmeans.h - k-means clustering: Lloyd's iterations (1982), exact.
 *
 * The same seed gives the same result for any number of threads. */
#ifndef LT_KMEANS_H
#define LT_KMEANS_H

#include "models/samples.h"
#include "tensor/tensor.h"

typedef enum lt_kmeans_init {
    LT_KMEANS_PLUS_PLUS, /* greedy k-means++: Arthur and Vassilvitskii (2007) */
    LT_KMEANS_RANDOM,    /* different rows of the data */
    LT_KMEANS_LINSPACE,  /* evenly from the smallest to the largest value of each column */
    LT_KMEANS_GIVEN,     /* `start` */
} lt_kmeans_init;

/* What becomes of a centre that no row belongs to. */
typedef enum lt_kmeans_empty {
    LT_KMEANS_RELOCATE, /* it moves to the row farthest from its centre */
    LT_KMEANS_KEEP,     /* it is NaN from then on */
    LT_KMEANS_ZERO,     /* it moves to the origin */
} lt_kmeans_empty;

typedef struct lt_kmeans_options {
    const char *model; /* whose fit it is, for messages */
    int64_t k;
    lt_kmeans_init init;
    lt_tensor *start; /* [k, d] for LT_KMEANS_GIVEN */
    int64_t n_init;   /* random starts to try; the best result counts */
    int64_t max_iter;
    double tol; /* stop when the centres' squared shifts sum to less, in mean variances */
    lt_kmeans_empty empty;
    bool trace;
    uint64_t seed;
    lt_watch watch;
} lt_kmeans_options;

typedef struct lt_kmeans_result {
    lt_tensor centers; /* [k, d] */
    lt_tensor labels;  /* [n] int64, 1-based */
    double inertia;    /* sum of squared distances of the rows to their centres */
    int64_t n_iter;
    bool converged;
    double shift; /* of the last iteration, in the unit of tol */

    /* With `trace`, else empty: centres at the start and after each iteration; smallest and
     * largest values of the rows that an iteration assigned to each centre (NaN where there were
     * none); their inertia. */
    lt_tensor trace_centers; /* [n_iter + 1, k, d] */
    lt_tensor trace_low;     /* [n_iter, k, d] */
    lt_tensor trace_high;
    lt_tensor trace_inertia; /* [n_iter] float64 */
} lt_kmeans_result;

/* Cluster the rows of x [n, d]. On failure the result is empty. */
lt_status lt_kmeans(lt_kmeans_result *out, lt_tensor *x, const lt_kmeans_options *options);

/* Empty a result. */
void lt_kmeans_release(lt_kmeans_result *r);

/* LT_EINVAL unless k suits the rows. */
lt_status lt_kmeans_check_k(const lt_tensor *x, const lt_kmeans_options *o);

/* For each row the number (1-based) of the nearest centre, int64 [n], and the sum of squared
 * distances to them; either may be NULL. `model` is named in messages. */
lt_status lt_kmeans_assign(const char *model, lt_tensor *labels, double *inertia,
                           lt_tensor *centers, lt_tensor *x);

#endif
