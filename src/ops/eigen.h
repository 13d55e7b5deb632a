/* eigen.h - eigenvalues and eigenvectors of matrices and of batches [.., n, n], recorded for
 * autograd.
 *
 * Integers convert to the default float dtype. NaN or infinite elements are an error, and so is an
 * iteration that does not converge. */
#ifndef LT_OPS_EIGEN_H
#define LT_OPS_EIGEN_H

#include "tensor/tensor.h"

/* Symmetric a = v diag(values) v^T, values [n] ascending, eigenvectors in the columns of v [n, n].
 * `vectors` NULL: the values alone. A matrix that is not symmetric is an error. */
lt_status lt_eigh(lt_tensor *values, lt_tensor *vectors, lt_tensor *a);

/* General a v = v diag(values), in no order, columns of v of length 1. `vectors` NULL: the values
 * alone. Complex eigenvalues are an error. */
lt_status lt_eig(lt_tensor *values, lt_tensor *vectors, lt_tensor *a);

#endif
