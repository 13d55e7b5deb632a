#include "kernels/neighbours.h"

#include <math.h>

#include "kernels/blas.h"
#include "kernels/nearest_pool.h"
#include "tensor/interrupt.h"

enum { QUERIES = LT_NEIGHBOURS_QUERIES, ROWS = LT_POOL_BLOCK };

size_t lt_nearest_rows_scratch(int64_t k) {
    return lt_workspace_room(QUERIES * ROWS * sizeof(float)) +
           lt_workspace_room(QUERIES * (size_t)lt_pool_size(k) * sizeof(uint64_t));
}

void lt_nearest_rows_chunk(void *nearest, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_nearest_rows *s = nearest;
    char *at = lt_workspace_mine(&s->scratch);
    float *products = lt_workspace_cut(&at, QUERIES * ROWS * sizeof(float));
    lt_pool pools[QUERIES];
    for (int64_t q = 0; q < QUERIES; q++)
        pools[q] = (lt_pool){(uint64_t *)at + q * lt_pool_size(s->k), 0, INFINITY};
    for (int64_t from = 0; from < s->n && !lt_interrupted(); from += ROWS) {
        int64_t n = s->n - from < ROWS ? s->n - from : ROWS;
        lt_gemm(LT_FLOAT32, false, true, end - begin, n, s->d, -2, s->query + begin * s->d, s->d,
                s->x + from * s->d, s->d, 0, products, ROWS);
        for (int64_t q = begin; q < end; q++) {
            float *row = products + (q - begin) * ROWS;
            if (s->same && q >= from && q < from + n)
                row[q - from] = INFINITY;
            lt_pool_take(&pools[q - begin], s->k, row, s->norm + from, n, from, NULL);
        }
    }
    for (int64_t q = begin; q < end && !lt_interrupted(); q++) {
        lt_pool *p = &pools[q - begin];
        if (p->count > s->k)
            lt_pool_shrink(p, s->k);
        lt_pool_settle(p->candidates, s->k, s->query + q * s->d, s->x, s->d, s->id + q * s->k,
                       s->distance + q * s->k);
    }
}
