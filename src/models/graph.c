#include "models/graph.h"

#include <stdlib.h>

#include "kernels/parallel.h"

enum { GRAIN = 1024 };

/* An edge as its two directions come: forward weights in one, backward ones in the other. */
typedef struct edge {
    int32_t to;
    float there, back;
} edge;

typedef struct joining {
    lt_graph_join join;
    int64_t *start; /* [n + 1] of the edges before they are merged */
    int64_t *left;  /* [n] how many stay */
    edge *edges;
    lt_graph *g;
} joining;

static int by_end(const void *a, const void *b) {
    const edge *p = a, *q = b;
    return p->to < q->to ? -1 : p->to > q->to;
}

static float joined(lt_graph_join join, float a, float b) {
    return join.sum * (a + b) + join.product * (a * b);
}

/* Sort each row's edges, and make one of the two directions. */
static void merge_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const joining *j = context;
    for (int64_t row = begin; row < end; row++) {
        edge *e = j->edges + j->start[row];
        int64_t count = j->start[row + 1] - j->start[row], kept = 0;
        qsort(e, (size_t)count, sizeof *e, by_end);
        for (int64_t i = 0; i < count; i++) {
            if (kept > 0 && e[kept - 1].to == e[i].to) {
                e[kept - 1].there += e[i].there;
                e[kept - 1].back += e[i].back;
            } else {
                e[kept++] = e[i];
            }
        }
        int64_t stay = 0;
        for (int64_t i = 0; i < kept; i++)
            if (joined(j->join, e[i].there, e[i].back) > 0)
                e[stay++] = e[i];
        j->left[row] = stay;
    }
}

static void copy_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const joining *j = context;
    for (int64_t row = begin; row < end; row++) {
        const edge *e = j->edges + j->start[row];
        for (int64_t i = 0; i < j->left[row]; i++) {
            j->g->to[j->g->start[row] + i] = e[i].to;
            j->g->weight[j->g->start[row] + i] = joined(j->join, e[i].there, e[i].back);
        }
    }
}

/* Both directions of every entry of the lists, by row. */
static void spread_edges(const joining *j, int64_t n, int64_t k, const int32_t *id,
                         const float *weight, int64_t *next) {
    for (int64_t i = 0; i < n; i++)
        next[i] = j->start[i];
    for (int64_t i = 0; i < n; i++)
        for (int64_t t = i * k; t < (i + 1) * k; t++) {
            j->edges[next[i]++] = (edge){id[t], weight[t], 0};
            j->edges[next[id[t]]++] = (edge){(int32_t)i, 0, weight[t]};
        }
}

static lt_status join_all(joining *j, lt_arena *a, lt_arena *scratch, const char *model) {
    lt_graph *g = j->g;
    if (!lt_parallel(g->n, GRAIN, merge_rows, j))
        return lt_stopped();
    g->start = lt_take(a, (size_t)(g->n + 1) * sizeof *g->start);
    if (!g->start)
        return lt_no_memory(model);
    g->start[0] = 0;
    for (int64_t i = 0; i < g->n; i++)
        g->start[i + 1] = g->start[i] + j->left[i];
    g->to = lt_take(a, (size_t)g->start[g->n] * sizeof *g->to);
    g->weight = lt_take(a, (size_t)g->start[g->n] * sizeof *g->weight);
    if (a->failed || scratch->failed)
        return lt_no_memory(model);
    return lt_parallel(g->n, GRAIN, copy_rows, j) ? LT_OK : lt_stopped();
}

lt_status lt_graph_join_lists(lt_graph *g, lt_arena *a, const char *model, int64_t n, int64_t k,
                              const int32_t *id, const float *weight, lt_graph_join join) {
    lt_arena scratch = {0};
    joining j = {.join = join, .g = g};
    *g = (lt_graph){.n = n};
    j.start = lt_take_zeroed(&scratch, (size_t)(n + 1) * sizeof *j.start);
    j.left = lt_take(&scratch, (size_t)n * sizeof *j.left);
    j.edges = lt_take(&scratch, (size_t)(2 * n * k) * sizeof *j.edges);
    lt_status status = scratch.failed ? lt_no_memory(model) : LT_OK;
    if (status == LT_OK) {
        for (int64_t t = 0; t < n * k; t++)
            j.start[id[t] + 1]++;
        for (int64_t i = 0; i < n; i++)
            j.start[i + 1] += j.start[i] + k;
        spread_edges(&j, n, k, id, weight, j.left);
        status = join_all(&j, a, &scratch, model);
    }
    lt_arena_drop(&scratch);
    return status;
}
