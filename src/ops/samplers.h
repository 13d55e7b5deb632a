/* samplers.h - random tensors whose distributions take tensors as parameters.
 *
 * Parameters broadcast, and are checked before anything is drawn. Generators are those of
 * ops/random.h: `g` NULL stands for the default one. Results are off the graph. */
#ifndef LT_OPS_SAMPLERS_H
#define LT_OPS_SAMPLERS_H

#include <stdbool.h>

#include "kernels/samplers.h"
#include "ops/random.h"

/* A tensor of samples; a, b are the parameters as kernels/samplers.h lists them, b NULL where the
 * distribution has one. Its shape is `shape`, or where ndim is -1 that of the broadcast of a and
 * b. `op` names the call in messages. */
lt_status lt_draw(const char *op, lt_sampler sampler, lt_tensor *out, lt_generator *g,
                  lt_dtype dtype, int ndim, const int64_t *shape, lt_tensor *a, lt_tensor *b);

/* Points of the simplex: concentration [..., k] gives `shape` x [..., k]. */
lt_status lt_dirichlet(lt_tensor *out, lt_generator *g, lt_dtype dtype, int ndim,
                       const int64_t *shape, lt_tensor *concentration);

/* 1-based category numbers: weights [k] gives [n], weights [m, k] gives [m, n]. Weights need not
 * sum to one. */
lt_status lt_multinomial(lt_tensor *out, lt_generator *g, lt_tensor *weights, int64_t n,
                         bool replacement);

/* 1-based category numbers: weights [..., k] gives `shape` x [...]. */
lt_status lt_categorical(lt_tensor *out, lt_generator *g, lt_tensor *weights, int ndim,
                         const int64_t *shape);

#endif
