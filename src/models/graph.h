/* graph.h - weighted graphs between rows: sparse, symmetric, one list of edges a row. */
#ifndef LT_GRAPH_H
#define LT_GRAPH_H

#include "models/arena.h"
#include "models/samples.h"

typedef struct lt_graph {
    int64_t n;
    int64_t *start; /* [n + 1] first edge of each row */
    int32_t *to;    /* [edges] the other end, from 0, ascending within a row */
    float *weight;  /* [edges] */
} lt_graph;

/* How the weights a and b of an edge's two directions become one: sum (a + b) + product a b. */
typedef struct lt_graph_join {
    float sum, product;
} lt_graph_join;

#define LT_GRAPH_MEAN ((lt_graph_join){0.5f, 0})

/* Of two fuzzy sets their union, a + b - a b, at mix 1; their intersection, a b, at 0. */
static inline lt_graph_join lt_graph_mix(double mix) {
    return (lt_graph_join){(float)mix, (float)(1 - 2 * mix)};
}

/* The symmetric graph of lists of k neighbours: id [n, k], weight [n, k], where a missing direction
 * weighs 0. Edges of weight 0 are left out. The lists are sorted by id. Memory comes from the
 * arena. */
lt_status lt_graph_join_lists(lt_graph *g, lt_arena *a, const char *model, int64_t n, int64_t k,
                              int32_t *id, float *weight, lt_graph_join join);

#endif
