#include "kernels/neighbours.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/simd.h"
#include "tensor/interrupt.h"

enum { QUERIES = LT_NEIGHBOURS_QUERIES, ROWS = LT_NEIGHBOURS_ROWS, STRIP = 16, SPARE = 64 };

LT_SIMD float lt_row_distance(const float *a, const float *b, int64_t d) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

LT_SIMD void lt_project_rows(lt_projection *p, int64_t n, const float *x, int64_t d,
                             const float *w) {
    for (int64_t i = 0; i < n; i++) {
        const float *row = x + p[i].row * d;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t j = 0; j < d; j++)
            sum += row[j] * w[j];
        p[i].value = sum;
    }
}

/* A strip of a row, and a bit for each place in it with something below the limit. */
typedef struct strip {
    int32_t at;
    uint32_t below;
} strip;

/* The strips of `row` in which something plus its norm is below `limit`. */
static LT_SIMD int64_t strips_below(const float *row, const float *norm, int64_t n, float limit,
                                    strip *found) {
    int64_t count = 0;
    for (int64_t at = 0; at < n; at += STRIP) {
        int64_t stop = n - at < STRIP ? n - at : STRIP;
        uint32_t below = 0;
#pragma omp simd reduction(| : below)
        for (int64_t i = 0; i < stop; i++)
            below |= (uint32_t)(row[at + i] + norm[at + i] < limit) << i;
        found[count] = (strip){(int32_t)at, below};
        count += below != 0;
    }
    return count;
}

/* ---- the k nearest so far ----
 *
 * Each query has a pool of three times k candidates or more. When it is full, the nearest k stay,
 * and the farthest of them is the limit for what comes. A candidate is one number: its distance in
 * the upper half, so that the order is right for negative ones too, its row in the lower. */

static inline uint64_t candidate(float distance, int32_t row) {
    uint32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    bits ^= bits >> 31 ? 0xffffffffU : 0x80000000U;
    return (uint64_t)bits << 32 | (uint32_t)row;
}

static inline float distance_of(uint64_t c) {
    uint32_t bits = (uint32_t)(c >> 32);
    float distance;
    bits ^= bits >> 31 ? 0x80000000U : 0xffffffffU;
    memcpy(&distance, &bits, sizeof distance);
    return distance;
}

static inline int32_t row_of(uint64_t c) {
    return (int32_t)(uint32_t)c;
}

static inline void swap(uint64_t *a, uint64_t *b) {
    uint64_t c = *a;
    *a = *b;
    *b = c;
}

/* Bring the least k of n to the front, in any order (Hoare 1961), without branches that depend on
 * the numbers. */
static void select_least(uint64_t *c, int64_t n, int64_t k) {
    int64_t low = 0, high = n - 1;
    while (low < high) {
        swap(&c[low + (high - low) / 2], &c[high]);
        uint64_t pivot = c[high];
        int64_t less = low;
        for (int64_t i = low; i < high; i++) {
            uint64_t own = c[i];
            c[i] = c[less];
            c[less] = own;
            less += own < pivot;
        }
        swap(&c[less], &c[high]);
        if (less >= k)
            high = less - 1;
        else
            low = less + 1;
    }
}

static int by_distance(const void *a, const void *b) {
    const uint64_t *p = a, *q = b;
    return *p < *q ? -1 : *p > *q;
}

static int64_t pool_size(int64_t k) {
    return k + STRIP + (2 * k > SPARE ? 2 * k : SPARE);
}

typedef struct pool {
    uint64_t *candidates;
    int64_t count;
    float limit;
} pool;

static uint64_t farthest(const uint64_t *candidates, int64_t k) {
    uint64_t most = 0;
    for (int64_t i = 0; i < k; i++)
        most = candidates[i] > most ? candidates[i] : most;
    return most;
}

static void shrink(pool *p, int64_t k) {
    select_least(p->candidates, p->count, k);
    p->count = k;
    p->limit = distance_of(farthest(p->candidates, k));
}

/* Take what a block of products has for one query: of n rows, numbered from `from` on or by `id`.
 * Distances lack the query's own length. */
static void take_block(pool *p, int64_t k, const float *row, const float *norm, int64_t n,
                       int64_t from, const int32_t *id) {
    strip found[ROWS / STRIP];
    int64_t strips = strips_below(row, norm, n, p->limit, found);
    for (int64_t t = 0; t < strips; t++) {
        for (uint32_t below = found[t].below; below; below &= below - 1) {
            int64_t i = found[t].at + __builtin_ctz(below);
            p->candidates[p->count++] =
                candidate(row[i] + norm[i], id ? id[i] : (int32_t)(from + i));
        }
        if (p->count + STRIP > pool_size(k))
            shrink(p, k);
    }
}

/* Write candidates with squared distances in order. */
static void write_list(uint64_t *candidates, int64_t k, int32_t *id, float *distance) {
    for (int64_t i = 0; i < k; i++)
        candidates[i] = candidate(sqrtf(distance_of(candidates[i])), row_of(candidates[i]));
    qsort(candidates, (size_t)k, sizeof *candidates, by_distance);
    for (int64_t i = 0; i < k; i++) {
        id[i] = row_of(candidates[i]);
        distance[i] = distance_of(candidates[i]);
    }
}

/* The same by distances from `own` [d] without the rounding of products. */
static void settle(uint64_t *candidates, int64_t k, const float *own, const float *x, int64_t d,
                   int32_t *id, float *distance) {
    for (int64_t i = 0; i < k; i++) {
        int32_t row = row_of(candidates[i]);
        candidates[i] = candidate(lt_row_distance(own, x + row * d, d), row);
    }
    write_list(candidates, k, id, distance);
}

size_t lt_nearest_rows_scratch(int64_t k) {
    return lt_workspace_room(QUERIES * ROWS * sizeof(float)) +
           lt_workspace_room(QUERIES * (size_t)pool_size(k) * sizeof(uint64_t));
}

void lt_nearest_rows_chunk(void *nearest, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_nearest_rows *s = nearest;
    char *at = lt_workspace_mine(&s->scratch);
    float *products = lt_workspace_cut(&at, QUERIES * ROWS * sizeof(float));
    pool pools[QUERIES];
    for (int64_t q = 0; q < QUERIES; q++)
        pools[q] = (pool){(uint64_t *)at + q * pool_size(s->k), 0, INFINITY};
    for (int64_t from = 0; from < s->n && !lt_interrupted(); from += ROWS) {
        int64_t n = s->n - from < ROWS ? s->n - from : ROWS;
        lt_gemm(LT_FLOAT32, false, true, end - begin, n, s->d, -2, s->query + begin * s->d, s->d,
                s->x + from * s->d, s->d, 0, products, ROWS);
        for (int64_t q = begin; q < end; q++) {
            float *row = products + (q - begin) * ROWS;
            if (s->same && q >= from && q < from + n)
                row[q - from] = INFINITY;
            take_block(&pools[q - begin], s->k, row, s->norm + from, n, from, NULL);
        }
    }
    for (int64_t q = begin; q < end && !lt_interrupted(); q++) {
        pool *p = &pools[q - begin];
        if (p->count > s->k)
            shrink(p, s->k);
        settle(p->candidates, s->k, s->query + q * s->d, s->x, s->d, s->id + q * s->k,
               s->distance + q * s->k);
    }
}

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
           lt_workspace_room((size_t)pool_size(s->k) * sizeof(uint64_t));
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
static pool open_pool(const lt_leaf_lists *s, const leaf *l, int64_t own, float *row) {
    const int32_t *id = s->id + own * s->k;
    const float *distance = s->distance + own * s->k;
    pool p = {l->pool, s->empty ? 0 : s->k, INFINITY};
    for (int64_t t = 0; t < p.count; t++) {
        int64_t at = s->place[id[t]] - l->from;
        if (at >= 0 && at < l->n)
            row[at] = INFINITY;
        p.candidates[t] = candidate(distance[t], id[t]);
    }
    if (!s->empty)
        p.limit = distance_of(farthest(p.candidates, s->k));
    return p;
}

/* The list of row `at` of a leaf, with what it meets there. Returns how many entries are new. */
static int64_t meet_others(const lt_leaf_lists *s, const leaf *l, int64_t at, float *row) {
    int64_t own = s->order[l->from + at], k = s->k, kept = 0;
    int32_t *id = s->id + own * k;
    float *distance = s->distance + own * k;
    row[at] = INFINITY;
    pool p = open_pool(s, l, own, row);
    for (int64_t from = 0; from < l->n; from += ROWS)
        take_block(&p, k, row + from, l->norm + from, l->n - from < ROWS ? l->n - from : ROWS, 0,
                   s->order + l->from + from);
    if (p.count > k)
        shrink(&p, k);
    uint64_t most = farthest(p.candidates, k);
    for (int64_t t = 0; t < k && !s->empty; t++)
        kept += candidate(distance[t], id[t]) <= most;
    for (int64_t t = 0; t < k; t++) {
        id[t] = row_of(p.candidates[t]);
        distance[t] = distance_of(p.candidates[t]);
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
            candidates[t] = candidate(distance[t], id[t]);
        settle(candidates, s->k, s->x + i * s->d, s->x, s->d, id, distance);
    }
}
