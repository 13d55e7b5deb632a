/* pairs.h - all pairs of rows that lie near each other, by comparing every row with every other:
 * for rows so wide that no tree or grid rules any out. Distances come from matrix products. */
#ifndef LT_PAIRS_H
#define LT_PAIRS_H

#include "models/arena.h"
#include "tensor/tensor.h"

typedef struct lt_pairs {
    int64_t n, d;
    lt_dtype dtype;
    const void *x;  /* [n, d] the rows */
    void *centred;  /* [n, d] about their mean: products of these cancel least */
    double *norm;   /* [n] squared lengths of those */
    double *origin; /* [d] the mean */
} lt_pairs;

/* Take dense float rows, which must stay where they are; memory comes from the arena. */
lt_status lt_pairs_take(lt_pairs *p, lt_arena *a, const char *model, const lt_tensor *x);

/* Call fn once for each pair of rows i < j whose squared distance is at most `square`, from
 * several threads. What is too close to call by products is decided by the sum of squared
 * differences in float64. */
typedef void (*lt_pair_fn)(void *context, int64_t i, int64_t j);
lt_status lt_pairs_within(const lt_pairs *p, const char *model, double square, lt_pair_fn fn,
                          void *context);

#endif
