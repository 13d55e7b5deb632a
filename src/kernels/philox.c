#include "kernels/philox.h"

#include "kernels/simd.h"

LT_SIMD static void block_anywhere(uint64_t seed, uint64_t stream, uint64_t counter, int lanes,
                                   uint32_t words[4][LT_PHILOX_LANES]) {
#ifndef __clang__
#pragma GCC ivdep
#endif
    for (int lane = 0; lane < lanes; lane++) {
        uint32_t out[4];
        lt_philox(seed, stream, counter + (uint64_t)lane, out);
        words[0][lane] = out[0];
        words[1][lane] = out[1];
        words[2][lane] = out[2];
        words[3][lane] = out[3];
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* The same with AVX-512. Compilers do not find the instruction for the product of two 32-bit
 * numbers, of which this function is mostly made; with it, normal numbers take a fifth less. */
__attribute__((target("avx512f"))) static void block_avx512(uint64_t seed, uint64_t stream,
                                                            uint64_t counter, int lanes,
                                                            uint32_t words[4][LT_PHILOX_LANES]) {
    const __m512i m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
    const __m512i ramp = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    __m512i k0[10], k1[10];
    for (uint32_t round = 0; round < 10; round++) {
        k0[round] = _mm512_set1_epi64((uint32_t)seed + round * 0x9E3779B9u);
        k1[round] = _mm512_set1_epi64((uint32_t)(seed >> 32) + round * 0xBB67AE85u);
    }
    for (int lane = 0; lane < lanes; lane += 8) { /* the upper halves of c0..c3 do not matter */
        __m512i c0 = _mm512_add_epi64(_mm512_set1_epi64((int64_t)counter + lane), ramp);
        __m512i c1 = _mm512_srli_epi64(c0, 32);
        __m512i c2 = _mm512_set1_epi64((int64_t)stream), c3 = _mm512_srli_epi64(c2, 32);
#pragma GCC unroll 10
        for (int round = 0; round < 10; round++) {
            __m512i p0 = _mm512_mul_epu32(c0, m0), p1 = _mm512_mul_epu32(c2, m1);
            __m512i high0 = _mm512_srli_epi64(p0, 32), high1 = _mm512_srli_epi64(p1, 32);
            c0 = _mm512_xor_si512(_mm512_xor_si512(high1, c1), k0[round]);
            c2 = _mm512_xor_si512(_mm512_xor_si512(high0, c3), k1[round]);
            c1 = p1;
            c3 = p0;
        }
        _mm256_storeu_si256((__m256i *)&words[0][lane], _mm512_cvtepi64_epi32(c0));
        _mm256_storeu_si256((__m256i *)&words[1][lane], _mm512_cvtepi64_epi32(c1));
        _mm256_storeu_si256((__m256i *)&words[2][lane], _mm512_cvtepi64_epi32(c2));
        _mm256_storeu_si256((__m256i *)&words[3][lane], _mm512_cvtepi64_epi32(c3));
    }
}
#endif

void lt_philox_block(uint64_t seed, uint64_t stream, uint64_t counter, int lanes,
                     uint32_t words[4][LT_PHILOX_LANES]) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx512f")) {
        block_avx512(seed, stream, counter, lanes, words);
        return;
    }
#endif
    block_anywhere(seed, stream, counter, lanes, words);
}
