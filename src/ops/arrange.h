/* arrange.h - moving elements to other places: diagonals, triangles, mirrored, shifted and padded
 * copies. Recorded for autograd; each is linear, and its gradient moves elements back.
 *
 * Dimensions are 0-based; a negative one counts from the end. */
#ifndef LT_ARRANGE_H
#define LT_ARRANGE_H

#include <stdbool.h>

#include "tensor/tensor.h"

/* The diagonal of dimensions a and b, as the last dimension: a view. `offset` > 0 lies above the
 * main one. */
lt_status lt_diagonal(lt_tensor *out, lt_tensor *x, int64_t offset, int a, int b);

/* Matrices [.., n + |offset|, n + |offset|] with the last dimension of x on that diagonal. */
lt_status lt_diag_embed(lt_tensor *out, lt_tensor *x, int64_t offset);

/* Matrices [.., m, n] with zeros above diagonal k, or below it where `upper`. */
lt_status lt_triangle(lt_tensor *out, lt_tensor *x, int64_t k, bool upper);

/* Dimensions in reverse order. */
lt_status lt_flip(lt_tensor *out, lt_tensor *x, int n_dims, const int *dims);

/* Elements moved on by `shift` along a dimension; those that leave it come in at the other end. */
lt_status lt_roll(lt_tensor *out, lt_tensor *x, int64_t shift, int dim);

/* More (or, where negative, fewer) elements before and after each dimension, holding `value`:
 * before, after [x->ndim]. */
lt_status lt_pad(lt_tensor *out, lt_tensor *x, const int64_t *before, const int64_t *after,
                 double value);

/* The same along one dimension, with elements of x: mirrored without repeating the edge, the edge
 * repeated, or from the other end. */
typedef enum lt_pad_mode { LT_PAD_REFLECT, LT_PAD_REPLICATE, LT_PAD_CIRCULAR } lt_pad_mode;
lt_status lt_pad_with_own(lt_tensor *out, lt_tensor *x, int dim, int64_t before, int64_t after,
                          lt_pad_mode mode);

#endif
