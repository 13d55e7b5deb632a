/* philox.h - Philox4x32-10: random bits as a function of a seed, a stream and a counter.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). There is no
 * state to hand from one number to the next: any thread computes any element of a sequence by
 * itself. The key is the seed; the 128-bit counter holds `counter` in its lower half and `stream`
 * in its upper half. */
#ifndef LT_PHILOX_H
#define LT_PHILOX_H

#include <stdint.h>

/* Four random words. The words travel in 64-bit lanes, upper halves zero: compilers make the best
 * vector code of the two products that way. */
static inline __attribute__((always_inline)) void lt_philox(uint64_t seed, uint64_t stream,
                                                            uint64_t counter, uint32_t out[4]) {
    const uint64_t low = 0xFFFFFFFF;
    uint64_t k0 = seed & low, k1 = seed >> 32;
    uint64_t c0 = counter & low, c1 = counter >> 32, c2 = stream & low, c3 = stream >> 32;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = c0 * 0xD2511F53, p1 = c2 * 0xCD9E8D57;
        c0 = (p1 >> 32) ^ c1 ^ k0;
        c1 = p1 & low;
        c2 = (p0 >> 32) ^ c3 ^ k1;
        c3 = p0 & low;
        k0 = (k0 + 0x9E3779B9) & low;
        k1 = (k1 + 0xBB67AE85) & low;
    }
    out[0] = (uint32_t)c0;
    out[1] = (uint32_t)c1;
    out[2] = (uint32_t)c2;
    out[3] = (uint32_t)c3;
}

/* The four words of up to LT_PHILOX_LANES counters in a row: words[w][i] is word w of counter + i.
 * A block is what the samplers work on: it stays in the first-level cache. */
#define LT_PHILOX_LANES 256
void lt_philox_block(uint64_t seed, uint64_t stream, uint64_t counter, int lanes,
                     uint32_t words[4][LT_PHILOX_LANES]);

#endif
