/* neural_gas.h - neural gas: Martinetz and Schulten, "A 'neural-gas' network learns topologies"
 * (1991); Martinetz, Berkovich and Schulten (1993).
 *
 * The same seed gives the same result for any number of threads. */
#ifndef LT_NEURAL_GAS_H
#define LT_NEURAL_GAS_H

#include "models/gas.h"

typedef struct lt_gas_options {
    int64_t k;
    lt_tensor *start;              /* [k, d], or NULL for rows of the data */
    double rate, rate_end;         /* share of the gap that the nearest unit moves */
    double reach, reach_end;       /* ranks over which that falls to 1/e */
    double lifetime, lifetime_end; /* age at which edges die */
    int64_t max_iter;              /* passes over the rows */
    bool trace;
    uint64_t seed;
    lt_watch watch;
} lt_gas_options;

/* Fit to the rows of x [n, d]. On failure the result is empty. */
lt_status lt_neural_gas(lt_gas_result *out, lt_tensor *x, const lt_gas_options *options);

#endif
