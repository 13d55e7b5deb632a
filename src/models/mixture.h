/* mixture.h - Gaussian mixtures, fitted by expectation and maximisation (Dempster, Laird, Rubin
 * 1977). Densities are handled as logarithms throughout. */
#ifndef LT_MIXTURE_H
#define LT_MIXTURE_H

#include "kernels/mixture.h"
#include "models/samples.h"
#include "tensor/tensor.h"

/* The parameters: weights [k], means [k, d], covariances in the shape of their kind. */
typedef struct lt_mixture {
    lt_covariance kind;
    lt_tensor weights, means, covariances;
} lt_mixture;

typedef enum lt_mixture_init {
    LT_MIXTURE_KMEANS,   /* from the clusters of k-means */
    LT_MIXTURE_RANDOM,   /* different rows as means, the covariance of the data for all */
    LT_MIXTURE_LINSPACE, /* means evenly between the extremes of each column, the same */
    LT_MIXTURE_GIVEN,    /* `start` */
} lt_mixture_init;

typedef struct lt_mixture_options {
    int64_t k;
    lt_covariance kind;
    lt_mixture_init init;
    /* For LT_MIXTURE_GIVEN: means; NULL weights are equal, NULL covariances that of the data. */
    lt_tensor *start_means, *start_weights, *start_covariances;
    int64_t max_iter;
    double tol;   /* stop when the mean log-likelihood of a row changes by less; 0: never */
    double floor; /* added to every variance */
    bool trace;
    uint64_t seed;
    lt_watch watch;
} lt_mixture_options;

typedef struct lt_mixture_result {
    lt_mixture mixture;
    lt_tensor loss;   /* [n_iter + 1] float64: -log-likelihood of x before each step, and after */
    lt_tensor labels; /* [n] int64, the likeliest component of each row, 1-based */
    lt_tensor collapsed; /* int64, components (1-based) that have lost their rows or their width */
    int64_t n_iter;
    bool converged;
    double change; /* of the mean log-likelihood, in the last step */
    /* With `trace`, else empty: the parameters at the start and after each step, [n_iter + 1, ...].
     */
    lt_tensor trace_weights, trace_means, trace_covariances;
} lt_mixture_result;

/* Fit a mixture to the rows of x [n, d]. On failure the result is empty. */
lt_status lt_mixture_fit(lt_mixture_result *out, lt_tensor *x, const lt_mixture_options *options);

void lt_mixture_release(lt_mixture_result *r);

/* A mixture of these parameters, after checks of their shapes: handles of its own, in the dtype of
 * the means (a float). To be given up with lt_mixture_drop(). */
lt_status lt_mixture_view(lt_mixture *m, lt_tensor *weights, lt_tensor *means,
                          lt_tensor *covariances);
void lt_mixture_drop(lt_mixture *m);

/* For the rows of x the log of weight times density by component [n, k], the log density of the
 * mixture [n], the likeliest component [n] (int64, 1-based); each may be NULL. `model` is named in
 * messages. */
lt_status lt_mixture_evaluate(const lt_mixture *m, const char *model, lt_tensor *x,
                              lt_tensor *joint, lt_tensor *log_prob, lt_tensor *labels);

#endif
