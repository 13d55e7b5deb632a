/* gather.h - reading and writing by tensors of places or masks.
 *
 * Index tensors are int64 (uint8 converts) and hold what a Lua user writes: 1 is the first,
 * -1 the last. A place outside is an error before anything is written. */
#ifndef LT_GATHER_H
#define LT_GATHER_H

#include "tensor/tensor.h"

/* out[.., k, ..] = x[.., index[k], ..] along `dim`; the dimensions of index take its place.
 * Recorded for autograd. */
lt_status lt_index_select(lt_tensor *out, lt_tensor *x, int dim, lt_tensor *index);

/* x[.., index[k], ..] = source[.., k, ..] in place, or += where `add`; the source broadcasts. */
lt_status lt_index_put(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source, bool add);

/* out[i][j] = x[i][index[i][j]] (dim 1) and so on, as torch.gather. Recorded for autograd. */
lt_status lt_gather(lt_tensor *out, lt_tensor *x, int dim, lt_tensor *index);

/* x[i][index[i][j]] += source[i][j] in place (or = where it is lt_scatter). */
lt_status lt_scatter_add(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source);
lt_status lt_scatter(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source);

/* 1-based places of the true elements in row-major order: [n] for the flattened mask. */
lt_status lt_flatnonzero(lt_tensor *out, lt_tensor *mask);

/* 1-based places of the elements that are not 0, one row for each: [n, x->ndim]. */
lt_status lt_nonzero(lt_tensor *out, lt_tensor *x);

/* Elements (or leading rows) of x where the mask is true; the mask has the shape of x or of its
 * leading dimensions. Recorded for autograd. */
lt_status lt_masked_select(lt_tensor *out, lt_tensor *x, lt_tensor *mask);

/* x[mask] = source in place: a number, something that broadcasts to x, or one row for each true
 * element of the mask. */
lt_status lt_masked_put(lt_tensor *x, lt_tensor *mask, lt_tensor *source);

#endif
