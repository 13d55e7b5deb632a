/* tsne.h - t-SNE, embeddings that keep neighbours together: van der Maaten and Hinton (2008).
 *
 * Exactly, all pairs of rows attract and repel each other. Interpolated, the 3 * perplexity nearest
 * neighbours attract each other (van der Maaten 2014), and repulsion goes by way of a grid
 * (models/grid_field.h). The same seed gives the same result for any number of threads. */
#ifndef LT_TSNE_H
#define LT_TSNE_H

#include "models/samples.h"
#include "tensor/tensor.h"

typedef enum lt_tsne_init {
    LT_TSNE_PCA,    /* the first principal components, made small */
    LT_TSNE_RANDOM, /* normal, small */
    LT_TSNE_GIVEN,  /* `start` */
} lt_tsne_init;

typedef enum lt_tsne_method {
    LT_TSNE_AUTO, /* exact below LT_TSNE_FEW rows */
    LT_TSNE_ALL,
    LT_TSNE_INTERPOLATION,
} lt_tsne_method;

enum {
    LT_TSNE_FEW = 1000,   /* rows from which on it is interpolated */
    LT_TSNE_MANY = 20000, /* rows beyond which there is no room for all pairs */
    LT_TSNE_TRACE = 50,   /* every so many steps the divergence is found */
};

typedef struct lt_tsne_options {
    int n_components;     /* 1 to 3 */
    double perplexity;    /* effective number of neighbours, less than the number of rows */
    double learning_rate; /* 0: rows / exaggeration / 4, at least 50 */
    double exaggeration;  /* of the attraction in the first quarter of the steps, at most 250 */
    int64_t max_iter;
    int64_t patience;    /* end after so many steps without a lower divergence */
    double min_gradient; /* end when the gradient's length is less */
    lt_tsne_method method;
    lt_tsne_init init;
    lt_tensor *start; /* [n, n_components] for LT_TSNE_GIVEN */
    uint64_t seed;
    lt_watch watch;
} lt_tsne_options;

typedef struct lt_tsne_result {
    lt_tensor embedding; /* [n, n_components] */
    lt_tensor trace;     /* [n_iter / LT_TSNE_TRACE] float64, the divergence every so many steps */
    double kl;           /* Kullback-Leibler divergence of the embedding at the end */
    int64_t n_iter;
    bool converged; /* ended before max_iter */
} lt_tsne_result;

/* Embed the rows of x [n, d]. On failure the result is empty. */
lt_status lt_tsne(lt_tsne_result *out, lt_tensor *x, const lt_tsne_options *options);

#endif
