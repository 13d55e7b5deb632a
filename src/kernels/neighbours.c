#include "kernels/neighbours.h"

#include <math.h>

#include "kernels/blas.h"
#include "kernels/simd.h"
#include "tensor/interrupt.h"

enum { QUERIES = LT_NEIGHBOURS_QUERIES, ROWS = LT_NEIGHBOURS_ROWS, STRIP = 16 };

size_t lt_nearest_rows_scratch(void) {
    return lt_workspace_room(QUERIES * ROWS * sizeof(float));
}

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

/* Numbers of the strips of `row` in which something plus its norm is below `limit`. */
static LT_SIMD int64_t strips_below(const float *row, const float *norm, int64_t n, float limit,
                                    int32_t *strip) {
    int64_t found = 0;
    for (int64_t at = 0; at < n; at += STRIP) {
        int64_t stop = n - at < STRIP ? n - at : STRIP;
        float least = INFINITY;
#pragma omp simd reduction(min : least)
        for (int64_t i = 0; i < stop; i++) {
            const float v = row[at + i] + norm[at + i];
            least = v < least ? v : least;
        }
        strip[found] = (int32_t)at;
        found += least < limit;
    }
    return found;
}

/* ---- the k nearest so far: a heap with the farthest on top ---- */

static inline bool is_farther(float d, int32_t i, float e, int32_t j) {
    return d > e || (d == e && i > j);
}

/* Put a neighbour in the place of `at`, or where it belongs below. */
static void sift_down(int32_t *id, float *distance, int64_t k, int64_t at, int32_t new_id,
                      float new_distance) {
    for (;;) {
        int64_t below = 2 * at + 1;
        if (below >= k)
            break;
        if (below + 1 < k &&
            is_farther(distance[below + 1], id[below + 1], distance[below], id[below]))
            below++;
        if (!is_farther(distance[below], id[below], new_distance, new_id))
            break;
        id[at] = id[below];
        distance[at] = distance[below];
        at = below;
    }
    id[at] = new_id;
    distance[at] = new_distance;
}

static void heap_insert(int32_t *id, float *distance, int64_t k, int64_t *count, int32_t new_id,
                        float new_distance) {
    if (*count == k) {
        sift_down(id, distance, k, 0, new_id, new_distance);
        return;
    }
    id[*count] = new_id;
    distance[*count] = new_distance;
    if (++*count == k)
        for (int64_t at = k / 2; at-- > 0;)
            sift_down(id, distance, k, at, id[at], distance[at]);
}

/* Take what a block of products has for one query. Distances lack the query's own length. */
static void take_block(const lt_nearest_rows *s, int64_t query, const float *row, int64_t from,
                       int64_t n, int64_t *count) {
    int32_t strip[ROWS / STRIP], *id = s->id + query * s->k;
    float *distance = s->distance + query * s->k;
    float limit = *count < s->k ? INFINITY : distance[0];
    int64_t strips = strips_below(row, s->norm + from, n, limit, strip);
    for (int64_t t = 0; t < strips; t++) {
        int64_t stop = n - strip[t] < STRIP ? n : strip[t] + STRIP;
        for (int64_t i = strip[t]; i < stop; i++) {
            float v = row[i] + s->norm[from + i];
            if ((s->same && from + i == query) || (*count == s->k && !(v < distance[0])))
                continue;
            heap_insert(id, distance, s->k, count, (int32_t)(from + i), v);
        }
    }
}

/* A heap in order, nearest first (Williams 1964). */
static void sort_heap(int32_t *id, float *distance, int64_t k) {
    for (int64_t at = k / 2; at-- > 0;)
        sift_down(id, distance, k, at, id[at], distance[at]);
    for (int64_t last = k - 1; last > 0; last--) {
        int32_t moved = id[last];
        float gap = distance[last];
        id[last] = id[0];
        distance[last] = distance[0];
        sift_down(id, distance, last, 0, moved, gap);
    }
}

/* The distances of a finished list, without the rounding of products; in order. */
static void settle_list(const lt_nearest_rows *s, int64_t query) {
    int32_t *id = s->id + query * s->k;
    float *distance = s->distance + query * s->k;
    for (int64_t i = 0; i < s->k; i++)
        distance[i] =
            sqrtf(lt_row_distance(s->query + query * s->d, s->x + (int64_t)id[i] * s->d, s->d));
    sort_heap(id, distance, s->k);
}

void lt_nearest_rows_chunk(void *nearest, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_nearest_rows *s = nearest;
    float *products = lt_workspace_mine(&s->scratch);
    int64_t count[QUERIES] = {0};
    for (int64_t from = 0; from < s->n && !lt_interrupted(); from += ROWS) {
        int64_t n = s->n - from < ROWS ? s->n - from : ROWS;
        lt_gemm(LT_FLOAT32, false, true, end - begin, n, s->d, -2, s->query + begin * s->d, s->d,
                s->x + from * s->d, s->d, 0, products, ROWS);
        for (int64_t q = begin; q < end; q++)
            take_block(s, q, products + (q - begin) * ROWS, from, n, &count[q - begin]);
    }
    for (int64_t q = begin; q < end && !lt_interrupted(); q++)
        settle_list(s, q);
}
