/* random.h - random tensors: generators, and filling a tensor with samples.
 *
 * A generator is a seed and an offset into the sequence that the seed stands for. Element i of a
 * call depends on (seed, offset, i) alone, whatever the number of threads, and the call moves the
 * offset on by what it used; a failed call leaves the generator where it was. */
#ifndef LT_OPS_RANDOM_H
#define LT_OPS_RANDOM_H

#include <stdint.h>

#include "tensor/tensor.h"

typedef struct lt_generator {
    uint64_t seed;
    uint64_t offset; /* counters used so far */
} lt_generator;

/* The generator of calls that name none. Seeded from the system's entropy unless lt_manual_seed()
 * has been called. */
lt_generator *lt_default_generator(void);

/* Start the default generator's sequence of this seed. */
void lt_manual_seed(uint64_t seed);

/* A seed that nobody can guess. */
uint64_t lt_entropy(void);

/* Fill a tensor, in any layout, in place. `g` NULL stands for the default generator. */

/* Uniform in [low, high); floats only: 24 random bits in float32, 53 in float64. */
lt_status lt_fill_uniform(lt_tensor *t, lt_generator *g, double low, double high);

/* Normal; floats only. */
lt_status lt_fill_normal(lt_tensor *t, lt_generator *g, double mean, double std);

/* 1 with probability p, else 0; any dtype. */
lt_status lt_fill_bernoulli(lt_tensor *t, lt_generator *g, double p);

/* Integers from low to high, both included, each equally likely; any dtype that holds them. */
lt_status lt_fill_randint(lt_tensor *t, lt_generator *g, int64_t low, int64_t high);

/* A random order of `first`, ..., `first` + n - 1, each order equally likely: int64 [n]. */
lt_status lt_randperm(lt_tensor *out, lt_generator *g, int64_t n, int64_t first);

#endif
