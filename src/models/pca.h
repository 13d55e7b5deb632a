/* pca.h - principal component analysis (Pearson 1901, Hotelling 1933). */
#ifndef LT_PCA_H
#define LT_PCA_H

#include "models/samples.h"
#include "tensor/tensor.h"

typedef enum lt_pca_solver {
    LT_PCA_AUTO,       /* covariance for tall data, SVD for wide data */
    LT_PCA_COVARIANCE, /* eigenvectors of the covariance [d, d] */
    LT_PCA_SVD,        /* singular values of the centred rows */
    LT_PCA_RANDOMIZED, /* power iterations on random directions: Halko, Martinsson, Tropp (2011) */
} lt_pca_solver;

typedef struct lt_pca_options {
    int64_t n_components; /* 0: as many as `share` says */
    double share;         /* of the variance that the components are to hold; 1: all of them */
    lt_pca_solver solver;
    uint64_t seed;
} lt_pca_options;

typedef struct lt_pca_result {
    lt_tensor components; /* [c, d], orthonormal rows, by falling variance */
    lt_tensor mean;       /* [d] */
    lt_tensor variance;   /* [c] along each component, n - 1 in the denominator */
    lt_tensor ratio;      /* [c] its part of the whole */
} lt_pca_result;

/* Fit to the rows of x [n, d], n > 1. On failure the result is empty. */
lt_status lt_pca(lt_pca_result *out, lt_tensor *x, const lt_pca_options *options);

void lt_pca_release(lt_pca_result *r);

#endif
