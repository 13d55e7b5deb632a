/* samplers.h - samples of distributions that take a varying number of random bits.
 *
 * Each element has a stretch of random bits of its own: element i of a call reads counter
 * offset + i in streams 0, 1, 2, ... (philox.h) for as long as its method rejects, so that it
 * depends on (seed, offset, i) and its parameters alone. A call uses one counter an element.
 * Everything is computed in float64. Functions return false when an interrupt stopped them. */
#ifndef LT_KERNELS_SAMPLERS_H
#define LT_KERNELS_SAMPLERS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/random.h"

typedef enum lt_sampler {
    LT_SAMPLE_UNIFORM,     /* low a, high b */
    LT_SAMPLE_NORMAL,      /* mean a, standard deviation b */
    LT_SAMPLE_BERNOULLI,   /* probability a; 0 or 1 */
    LT_SAMPLE_EXPONENTIAL, /* rate a; inverse of the distribution function */
    LT_SAMPLE_GAMMA,       /* concentration a, rate b; Marsaglia and Tsang (2000) */
    LT_SAMPLE_LOG_GAMMA,   /* logarithm of the same, which does not underflow */
    LT_SAMPLE_BETA,        /* concentrations a and b; from two gammas */
    LT_SAMPLE_POISSON,     /* rate a; PTRS, Hormann (1993), below 10 by multiplication */
    LT_SAMPLER_COUNT
} lt_sampler;

/* out[i] from a[i] and b[i], i < n, valid parameters; b is not read where there is one only.
 * Concentrations are at least LT_LEAST_CONCENTRATION, so that logarithms stay finite. */
#define LT_LEAST_CONCENTRATION 1e-300
bool lt_sample(lt_sampler sampler, lt_bits from, double *out, int64_t n, const double *a,
               const double *b);

/* x[rows][k] of logarithms becomes exp(x) / sum of the row of exp(x). */
bool lt_normalise_logs(double *x, int64_t rows, int64_t k);

/* 1-based numbers of categories, out[rows][draws], each drawn with the probabilities of its row.
 * sums[rows][k] are running sums of weights, the last of each row above zero. */
bool lt_sample_replaced(lt_bits from, int64_t *out, int64_t rows, int64_t draws, int64_t k,
                        const double *sums);

/* The same without replacement: in order, as if drawn one after the other (Efraimidis and Spirakis
 * 2006). weights[rows][k] has at least `draws` entries above zero in each row; work[rows][k] is
 * scratch. Uses rows * k counters. */
typedef struct lt_keyed {
    double key;
    int64_t id;
} lt_keyed;
bool lt_sample_unreplaced(lt_bits from, int64_t *out, int64_t rows, int64_t draws, int64_t k,
                          const double *weights, lt_keyed *work);

#endif
