#include "kernels/philox.h"

#include "kernels/simd.h"

LT_SIMD void lt_philox_block(uint64_t seed, uint64_t stream, uint64_t counter, int lanes,
                             uint32_t words[4][LT_PHILOX_LANES]) {
#pragma GCC ivdep
    for (int lane = 0; lane < lanes; lane++) {
        uint32_t out[4];
        lt_philox(seed, stream, counter + (uint64_t)lane, out);
        words[0][lane] = out[0];
        words[1][lane] = out[1];
        words[2][lane] = out[2];
        words[3][lane] = out[3];
    }
}
