/* layout.h - places points so that the edges of a graph are short and all else is apart: the
 * stochastic descent of UMAP (McInnes, Healy and Melville 2018, after Tang et al. 2016).
 *
 * Edges pull in a share of the epochs that follows their weights, and with each pull their end is
 * pushed away from a few points drawn by chance. Pulls move both ends, and find them where the pull
 * before has left them; those that run at the same time have no end in common, and who pushes is
 * seen as he was when the epoch began. So the result does not depend on the number of threads. */
#ifndef LT_LAYOUT_H
#define LT_LAYOUT_H

#include "models/graph.h"
#include "models/samples.h"

typedef struct lt_layout_options {
    int dims;    /* up to LT_LAYOUT_DIMS */
    double a, b; /* closeness of two points is 1 / (1 + a distance^2b) */
    double repulsion, learning_rate;
    int negatives; /* points drawn for a pull */
    int64_t epochs;
    uint64_t seed;
    lt_watch watch; /* epochs, and the learning rate */
} lt_layout_options;

/* Move points y [n, dims] of a symmetric graph from where they start. */
lt_status lt_layout_fit(float *y, const lt_graph *g, const char *model, const lt_layout_options *o);

/* Move points y [n, dims] among `targets` fixed ones, target [targets, dims], that the n lists of
 * edges lead to. */
lt_status lt_layout_join(float *y, const lt_graph *lists, const float *target, int64_t targets,
                         const char *model, const lt_layout_options *o);

#endif
