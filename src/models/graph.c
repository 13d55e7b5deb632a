#include "models/graph.h"

#include <stdlib.h>

#include "kernels/parallel.h"
#include "kernels/workspace.h"

enum { GRAIN = 1024 };

typedef struct joining {
    lt_graph_join join;
    int64_t n, k;
    int32_t *id;    /* [n, k] */
    float *weight;  /* [n, k] */
    int64_t *count; /* [n] edges of each row; then where the next of them goes */
    lt_graph *g;
    lt_workspace scratch; /* edges of the longest row a thread */
} joining;

static float joined(lt_graph_join join, float a, float b) {
    return join.sum * (a + b) + join.product * (a * b);
}

typedef struct edge {
    int32_t to;
    float weight;
} edge;

static int by_end(const void *a, const void *b) {
    const edge *p = a, *q = b;
    return p->to < q->to ? -1 : p->to > q->to;
}

/* Bring ends [count] and their weights into ascending order; e [count] is scratch. */
static void sort_edges(int32_t *to, float *weight, int64_t count, edge *e) {
    for (int64_t i = 0; i < count; i++)
        e[i] = (edge){to[i], weight[i]};
    qsort(e, (size_t)count, sizeof *e, by_end);
    for (int64_t i = 0; i < count; i++) {
        to[i] = e[i].to;
        weight[i] = e[i].weight;
    }
}

static void sort_lists(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const joining *j = context;
    for (int64_t i = begin; i < end; i++)
        sort_edges(j->id + i * j->k, j->weight + i * j->k, j->k, lt_workspace_mine(&j->scratch));
}

/* Place of a row in an ascending list, -1 where it is not there. */
static int64_t find_row(const int32_t *list, int64_t k, int32_t row) {
    int64_t from = 0;
    for (int64_t left = k; left > 1; left -= left / 2)
        from += list[from + left / 2] <= row ? left / 2 : 0;
    return k > 0 && list[from] == row ? from : -1;
}

/* Takes one direction of an edge. */
typedef void (*edge_fn)(const joining *j, int64_t row, int64_t to, float weight);

/* What a row's list brings, but for edges of no weight. */
static inline __attribute__((always_inline)) void visit_edges(const joining *j, int64_t row,
                                                              edge_fn take) {
    for (int64_t t = row * j->k; t < (row + 1) * j->k; t++) {
        int64_t to = j->id[t], at = find_row(j->id + to * j->k, j->k, (int32_t)row);
        float weight = joined(j->join, j->weight[t], at < 0 ? 0 : j->weight[to * j->k + at]);
        if (!(weight > 0))
            continue;
        take(j, row, to, weight);
        if (at < 0) /* the other's list does not have it */
            take(j, to, row, weight);
    }
}

static int64_t next_place(const joining *j, int64_t row) {
    return __atomic_fetch_add(&j->count[row], 1, __ATOMIC_RELAXED);
}

static void count_edge(const joining *j, int64_t row, int64_t to, float weight) {
    (void)to, (void)weight;
    next_place(j, row);
}

static void write_edge(const joining *j, int64_t row, int64_t to, float weight) {
    int64_t at = next_place(j, row);
    j->g->to[at] = (int32_t)to;
    j->g->weight[at] = weight;
}

static void count_edges(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    for (int64_t row = begin; row < end; row++)
        visit_edges(context, row, count_edge);
}

static void write_edges(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    for (int64_t row = begin; row < end; row++)
        visit_edges(context, row, write_edge);
}

/* Whatever order the threads wrote them in. */
static void sort_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const joining *j = context;
    for (int64_t row = begin; row < end; row++) {
        int64_t from = j->g->start[row];
        sort_edges(j->g->to + from, j->g->weight + from, j->g->start[row + 1] - from,
                   lt_workspace_mine(&j->scratch));
    }
}

/* Room for the edges that were counted. */
static lt_status take_edges(joining *j, lt_arena *a, const char *model) {
    lt_graph *g = j->g;
    int64_t longest = 0;
    g->start = lt_take(a, (size_t)(g->n + 1) * sizeof *g->start);
    if (!g->start)
        return lt_no_memory(model);
    g->start[0] = 0;
    for (int64_t i = 0; i < g->n; i++) {
        longest = j->count[i] > longest ? j->count[i] : longest;
        g->start[i + 1] = g->start[i] + j->count[i];
        j->count[i] = g->start[i];
    }
    g->to = lt_take(a, (size_t)g->start[g->n] * sizeof *g->to);
    g->weight = lt_take(a, (size_t)g->start[g->n] * sizeof *g->weight);
    lt_workspace_drop(&j->scratch);
    bool fits = lt_workspace_take(&j->scratch, (size_t)longest * sizeof(edge));
    return fits && !a->failed ? LT_OK : lt_no_memory(model);
}

lt_status lt_graph_join_lists(lt_graph *g, lt_arena *a, const char *model, int64_t n, int64_t k,
                              int32_t *id, float *weight, lt_graph_join join) {
    lt_arena own = {0};
    joining j = {.join = join, .n = n, .k = k, .id = id, .weight = weight, .g = g};
    *g = (lt_graph){.n = n};
    j.count = lt_take_zeroed(&own, (size_t)n * sizeof *j.count);
    bool fits = lt_workspace_take(&j.scratch, (size_t)k * sizeof(edge));
    lt_status status = fits && j.count ? LT_OK : lt_no_memory(model);
    if (status == LT_OK &&
        !(lt_parallel(n, GRAIN, sort_lists, &j) && lt_parallel(n, GRAIN, count_edges, &j)))
        status = lt_stopped();
    if (status == LT_OK)
        status = take_edges(&j, a, model);
    if (status == LT_OK &&
        !(lt_parallel(n, GRAIN, write_edges, &j) && lt_parallel(n, GRAIN, sort_rows, &j)))
        status = lt_stopped();
    lt_workspace_drop(&j.scratch);
    lt_arena_drop(&own);
    return status;
}
