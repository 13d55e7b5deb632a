/* nn_cross_entropy.h - cross entropy of softmax rows, without forming the probabilities. */
#ifndef LT_KERNELS_NN_CROSS_ENTROPY_H
#define LT_KERNELS_NN_CROSS_ENTROPY_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

/* Scores x [rows, classes], dense. The target is a class of each row, `id` [rows] counted from 1,
 * or a distribution, `share` [rows, classes] of the dtype of x; the other one is NULL. */
typedef struct lt_scores {
    lt_dtype dtype;
    int64_t rows, classes;
    const void *x;
    const int64_t *id;
    const void *share;
} lt_scores;

/* loss [rows] = sum of share (log sum exp x - x); `lse` [rows] keeps the log sum exp. False when
 * an interrupt stopped it. */
bool lt_cross_entropy_rows(const lt_scores *s, double *loss, double *lse);

/* dx = scale[row] (softmax(x) sum(share) - share); scale has one element if `uniform`. */
bool lt_cross_entropy_rows_back(const lt_scores *s, const double *lse, const double *scale,
                                bool uniform, void *dx);

#endif
