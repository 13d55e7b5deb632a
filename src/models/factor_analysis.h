/* factor_analysis.h - Gaussian factors with noise of its own in every column: Spearman (1904),
 * fitted by maximum likelihood (Joreskog 1967; Barber, "Bayesian Reasoning and Machine Learning",
 * 2012, 21.2). */
#ifndef LT_FACTOR_ANALYSIS_H
#define LT_FACTOR_ANALYSIS_H

#include "models/samples.h"
#include "tensor/tensor.h"

typedef struct lt_factor_options {
    int64_t n_components;
    int64_t max_iter;
    double tol; /* stop when the log-likelihood of the data rises by less */
    lt_watch watch;
} lt_factor_options;

typedef struct lt_factor_result {
    lt_tensor components; /* [c, d] loadings */
    lt_tensor mean;       /* [d] */
    lt_tensor noise;      /* [d] variance of the noise */
    lt_tensor loss;       /* [n_iter] float64, negative log-likelihood of the data */
    int64_t n_iter;
    bool converged;
    double change; /* rise of the log-likelihood in the last iteration */
} lt_factor_result;

/* Fit to the rows of x [n, d]. On failure the result is empty. */
lt_status lt_factor_analysis(lt_factor_result *out, lt_tensor *x, const lt_factor_options *options);

void lt_factor_release(lt_factor_result *r);

#endif
