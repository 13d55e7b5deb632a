#include "kernels/stream.h"

#include <string.h>

enum { LINE = 64 };

#if defined(__x86_64__)
#include <immintrin.h>

/* Whole lines, the output's on boundaries of lines. */
__attribute__((target("avx512f"))) static void lines_avx512(char *out, const char *in, int64_t n) {
    for (int64_t i = 0; i < n; i += LINE)
        _mm512_stream_si512((void *)(out + i), _mm512_loadu_si512(in + i));
}

static void lines_sse2(char *out, const char *in, int64_t n) {
    for (int64_t i = 0; i < n; i += 16)
        _mm_stream_si128((__m128i *)(out + i), _mm_loadu_si128((const __m128i *)(in + i)));
}

static void stream_lines(char *out, const char *in, int64_t n) {
    if (__builtin_cpu_supports("avx512f"))
        lines_avx512(out, in, n);
    else
        lines_sse2(out, in, n);
}

void lt_stream_end(void) {
    _mm_sfence();
}
#else
static void stream_lines(char *out, const char *in, int64_t n) {
    memcpy(out, in, (size_t)n);
}

void lt_stream_end(void) {}
#endif

void lt_stream(void *out, const void *in, int64_t bytes) {
    char *to = out;
    const char *from = in;
    int64_t head = (int64_t)(-(uintptr_t)to % LINE);
    head = head < bytes ? head : bytes;
    int64_t lines = (bytes - head) / LINE * LINE;
    memcpy(to, from, (size_t)head);
    stream_lines(to + head, from + head, lines);
    memcpy(to + head + lines, from + head + lines, (size_t)(bytes - head - lines));
}
