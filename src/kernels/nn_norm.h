/* nn_norm.h - normalisation to mean 0 and variance 1, by channel over a batch or by row.
 *
 * Arrays are dense, sums are in double, variances take a second pass. The functions return false
 * when an interrupt stopped them. */
#ifndef LT_KERNELS_NN_NORM_H
#define LT_KERNELS_NN_NORM_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

/* x [batch, channels, inner]. Vectors [channels] are doubles throughout. */
typedef struct lt_channels {
    lt_dtype dtype;
    int64_t batch, channels, inner;
} lt_channels;

/* Mean and biased variance of each channel. */
bool lt_channel_moments(const lt_channels *n, const void *x, double *mean, double *variance);

/* Sums of g and of g (x - mean) over each channel. */
bool lt_channel_sums(const lt_channels *n, const void *g, const void *x, const double *mean,
                     double *sum_g, double *sum_gx);

/* out = a (x - mean) + b, and + c g where g is not NULL. */
bool lt_channel_combine(const lt_channels *n, const void *x, const double *mean, const double *a,
                        const double *b, const void *g, const double *c, void *out);

/* Rows [rows, width]; mean and rstd (1 / sqrt(variance + eps)) [rows] are kept for the way back.
 * weight, bias [width] may be NULL. */
typedef struct lt_rows {
    lt_dtype dtype;
    int64_t rows, width;
} lt_rows;

/* y = (x - mean) rstd weight + bias. */
bool lt_row_norm(const lt_rows *n, double eps, const void *x, const void *weight, const void *bias,
                 void *y, double *mean, double *rstd);

/* dx, the gradient by x. */
bool lt_row_norm_back(const lt_rows *n, const void *g, const void *x, const void *weight,
                      const double *mean, const double *rstd, void *dx);

/* Sums over rows: dw of g (x - mean) rstd and db of g, [width] doubles. */
bool lt_row_norm_sums(const lt_rows *n, const void *g, const void *x, const double *mean,
                      const double *rstd, double *dw, double *db);

#endif
