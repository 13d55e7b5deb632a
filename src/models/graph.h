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

/* How the weights of an edge's two directions become one. */
typedef enum lt_graph_join {
    LT_GRAPH_MEAN,  /* (a + b) / 2 */
    LT_GRAPH_UNION, /* a + b - a b, the union of fuzzy sets */
} lt_graph_join;

/* The symmetric graph of lists of k neighbours: id [n, k], weight [n, k], where a missing direction
 * weighs 0. Edges of weight 0 are left out. Memory comes from the arena. */
lt_status lt_graph_join_lists(lt_graph *g, lt_arena *a, const char *model, int64_t n, int64_t k,
                              const int32_t *id, const float *weight, lt_graph_join join);

#endif
