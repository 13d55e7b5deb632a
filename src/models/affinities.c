#include "models/affinities.h"

#include <math.h>

#include "kernels/parallel.h"
#include "kernels/rows.h"
#include "kernels/simd.h"
#include "kernels/workspace.h"
#include "tensor/interrupt.h"

enum { GRAIN = 64, STEPS = 100 };

#define NAME "TSNE"

#define CLOSE 1e-5 /* of the entropy */

typedef struct search {
    const lt_points *rows;
    double entropy; /* of each row's probabilities, wanted */
    int64_t k;      /* neighbours of a row */
    float *p;       /* [n, k]; distances of the neighbours before */
    lt_graph *g;
    double *sums;         /* [chunks] */
    lt_workspace scratch; /* [k] a thread */
} search;

/* Weights of neighbours with squared distances `gap` beyond the nearest one's, for an inverse
 * width beta; *sum of them, and *mean gap times that sum. */
static LT_SIMD void weigh(const float *gap, int64_t k, float beta, float *p, double *sum,
                          double *mean) {
    float s = 0, m = 0;
#pragma omp simd reduction(+ : s, m)
    for (int64_t j = 0; j < k; j++) {
        const float w = expf(-beta * gap[j]);
        p[j] = w;
        s += w;
        m += w * gap[j];
    }
    *sum = (double)s;
    *mean = (double)m;
}

/* Bisection for the width of a row's Gaussian: probabilities p [k], which sum to 1. */
static void find_width(const float *gap, int64_t k, double entropy, float *p) {
    double beta = 1, low = 0, high = INFINITY, sum = 1, mean;
    for (int step = 0; step < STEPS; step++) {
        weigh(gap, k, (float)beta, p, &sum, &mean);
        double excess = log(sum) + beta * mean / sum - entropy;
        if (fabs(excess) < CLOSE)
            break;
        if (excess > 0)
            low = beta;
        else
            high = beta;
        beta = isinf(high) ? beta * 2 : (low + high) / 2;
    }
    for (int64_t j = 0; j < k; j++)
        p[j] = (float)((double)p[j] / sum);
}

/* Weights become probabilities of pairs; sums of p log p. */
static void scale_edges(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const search *s = context;
    const lt_graph *g = s->g;
    double sum = 0;
    for (int64_t e = g->start[begin]; e < g->start[end]; e++) {
        double p = (double)g->weight[e] / (double)g->n;
        g->weight[e] = (float)p;
        sum += p > 0 ? p * log(p) : 0;
    }
    s->sums[chunk] = sum;
}

/* `find` the rows' probabilities, k a row. */
static lt_status find_rows(search *s, lt_range_fn find) {
    if (!lt_workspace_take(&s->scratch, lt_workspace_room((size_t)s->k * sizeof(float))))
        return lt_no_memory(NAME);
    bool done = lt_parallel(s->rows->n, GRAIN, find, s);
    lt_workspace_drop(&s->scratch);
    return done ? LT_OK : lt_stopped();
}

static lt_status finish(search *s, lt_arena *a, double *entropy) {
    int64_t chunks = lt_chunks(s->g->n, GRAIN);
    s->sums = lt_take(a, (size_t)chunks * sizeof *s->sums);
    if (!s->sums)
        return lt_no_memory(NAME);
    if (!lt_parallel(s->g->n, GRAIN, scale_edges, s))
        return lt_stopped();
    *entropy = 0;
    for (int64_t c = 0; c < chunks; c++)
        *entropy += s->sums[c];
    return LT_OK;
}

/* ---- nearest neighbours ---- */

static void weigh_near(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const search *s = context;
    float *gap = lt_workspace_mine(&s->scratch);
    for (int64_t i = begin; i < end; i++) {
        float *p = s->p + i * s->k, nearest = p[0] * p[0];
        for (int64_t j = 0; j < s->k; j++)
            gap[j] = p[j] * p[j] - nearest;
        find_width(gap, s->k, s->entropy, p);
    }
}

lt_status lt_affinities_near(lt_graph *g, lt_arena *a, const lt_points *rows, int64_t k,
                             double perplexity, uint64_t seed, double *entropy) {
    lt_arena scratch = {0};
    search s = {.rows = rows, .entropy = log(perplexity), .k = k, .g = g};
    int32_t *id;
    lt_status status = lt_neighbours(&id, &s.p, &scratch, NAME, rows, k, seed);
    if (status == LT_OK)
        status = find_rows(&s, weigh_near);
    if (status == LT_OK)
        status = lt_graph_join_lists(g, a, NAME, rows->n, k, id, s.p, LT_GRAPH_MEAN);
    if (status == LT_OK)
        status = finish(&s, &scratch, entropy);
    lt_arena_drop(&scratch);
    return status;
}

/* ---- all rows ---- */

/* Neighbour t of row i is row t, or t + 1 from i on. */
static void weigh_all(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const search *s = context;
    const lt_points *r = s->rows;
    float *gap = lt_workspace_mine(&s->scratch);
    for (int64_t i = begin; i < end && !lt_interrupted(); i++) {
        float nearest = INFINITY;
        for (int64_t t = 0; t < s->k; t++) {
            gap[t] = lt_row_distance(r->x + i * r->d, r->x + (t + (t >= i)) * r->d, r->d);
            nearest = gap[t] < nearest ? gap[t] : nearest;
        }
        for (int64_t t = 0; t < s->k; t++)
            gap[t] -= nearest;
        find_width(gap, s->k, s->entropy, s->p + i * s->k);
    }
}

/* The mean of both directions for each pair that the rows make with those before them. */
static void join_all(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const search *s = context;
    for (int64_t i = begin; i < end; i++) {
        s->g->start[i + 1] = (i + 1) * s->k;
        for (int64_t t = 0; t < s->k; t++)
            s->g->to[i * s->k + t] = (int32_t)(t + (t >= i));
        for (int64_t j = 0; j < i; j++) {
            float *there = s->p + i * s->k + j, *back = s->p + j * s->k + i - 1;
            *there = *back = (*there + *back) / 2;
        }
    }
}

lt_status lt_affinities_all(lt_graph *g, lt_arena *a, const lt_points *rows, double perplexity,
                            double *entropy) {
    search s = {.rows = rows, .entropy = log(perplexity), .k = rows->n - 1, .g = g};
    size_t pairs = (size_t)(rows->n * s.k);
    *g = (lt_graph){.n = rows->n};
    g->start = lt_take_zeroed(a, (size_t)(rows->n + 1) * sizeof *g->start);
    g->to = lt_take(a, pairs * sizeof *g->to);
    g->weight = s.p = lt_take(a, pairs * sizeof *g->weight);
    if (a->failed)
        return lt_no_memory(NAME);
    LT_TRY(find_rows(&s, weigh_all));
    if (!lt_parallel(g->n, GRAIN, join_all, &s))
        return lt_stopped();
    return finish(&s, a, entropy);
}
