#include "kernels/neighbour_lists.h"

#include <math.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/nearest_pool.h"
#include "kernels/rows.h"
#include "tensor/interrupt.h"

enum { QUERIES = 256 };

/* ---- leaves ---- */

typedef struct leaf {
    int64_t from, n; /* in the order of rows */
    float *x, *norm; /* [n, d], [n] its rows */
    float *products; /* [QUERIES, n] */
    uint64_t *pool;
} leaf;

static int64_t largest_leaf(const lt_leaf_lists *s) {
    return (s->n + s->leaves - 1) / s->leaves;
}

size_t lt_leaf_lists_scratch(const lt_leaf_lists *s) {
    size_t rows = (size_t)largest_leaf(s);
    return lt_workspace_room(rows * (size_t)s->d * sizeof(float)) +
           lt_workspace_room(rows * sizeof(float)) +
           lt_workspace_room(rows * QUERIES * sizeof(float)) +
           lt_workspace_room((size_t)lt_pool_size(s->k) * sizeof(uint64_t));
}

static leaf open_leaf(const lt_leaf_lists *s, int64_t number) {
    size_t rows = (size_t)largest_leaf(s);
    char *at = lt_workspace_mine(&s->scratch);
    leaf l = {.from = lt_leaf_start(s->n, s->leaves, number)};
    l.n = lt_leaf_start(s->n, s->leaves, number + 1) - l.from;
    l.x = lt_workspace_cut(&at, rows * (size_t)s->d * sizeof(float));
    l.norm = lt_workspace_cut(&at, rows * sizeof(float));
    l.products = lt_workspace_cut(&at, rows * QUERIES * sizeof(float));
    l.pool = (uint64_t *)at;
    for (int64_t i = 0; i < l.n; i++) {
        int64_t row = s->order[l.from + i];
        memcpy(l.x + i * s->d, s->x + row * s->d, (size_t)s->d * sizeof(float));
        l.norm[i] = s->norm[row];
    }
    return l;
}

/* A list becomes a pool. Its rows that are in the leaf are not to be met again. */
static lt_pool open_pool(const lt_leaf_lists *s, const leaf *l, int64_t own, float *row) {
    const int32_t *id = s->id + own * s->k;
    const float *distance = s->distance + own * s->k;
    lt_pool p = {l->pool, s->empty ? 0 : s->k, INFINITY};
    for (int64_t t = 0; t < p.count; t++) {
        int64_t at = s->place[id[t]] - l->from;
        if (at >= 0 && at < l->n)
            row[at] = INFINITY;
        p.candidates[t] = lt_candidate(distance[t], id[t]);
    }
    if (!s->empty)
        p.limit = lt_candidate_distance(lt_farthest(p.candidates, s->k));
    return p;
}

/* The list of row `at` of a leaf, with what it meets there. Returns how many entries are new. */
static int64_t meet_others(const lt_leaf_lists *s, const leaf *l, int64_t at, float *row) {
    int64_t own = s->order[l->from + at], k = s->k, kept = 0;
    int32_t *id = s->id + own * k;
    float *distance = s->distance + own * k;
    row[at] = INFINITY;
    lt_pool p = open_pool(s, l, own, row);
    for (int64_t from = 0; from < l->n; from += LT_POOL_BLOCK) {
        int64_t n = l->n - from < LT_POOL_BLOCK ? l->n - from : LT_POOL_BLOCK;
        lt_pool_take(&p, k, row + from, l->norm + from, n, 0, s->order + l->from + from);
    }
    if (p.count > k)
        lt_pool_shrink(&p, k);
    uint64_t most = lt_farthest(p.candidates, k);
    for (int64_t t = 0; t < k && !s->empty; t++)
        kept += lt_candidate(distance[t], id[t]) <= most;
    for (int64_t t = 0; t < k; t++) {
        id[t] = lt_candidate_row(p.candidates[t]);
        distance[t] = lt_candidate_distance(p.candidates[t]);
    }
    return k - kept;
}

void lt_leaf_lists_meet(void *lists, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_leaf_lists *s = lists;
    for (int64_t number = begin; number < end && !lt_interrupted(); number++) {
        leaf l = open_leaf(s, number);
        s->fresh[number] = 0;
        for (int64_t from = 0; from < l.n; from += QUERIES) {
            int64_t m = l.n - from < QUERIES ? l.n - from : QUERIES;
            lt_gemm(LT_FLOAT32, false, true, m, l.n, s->d, -2, l.x + from * s->d, s->d, l.x, s->d,
                    0, l.products, l.n);
            for (int64_t i = 0; i < m; i++)
                s->fresh[number] += meet_others(s, &l, from + i, l.products + i * l.n);
        }
    }
}

void lt_leaf_lists_settle(void *lists, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_leaf_lists *s = lists;
    uint64_t *candidates = lt_workspace_mine(&s->scratch);
    for (int64_t i = begin; i < end; i++) {
        int32_t *id = s->id + i * s->k;
        float *distance = s->distance + i * s->k;
        for (int64_t t = 0; t < s->k; t++)
            candidates[t] = lt_candidate(distance[t], id[t]);
        lt_pool_settle(candidates, s->k, s->x + i * s->d, s->x, s->d, id, distance);
    }
}

/* ---- descent ---- */

size_t lt_list_descent_scratch(const lt_list_descent *s) {
    return lt_workspace_room((size_t)s->n * sizeof(int32_t)) +
           lt_workspace_room((size_t)lt_pool_size(s->k) * sizeof(uint64_t));
}

typedef struct visit {
    const lt_list_descent *s;
    int64_t own;
    int32_t *stamp; /* [n] the row that has met each last */
    bool nearer;    /* something has come into the pool */
    lt_pool pool;
} visit;

/* What the list says, squared. */
static uint64_t entry(const lt_list_descent *s, int64_t at) {
    return lt_candidate(s->distance[at] * s->distance[at], s->id[at]);
}

static void open_visit(visit *v) {
    const lt_list_descent *s = v->s;
    v->stamp[v->own] = (int32_t)v->own;
    v->nearer = false;
    v->pool.count = s->k;
    for (int64_t t = 0; t < s->k; t++) {
        v->pool.candidates[t] = entry(s, v->own * s->k + t);
        v->stamp[s->id[v->own * s->k + t]] = (int32_t)v->own;
    }
    v->pool.limit = lt_candidate_distance(v->pool.candidates[s->k - 1]);
}

static void meet_row(visit *v, int64_t row) {
    const lt_list_descent *s = v->s;
    if (v->stamp[row] == (int32_t)v->own)
        return;
    v->stamp[row] = (int32_t)v->own;
    float gap = lt_row_distance(s->x + v->own * s->d, s->x + row * s->d, s->d);
    if (!(gap < v->pool.limit))
        return;
    v->nearer = true;
    lt_pool_add(&v->pool, s->k, lt_candidate(gap, (int32_t)row));
}

static void meet_heads(visit *v) {
    const lt_list_descent *s = v->s;
    for (int64_t t = v->own * s->look; t < (v->own + 1) * s->look; t++)
        for (int64_t u = s->head[t] * s->look; u < (s->head[t] + 1) * s->look; u++)
            if (s->head_fresh[t] || s->head_fresh[u])
                meet_row(v, s->head[u]);
}

static bool is_in_head(const lt_list_descent *s, int64_t own, int32_t row) {
    bool found = false;
    for (int64_t t = own * s->look; t < (own + 1) * s->look; t++)
        found |= s->head[t] == row;
    return found;
}

/* Returns how many entries are new. */
static int64_t close_visit(visit *v) {
    const lt_list_descent *s = v->s;
    int64_t k = s->k, kept = 0;
    memset(s->fresh + v->own * s->look, 0, (size_t)s->look);
    if (!v->nearer)
        return 0;
    if (v->pool.count > k)
        lt_pool_shrink(&v->pool, k);
    uint64_t most = lt_farthest(v->pool.candidates, k);
    for (int64_t t = 0; t < k; t++)
        kept += entry(s, v->own * k + t) <= most;
    lt_pool_write(v->pool.candidates, k, s->id + v->own * k, s->distance + v->own * k);
    for (int64_t t = 0; t < s->look; t++)
        s->fresh[v->own * s->look + t] = !is_in_head(s, v->own, s->id[v->own * k + t]);
    return k - kept;
}

void lt_list_descent_chunk(void *descent, int64_t begin, int64_t end, int64_t chunk) {
    const lt_list_descent *s = descent;
    char *at = lt_workspace_mine(&s->scratch);
    visit v = {.s = s, .stamp = lt_workspace_cut(&at, (size_t)s->n * sizeof(int32_t))};
    v.pool.candidates = (uint64_t *)at;
    s->changes[chunk] = 0;
    for (v.own = begin; v.own < end && !lt_interrupted(); v.own++) {
        open_visit(&v);
        meet_heads(&v);
        s->changes[chunk] += close_visit(&v);
    }
}
