/* covariance.h - covariance of rows and its leading eigenvectors: what PCA and factor analysis
 * start from. */
#ifndef LT_COVARIANCE_H
#define LT_COVARIANCE_H

#include "models/columns.h"
#include "models/samples.h"
#include "tensor/tensor.h"

/* Column means of dense rows x [n, d]. */
lt_status lt_column_means(double *mean, const lt_tensor *x);

/* Sum over the rows of (x - mean) (x - mean)^T for some columns, at least one: `scatter`
 * [count, count], both triangles. Products are in the dtype of x, sums in float64. `mean` [d] is
 * that of all columns where the others hold one value each. */
lt_status lt_scatter_matrix(double *scatter, double *mean, const lt_tensor *x,
                            const lt_columns *columns);

/* Sum over the rows of x x^T. */
lt_status lt_scatter_about_origin(double *scatter, const lt_tensor *x);

/* The `count` largest eigenvalues of symmetric a [d, d], descending, and their eigenvectors as
 * rows of `vectors` [count, d], each with its largest element positive. `a` is overwritten. */
lt_status lt_leading_eigen(const char *model, double *a, int64_t d, int64_t count, double *values,
                           double *vectors);

/* Turn the signs of the rows of `vectors` [count, d] so that each one's largest element is
 * positive. */
void lt_settle_signs(double *vectors, int64_t count, int64_t d);

#endif
