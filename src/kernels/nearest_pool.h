/* nearest_pool.h - the k nearest rows to a query, of those that it has met so far.
 *
 * A pool has room for three times k candidates or more. When it is full, the nearest k stay, and
 * the farthest of them is the limit for what comes. */
#ifndef LT_NEAREST_POOL_H
#define LT_NEAREST_POOL_H

#include <stdint.h>
#include <string.h>

/* A candidate is one number: its distance in the upper half, so that the order is right for
 * negative ones too, its row in the lower. */

static inline uint64_t lt_candidate(float distance, int32_t row) {
    uint32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    bits ^= bits >> 31 ? 0xffffffffU : 0x80000000U;
    return (uint64_t)bits << 32 | (uint32_t)row;
}

static inline float lt_candidate_distance(uint64_t c) {
    uint32_t bits = (uint32_t)(c >> 32);
    float distance;
    bits ^= bits >> 31 ? 0x80000000U : 0xffffffffU;
    memcpy(&distance, &bits, sizeof distance);
    return distance;
}

static inline int32_t lt_candidate_row(uint64_t c) {
    return (int32_t)(uint32_t)c;
}

typedef struct lt_pool {
    uint64_t *candidates; /* [lt_pool_size(k)] */
    int64_t count;
    float limit; /* candidates must be nearer; INFINITY until there are k */
} lt_pool;

int64_t lt_pool_size(int64_t k);

/* Leave the nearest k, in any order. */
void lt_pool_shrink(lt_pool *p, int64_t k);

/* The farthest of k candidates. */
uint64_t lt_farthest(const uint64_t *candidates, int64_t k);

enum { LT_POOL_BLOCK = 1024 };

/* Take n rows, at most LT_POOL_BLOCK, at distances row + norm, those that are below the limit. They
 * are numbered from `from` on, or by `id`. */
void lt_pool_take(lt_pool *p, int64_t k, const float *row, const float *norm, int64_t n,
                  int64_t from, const int32_t *id);

/* Put one candidate in. */
void lt_pool_add(lt_pool *p, int64_t k, uint64_t candidate);

/* Write k candidates with squared distances as a list: nearest first, the lower number of equals,
 * with distances. */
void lt_pool_write(uint64_t *candidates, int64_t k, int32_t *id, float *distance);

/* The same by distances from `own` [d] to the rows of x without the rounding of products. */
void lt_pool_settle(uint64_t *candidates, int64_t k, const float *own, const float *x, int64_t d,
                    int32_t *id, float *distance);

#endif
