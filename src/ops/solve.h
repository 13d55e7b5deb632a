/* solve.h - linear equations for matrices and batches of them, recorded for autograd.
 *
 * Integers convert to the default float dtype; leading dimensions of two operands broadcast. NaN
 * or infinite elements are an error, and so is a matrix that is singular to working precision. */
#ifndef LT_OPS_SOLVE_H
#define LT_OPS_SOLVE_H

#include "tensor/tensor.h"

/* a x = b for b [.., n, k], or for vectors b [.., n]: b is taken as vectors where it has one
 * dimension, or one less than a and a's other sizes. */
lt_status lt_solve(lt_tensor *x, lt_tensor *a, lt_tensor *b);

/* The same for a triangular a: its other half is not looked at. */
lt_status lt_solve_triangular(lt_tensor *x, lt_tensor *a, lt_tensor *b, bool upper);

/* The x of least |a x - b|, and of these the shortest: a [.., m, n], b [.., m, k] or [.., m]. */
lt_status lt_lstsq(lt_tensor *x, lt_tensor *a, lt_tensor *b);

#endif
