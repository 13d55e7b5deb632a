/* philox.h - Philox4x32-10: random bits as a function of a seed, a stream and a counter.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). There is no
 * state to hand from one number to the next: any thread computes any element of a sequence by
 * itself. The key is the seed; the 128-bit counter holds `counter` in its lower half and
 * `stream` in its upper half. */
#ifndef LT_PHILOX_H
#define LT_PHILOX_H

#include <stdint.h>

#define LT_PHILOX_M0 0xD2511F53u
#define LT_PHILOX_M1 0xCD9E8D57u
#define LT_PHILOX_W0 0x9E3779B9u
#define LT_PHILOX_W1 0xBB67AE85u

/* Four random words. Without branches or memory of its own: loops under `omp simd` vectorise it. */
static inline __attribute__((always_inline)) void lt_philox(uint64_t seed, uint64_t stream,
                                                            uint64_t counter, uint32_t out[4]) {
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32);
    uint32_t c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)LT_PHILOX_M0 * c0;
        uint64_t p1 = (uint64_t)LT_PHILOX_M1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += LT_PHILOX_W0;
        k1 += LT_PHILOX_W1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

#endif
