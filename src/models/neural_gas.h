/* neural_gas.h - neural gas: Martinetz and Schulten, "A 'neural-gas' network learns topologies"
 * (1991); Martinetz, Berkovich and Schulten (1993).
 *
 * The same seed gives the same result for any number of threads. */
#ifndef LT_NEURAL_GAS_H
#define LT_NEURAL_GAS_H

#include "models/codebook.h"
#include "tensor/tensor.h"

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

typedef struct lt_gas_result {
    lt_tensor weights;         /* [k, d] */
    lt_tensor labels;          /* [n] int64, nearest unit, from 1 */
    lt_tensor edges;           /* [m, 2] int64, units from 1, the smaller first */
    double quantization_error; /* mean distance of the rows to their nearest units */
    lt_tensor trace_weights;   /* with `trace` [max_iter + 1, k, d], else empty */
} lt_gas_result;

/* Fit to the rows of x [n, d]. On failure the result is empty. */
lt_status lt_neural_gas(lt_gas_result *out, lt_tensor *x, const lt_gas_options *options);

void lt_gas_release(lt_gas_result *r);

/* Labels and quantisation error of the rows of x for the weights of the result. */
lt_status lt_gas_finish(lt_gas_result *r, const char *model, const lt_tensor *x);

#endif
