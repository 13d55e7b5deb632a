#include "kernels/nearest_pool.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/rows.h"
#include "kernels/simd.h"

enum { STRIP = 16, SPARE = 64 };

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

int64_t lt_pool_size(int64_t k) {
    return k + STRIP + (2 * k > SPARE ? 2 * k : SPARE);
}

uint64_t lt_farthest(const uint64_t *candidates, int64_t k) {
    uint64_t most = 0;
    for (int64_t i = 0; i < k; i++)
        most = candidates[i] > most ? candidates[i] : most;
    return most;
}

void lt_pool_shrink(lt_pool *p, int64_t k) {
    select_least(p->candidates, p->count, k);
    p->count = k;
    p->limit = lt_candidate_distance(lt_farthest(p->candidates, k));
}

void lt_pool_take(lt_pool *p, int64_t k, const float *row, const float *norm, int64_t n,
                  int64_t from, const int32_t *id) {
    strip found[LT_POOL_BLOCK / STRIP];
    int64_t strips = strips_below(row, norm, n, p->limit, found);
    for (int64_t t = 0; t < strips; t++) {
        for (uint32_t below = found[t].below; below; below &= below - 1) {
            int64_t i = found[t].at + __builtin_ctz(below);
            p->candidates[p->count++] =
                lt_candidate(row[i] + norm[i], id ? id[i] : (int32_t)(from + i));
        }
        if (p->count + STRIP > lt_pool_size(k))
            lt_pool_shrink(p, k);
    }
}

void lt_pool_add(lt_pool *p, int64_t k, uint64_t candidate) {
    p->candidates[p->count++] = candidate;
    if (p->count == lt_pool_size(k))
        lt_pool_shrink(p, k);
}

void lt_pool_write(uint64_t *candidates, int64_t k, int32_t *id, float *distance) {
    for (int64_t i = 0; i < k; i++)
        candidates[i] = lt_candidate(sqrtf(lt_candidate_distance(candidates[i])),
                                     lt_candidate_row(candidates[i]));
    qsort(candidates, (size_t)k, sizeof *candidates, by_distance);
    for (int64_t i = 0; i < k; i++) {
        id[i] = lt_candidate_row(candidates[i]);
        distance[i] = lt_candidate_distance(candidates[i]);
    }
}

void lt_pool_settle(uint64_t *candidates, int64_t k, const float *own, const float *x, int64_t d,
                    int32_t *id, float *distance) {
    for (int64_t i = 0; i < k; i++) {
        int32_t row = lt_candidate_row(candidates[i]);
        candidates[i] = lt_candidate(lt_row_distance(own, x + row * d, d), row);
    }
    lt_pool_write(candidates, k, id, distance);
}
