/* gas.h - what neural gas and growing neural gas share: units without a grid, which learn row by
 * row and are joined by edges. */
#ifndef LT_GAS_H
#define LT_GAS_H

#include "models/codebook.h"
#include "models/links.h"

typedef struct lt_gas_result {
    lt_tensor weights;         /* [k, d] */
    lt_tensor labels;          /* [n] int64, nearest unit, from 1 */
    lt_tensor edges;           /* [m, 2] int64, units from 1, the smaller first */
    double quantization_error; /* mean distance of the rows to their nearest units */
    lt_tensor trace_weights;   /* with `trace` [max_iter + 1, k, d], else empty */
} lt_gas_result;

/* Empty a result. */
void lt_gas_release(lt_gas_result *r);

/* At most this many units. */
#define LT_GAS_UNITS ((int64_t)1 << 24)

/* One fit at work. */
typedef struct lt_gas {
    const char *model; /* for messages */
    lt_tensor rows;    /* dense [n, d] */
    lt_dtype dtype;
    int64_t n, d;
    lt_arena arena;
    lt_draws draws;
    lt_codebook codebook; /* of k units */
    lt_links links;
    int64_t *order; /* [n] rows as a pass takes them */
    int64_t *name;  /* [k] numbers of the units in the result, from 1 */
} lt_gas;

/* Memory for k units on the rows of x; an arena without memory is for the caller to see. What it
 * takes is given up with lt_gas_end(), also after a failure. */
lt_status lt_gas_begin(lt_gas *g, const char *model, lt_tensor *x, int64_t k, uint64_t seed);
void lt_gas_end(lt_gas *g);

/* Learns one row when `part` of the training is over; `*gap` is its squared distance to the
 * nearest unit. */
typedef lt_status (*lt_gas_learn)(void *fit, const void *row, double part, double *gap);

/* All rows once, in random order. */
lt_status lt_gas_pass(lt_gas *g, lt_gas_learn learn, void *fit, int64_t pass, int64_t passes,
                      const lt_watch *watch);

/* Edges, labels and quantisation error for the weights of the result and the names of the units. */
lt_status lt_gas_finish(const lt_gas *g, lt_gas_result *r);

#endif
