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

void lt_list_insert(int32_t *id, float *distance, int64_t k, int64_t *count, int32_t new_id,
                    float new_distance) {
    int64_t at = *count < k ? (*count)++ : k - 1;
    for (; at > 0 && (distance[at - 1] > new_distance ||
                      (distance[at - 1] == new_distance && id[at - 1] > new_id));
         at--) {
        id[at] = id[at - 1];
        distance[at] = distance[at - 1];
    }
    id[at] = new_id;
    distance[at] = new_distance;
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

static void shrink(pool *p, int64_t k) {
    select_least(p->candidates, p->count, k);
    uint64_t most = 0;
    for (int64_t i = 0; i < k; i++)
        most = p->candidates[i] > most ? p->candidates[i] : most;
    p->count = k;
    p->limit = distance_of(most);
}

/* Take what a block of products has for one query. Distances lack the query's own length. */
static void take_block(const lt_nearest_rows *s, int64_t query, const float *row, int64_t from,
                       int64_t n, pool *p) {
    strip found[ROWS / STRIP];
    int64_t strips = strips_below(row, s->norm + from, n, p->limit, found);
    for (int64_t t = 0; t < strips; t++) {
        for (uint32_t below = found[t].below; below; below &= below - 1) {
            int64_t i = found[t].at + __builtin_ctz(below);
            if (s->same && from + i == query)
                continue;
            p->candidates[p->count++] = candidate(row[i] + s->norm[from + i], (int32_t)(from + i));
        }
        if (p->count + STRIP > pool_size(s->k))
            shrink(p, s->k);
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

/* The nearest k by distances without the rounding of products, in order. */
static void settle(const lt_nearest_rows *s, int64_t query, pool *p) {
    if (p->count > s->k)
        shrink(p, s->k);
    const float *own = s->query + query * s->d;
    for (int64_t i = 0; i < s->k; i++) {
        int32_t row = row_of(p->candidates[i]);
        p->candidates[i] = candidate(lt_row_distance(own, s->x + row * s->d, s->d), row);
    }
    write_list(p->candidates, s->k, s->id + query * s->k, s->distance + query * s->k);
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
        for (int64_t q = begin; q < end; q++)
            take_block(s, q, products + (q - begin) * ROWS, from, n, &pools[q - begin]);
    }
    for (int64_t q = begin; q < end && !lt_interrupted(); q++)
        settle(s, q, &pools[q - begin]);
}

/* ---- wider lists ---- */

/* Rows that one row's search can meet, at most. */
static int64_t room(const lt_wider_lists *s) {
    return s->few * (s->few + 2) + s->k;
}

size_t lt_wider_lists_scratch(const lt_wider_lists *s) {
    return lt_workspace_room((size_t)s->n * sizeof(int32_t)) +
           lt_workspace_room((size_t)room(s) * sizeof(uint64_t));
}

typedef struct meeting {
    const lt_wider_lists *s;
    int32_t own, *stamp; /* [n] the row that has met each last */
    uint64_t *met;       /* with squared distances */
    int64_t count;
} meeting;

static void meet(meeting *m, int64_t row) {
    const lt_wider_lists *s = m->s;
    if (m->stamp[row] == m->own)
        return;
    m->stamp[row] = m->own;
    float gap = lt_row_distance(s->x + m->own * s->d, s->x + row * s->d, s->d);
    m->met[m->count++] = candidate(gap, (int32_t)row);
}

/* All neighbours and their neighbours; then, where these are few, theirs, and at last any rows. */
static void meet_around(meeting *m) {
    const lt_wider_lists *s = m->s;
    m->count = 0;
    m->stamp[m->own] = m->own;
    for (int64_t t = 0; t < s->few; t++)
        meet(m, s->known[m->own * s->few + t]);
    for (int64_t at = 0; at < m->count && (at < s->few || m->count < s->k); at++)
        for (int64_t t = 0; t < s->few; t++)
            meet(m, s->known[row_of(m->met[at]) * s->few + t]);
    for (int64_t step = 1; m->count < s->k; step++)
        meet(m, (m->own + step) % s->n);
}

void lt_wider_lists_chunk(void *lists, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_wider_lists *s = lists;
    char *at = lt_workspace_mine(&s->scratch);
    meeting m = {.s = s, .stamp = lt_workspace_cut(&at, (size_t)s->n * sizeof(int32_t))};
    m.met = (uint64_t *)at;
    for (int64_t i = begin; i < end && !lt_interrupted(); i++) {
        m.own = (int32_t)i;
        meet_around(&m);
        select_least(m.met, m.count, s->k);
        write_list(m.met, s->k, s->id + i * s->k, s->distance + i * s->k);
    }
}
