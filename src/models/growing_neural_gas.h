/* growing_neural_gas.h - Fritzke, "A growing neural gas network learns topologies" (1995): units
 * are added where the error is largest.
 *
 * The same seed gives the same result for any number of threads. */
#ifndef LT_GROWING_NEURAL_GAS_H
#define LT_GROWING_NEURAL_GAS_H

#include "models/gas.h"

typedef struct lt_growing_options {
    int64_t k;                    /* units at most */
    int64_t interval;             /* rows between new units */
    double rate, rate_neighbours; /* shares of the gap that the nearest unit moves, and those joined
                                    to it */
    double lifetime;              /* age at which edges die */
    double split;                 /* share of their error that the neighbours of a new unit keep */
    double decay;                 /* share of every error that a row leaves */
    int64_t max_iter;             /* passes over the rows */
    uint64_t seed;
    lt_watch watch;
} lt_growing_options;

/* Fit to the rows of x [n, d]; `weights` of the result has at most k rows. */
lt_status lt_growing_neural_gas(lt_gas_result *out, lt_tensor *x,
                                const lt_growing_options *options);

#endif
