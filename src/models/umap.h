/* umap.h - UMAP, embeddings that keep neighbours together: McInnes, Healy and Melville (2018).
 *
 * Neighbours become a fuzzy graph (models/fuzzy.h, models/graph.h), which is laid out from its
 * slowest modes (models/spectral.h) by stochastic descent (models/layout.h). The same seed gives
 * the same result for any number of threads. */
#ifndef LT_UMAP_H
#define LT_UMAP_H

#include "models/samples.h"
#include "tensor/tensor.h"

typedef enum lt_umap_init {
    LT_UMAP_SPECTRAL, /* the slowest modes of the graph */
    LT_UMAP_PCA,      /* the first principal components */
    LT_UMAP_RANDOM,   /* uniform */
    LT_UMAP_GIVEN,    /* `start` as it is */
} lt_umap_init;

typedef struct lt_umap_options {
    int64_t n_components; /* 1 to LT_LAYOUT_DIMS */
    int64_t n_neighbors;  /* of a row, itself among them; 2 to one less than the rows */
    double min_dist;      /* how close points may lie, up to spread */
    double spread;        /* scale of the embedding */
    double mix;           /* 1: union of the two directions of an edge, 0: intersection */
    double connectivity;  /* neighbours that belong to a row wholly, at least 1 */
    double repulsion;     /* weight of the forces that push, against those that pull */
    double learning_rate;
    int64_t negatives; /* rows to push away from for a pull */
    int64_t max_iter;  /* epochs; 0: 500 up to LT_UMAP_MANY rows, 200 beyond */
    bool cosine;       /* rows have length 1, and are compared by 1 - cosine */
    lt_umap_init init;
    lt_tensor *start; /* [n, n_components] for LT_UMAP_GIVEN */
    uint64_t seed;
    lt_watch watch;
} lt_umap_options;

#define LT_UMAP_MANY 10000

typedef struct lt_umap_result {
    lt_tensor embedding; /* [n, n_components] */
    lt_tensor rows;      /* [edges] int64 from 1: the graph, each edge in both directions */
    lt_tensor columns;   /* [edges] */
    lt_tensor weights;   /* [edges] float32 */
    double a, b;         /* closeness of two points of the embedding is 1 / (1 + a distance^2b) */
    int64_t n_iter;
    int64_t parts; /* connected parts of the graph; 0 where nobody has counted them */
} lt_umap_result;

/* Embed the rows of x [n, d]. On failure the result is empty. */
lt_status lt_umap(lt_umap_result *out, lt_tensor *x, const lt_umap_options *options);

/* Place new rows x [m, d] among the `rows` [n, d] of an `embedding` [n, dims], which stays as it
 * is: out [m, dims]. New rows start at the mean of their neighbours, by weight, and move for a
 * third of the epochs. */
lt_status lt_umap_transform(lt_tensor *out, lt_tensor *x, lt_tensor *rows, lt_tensor *embedding,
                            const lt_umap_options *options);

#endif
