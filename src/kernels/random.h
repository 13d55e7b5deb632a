/* random.h - samplers over raw arrays, on counter-based random bits (philox.h).
 *
 * A call that starts at counter `offset` of the sequence of `seed` computes element i from
 * (seed, offset, i) alone: the same numbers for any number of threads. Arrays are dense. Fixed
 * samplers use one stretch of counters in stream 0, lt_random_used() long. */
#ifndef LT_KERNELS_RANDOM_H
#define LT_KERNELS_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* Where a call takes its random bits. */
typedef struct lt_bits {
    uint64_t seed, offset;
} lt_bits;

/* Counters that n elements use, at 32 or 64 random bits an element. */
uint64_t lt_random_used(int64_t n, int bits);

/* False when an interrupt stopped them: the array is then incomplete. */

/* Uniform in [low, high): 32 bits an element for float32, 64 for float64. */
bool lt_random_uniform_float32(lt_bits from, float *out, int64_t n, double low, double high);
bool lt_random_uniform_float64(lt_bits from, double *out, int64_t n, double low, double high);

/* Normal, by Box and Muller (1958): 32 bits an element for float32, 64 for float64. */
bool lt_random_normal_float32(lt_bits from, float *out, int64_t n, double mean, double std);
bool lt_random_normal_float64(lt_bits from, double *out, int64_t n, double mean, double std);

/* Integers in [low, low + range), range 0 meaning 2^64; 64 bits an element. Multiply and shift
 * (Lemire, "Fast random integer generation in an interval", 2019): no value is favoured. */
bool lt_random_int64(lt_bits from, int64_t *out, int64_t n, int64_t low, uint64_t range);

/* True with probability p: 64 bits an element. */
bool lt_random_bernoulli(lt_bits from, uint8_t *out, int64_t n, double p);

/* A random order of first, ..., first + n - 1 (Fisher and Yates, as Durstenfeld 1964); 64 bits an
 * element. */
bool lt_random_permutation(lt_bits from, int64_t *out, int64_t n, int64_t first);

#endif
