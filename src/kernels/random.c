#include "kernels/random.h"

#include <math.h>
#include <string.h>

#include "kernels/parallel.h"
#include "kernels/philox.h"
#include "kernels/simd.h"
#include "tensor/interrupt.h"

enum {
    LANES = LT_PHILOX_LANES,
    WORDS = 4 * LANES, /* elements of a block at 32 bits each */
    PAIRS = 2 * LANES, /* at 64 bits each */
    GRAIN = 8 * WORDS, /* elements of a chunk: whole blocks of either kind */
};

#define PI 3.141592653589793

/* The random bits of one block. As elements of 32 bits they are read row by row. As elements of
 * 64 bits, rows 0 and 1 hold the upper and lower halves of elements 0 to LANES-1, rows 2 and 3
 * those of the next LANES. */
typedef uint32_t block[4][LANES];

typedef struct job {
    lt_bits from;
    char *out;
    size_t size; /* bytes of an element */
    int block;   /* elements of a block: WORDS or PAIRS */
    /* Makes `count` elements of a block that begins at `counter`. */
    void (*fill)(const struct job *job, block words, uint64_t counter, void *out, int count);
    double a, b; /* parameters of the distribution */
    int64_t low; /* of integers */
    uint64_t range;
} job;

uint64_t lt_random_used(int64_t n, int bits) {
    int64_t per_block = bits == 32 ? WORDS : PAIRS;
    int64_t rest = n % per_block;
    return (uint64_t)(n / per_block * LANES + (rest < LANES ? rest : LANES));
}

static int at_most(int count, int limit) {
    return count < limit ? count : limit;
}

/* Lanes to compute for `count` elements. Whole vectors: the scalar tails of vector loops would
 * round otherwise, and element i differ in its last bit with the length of the tensor. */
static int lanes_for(int count) {
    return count < LANES ? (count + 15) / 16 * 16 : LANES;
}

static void run_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const job *j = context;
    (void)chunk;
    block words;
    for (int64_t i = begin; i < end; i += j->block) {
        int count = end - i < j->block ? (int)(end - i) : j->block;
        uint64_t counter = j->from.offset + (uint64_t)(i / j->block * LANES);
        lt_philox_block(j->from.seed, 0, counter, lanes_for(count), words);
        j->fill(j, words, counter, j->out + (size_t)i * j->size, count);
    }
}

static bool run(job *j, int64_t n) {
    return lt_parallel(n, GRAIN, run_range, j);
}

/* ---- uniform ---- */

LT_SIMD static void uniform_float32(const job *j, block words, uint64_t counter, void *out,
                                    int count) {
    (void)counter;
    float *y = out, low = (float)j->a, high = (float)j->b;
    float step = (high - low) * 0x1p-24f, last = nextafterf(high, low);
    const uint32_t *word = words[0];
#pragma omp simd
    for (int i = 0; i < count; i++) {
        float v = low + step * (float)(int32_t)(word[i] >> 8);
        y[i] = v < high ? v : last; /* the sum may round up to `high` */
    }
}

LT_SIMD static void uniform_float64(const job *j, block words, uint64_t counter, void *out,
                                    int count) {
    (void)counter;
    double low = j->a, high = j->b;
    double step = (high - low) * 0x1p-53, last = nextafter(high, low);
    for (int half = 0; half * LANES < count; half++) {
        double *y = (double *)out + half * LANES;
        const uint32_t *upper = words[2 * half], *lower = words[2 * half + 1];
        int n = at_most(count - half * LANES, LANES);
#pragma omp simd
        for (int i = 0; i < n; i++) { /* 27 bits and 26 bits */
            double v = (double)(int32_t)(upper[i] >> 5) * 0x1p26 + (double)(int32_t)(lower[i] >> 6);
            v = low + step * v;
            y[i] = v < high ? v : last;
        }
    }
}

bool lt_random_uniform_float32(lt_bits from, float *out, int64_t n, double low, double high) {
    job j = {.from = from,
             .out = (char *)out,
             .size = sizeof(float),
             .block = WORDS,
             .fill = uniform_float32,
             .a = low,
             .b = high};
    return run(&j, n);
}

bool lt_random_uniform_float64(lt_bits from, double *out, int64_t n, double low, double high) {
    job j = {.from = from,
             .out = (char *)out,
             .size = sizeof(double),
             .block = PAIRS,
             .fill = uniform_float64,
             .a = low,
             .b = high};
    return run(&j, n);
}

/* ---- normal ---- */

/* Cosine and sine of an angle in [-pi/4, pi/4], by the polynomials of the Cephes library
 * (Moshier 1989): within a unit in the last place. */
static inline float short_cos(float x) {
    float x2 = x * x;
    float tail = 4.166664568e-2f + x2 * (-1.388731625e-3f + x2 * 2.443315712e-5f);
    return 1.0f - 0.5f * x2 + x2 * x2 * tail;
}

static inline float short_sin(float x) {
    float x2 = x * x;
    float tail = -1.6666654611e-1f + x2 * (8.3321608736e-3f + x2 * -1.9515295891e-4f);
    return x + x * x2 * tail;
}

/* Rows 2k and 2k + 1 of a block become two rows of normals: radius from the one, direction from
 * the other. All 32 bits go into the radius, whose smallest uniform, 2^-32, gives 6.66
 * deviations. The direction is an angle from the middle of a quarter of the circle; the upper two
 * bits choose the quarter, by swapping the coordinates and by their sign. */
LT_SIMD static void normal_float32(const job *j, block words, uint64_t counter, void *out,
                                   int count) {
    (void)counter;
    float mean = (float)j->a, std = (float)j->b, z[4][LANES];
    int lanes = lanes_for(count);
    for (int row = 0; row * LANES < count; row += 2) {
        const uint32_t *first = words[row], *second = words[row + 1];
        float *even = z[row], *odd = z[row + 1];
#pragma omp simd
        for (int i = 0; i < lanes; i++) {
            float u = ((float)first[i] + 1.0f) * 0x1p-32f; /* (0, 1] */
            float radius = std * sqrtf(-2.0f * logf(u));
            float angle = (float)(int32_t)(second[i] << 2) * (float)(PI / 4 * 0x1p-31);
            float c = short_cos(angle), s = short_sin(angle);
            bool swap = second[i] >> 30 & 1, back = second[i] >> 31;
            radius = back ? -radius : radius;
            even[i] = mean + radius * (swap ? s : c);
            odd[i] = mean + radius * (swap ? c : s);
        }
    }
    memcpy(out, z, (size_t)count * sizeof(float));
}

LT_SIMD static void normal_float64(const job *j, block words, uint64_t counter, void *out,
                                   int count) {
    (void)counter;
    double mean = j->a, std = j->b, z[2][LANES], angle[LANES];
    int lanes = lanes_for(count);
#pragma omp simd
    for (int i = 0; i < lanes; i++) {
        double u =
            (double)(int32_t)(words[0][i] >> 5) * 0x1p26 + (double)(int32_t)(words[1][i] >> 6);
        double turn = (double)(int32_t)words[2][i] * 0x1p21 + (double)(int32_t)(words[3][i] >> 11);
        angle[i] = turn * (PI * 0x1p-52);
        z[1][i] = std * sqrt(-2.0 * log((u + 1) * 0x1p-53));
        z[0][i] = mean + z[1][i] * cos(angle[i]);
    }
#pragma omp simd /* apart: gcc joins sin and cos of one loop to sincos, which has no vector form   \
                  */
    for (int i = 0; i < lanes; i++)
        z[1][i] = mean + z[1][i] * sin(angle[i]);
    memcpy(out, z, (size_t)count * sizeof(double));
}

bool lt_random_normal_float32(lt_bits from, float *out, int64_t n, double mean, double std) {
    job j = {.from = from,
             .out = (char *)out,
             .size = sizeof(float),
             .block = WORDS,
             .fill = normal_float32,
             .a = mean,
             .b = std};
    return run(&j, n);
}

bool lt_random_normal_float64(lt_bits from, double *out, int64_t n, double mean, double std) {
    job j = {.from = from,
             .out = (char *)out,
             .size = sizeof(double),
             .block = PAIRS,
             .fill = normal_float64,
             .a = mean,
             .b = std};
    return run(&j, n);
}

/* ---- integers ---- */

/* Element i of a block, all 64 bits of it. */
static uint64_t wide(block words, int i) {
    int half = i / LANES, lane = i % LANES;
    return (uint64_t)words[2 * half][lane] << 32 | words[2 * half + 1][lane];
}

/* A number below `range` from the 64 bits x of element i of the block at `counter`. The upper half
 * of x * range is uniform once the few x are refused whose lower half falls below 2^64 % range; the
 * next streams of the same counter hold what replaces them. */
static uint64_t bounded(uint64_t seed, uint64_t counter, int i, uint64_t x, uint64_t range) {
    unsigned __int128 product = (unsigned __int128)x * range;
    if ((uint64_t)product < range) {
        uint64_t least = -range % range;
        for (uint64_t stream = 1; (uint64_t)product < least; stream++) {
            uint32_t next[4];
            lt_philox(seed, stream, counter + (uint64_t)(i % LANES), next);
            int at = i / LANES * 2;
            x = (uint64_t)next[at] << 32 | next[at + 1];
            product = (unsigned __int128)x * range;
        }
    }
    return (uint64_t)(product >> 64);
}

static void integers(const job *j, block words, uint64_t counter, void *out, int count) {
    int64_t *y = out;
    for (int i = 0; i < count; i++) {
        uint64_t x = wide(words, i);
        if (j->range)
            x = bounded(j->from.seed, counter, i, x, j->range);
        y[i] = (int64_t)((uint64_t)j->low + x);
    }
}

bool lt_random_int64(lt_bits from, int64_t *out, int64_t n, int64_t low, uint64_t range) {
    job j = {.from = from,
             .out = (char *)out,
             .size = sizeof(int64_t),
             .block = PAIRS,
             .fill = integers,
             .low = low,
             .range = range};
    return run(&j, n);
}

/* Compares all 64 bits with p * 2^64, which a double holds exactly for any p below 1. */
static void bernoulli(const job *j, block words, uint64_t counter, void *out, int count) {
    (void)counter;
    uint8_t *y = out;
    if (j->a >= 1) {
        memset(y, 1, (size_t)count);
        return;
    }
    uint64_t threshold = (uint64_t)ldexp(j->a, 64);
    for (int i = 0; i < count; i++)
        y[i] = wide(words, i) < threshold;
}

bool lt_random_bernoulli(lt_bits from, uint8_t *out, int64_t n, double p) {
    job j = {
        .from = from, .out = (char *)out, .size = 1, .block = PAIRS, .fill = bernoulli, .a = p};
    return run(&j, n);
}

/* Where the elements from `begin` on go, with their memory asked for. */
static void draw_targets(lt_bits from, const int64_t *out, int64_t n, int64_t begin,
                         int64_t *target) {
    block words;
    int count = n - begin < PAIRS ? (int)(n - begin) : PAIRS;
    uint64_t counter = from.offset + (uint64_t)(begin / PAIRS * LANES);
    lt_philox_block(from.seed, 0, counter, at_most(count, LANES), words);
    for (int k = 0; k < count; k++) {
        int64_t i = begin + k;
        target[k] = i + (int64_t)bounded(from.seed, counter, k, wide(words, k), (uint64_t)(n - i));
        __builtin_prefetch(&out[target[k]], 1);
    }
}

/* What stands at i changes places with one from i on. The targets of the next block are drawn
 * before a block is moved, so that it need not wait for memory. */
bool lt_random_permutation(lt_bits from, int64_t *out, int64_t n, int64_t first) {
    int64_t target[2][PAIRS];
    for (int64_t i = 0; i < n; i++)
        out[i] = first + i;
    if (n > 0)
        draw_targets(from, out, n, 0, target[0]);
    for (int64_t begin = 0, k = 0; begin < n; begin += PAIRS, k ^= 1) {
        if (lt_interrupted())
            return false;
        if (begin + PAIRS < n)
            draw_targets(from, out, n, begin + PAIRS, target[k ^ 1]);
        for (int64_t i = begin; i < n && i < begin + PAIRS; i++) {
            int64_t *other = &out[target[k][i - begin]], swap = *other;
            *other = out[i];
            out[i] = swap;
        }
    }
    return true;
}
