#include "kernels/layout.h"

#include <string.h>

#include "kernels/simd.h"

enum { LANES = LT_LAYOUT_LANES, DIMS = LT_LAYOUT_DIMS, DEPTH = 32 };

#define REACH   4.0f        /* the farthest that one force moves a point at rate 1 */
#define NEAR    0.001f      /* keeps the repulsion of near points finite */
#define PHASE   0x9E3779B9u /* golden: the edges of a point pull by turns, not all at once */
#define NOTHING 1e-12f      /* squared distance of points at one place */

#define INLINE static inline __attribute__((always_inline))

/* LANES points on their way, a lane each. */
typedef struct group {
    int64_t first;
    int count; /* lanes in use; the others repeat the last point and stay where they are */
    float at[DIMS][LANES];
    uint32_t s0[LANES], s1[LANES];
    int64_t edge[LANES]; /* next edge to look at */
    int32_t fired[DEPTH][LANES];
    int32_t depth[LANES]; /* how many of them */
} group;

INLINE int32_t bits_of(float x) {
    int32_t i;
    memcpy(&i, &x, sizeof i);
    return i;
}

INLINE float float_of(int32_t i) {
    float x;
    memcpy(&x, &i, sizeof x);
    return x;
}

/* x^b for positive x, to four digits: a layout does not need more, and calls cost. */
INLINE float power(float x, float b) {
    const int32_t one = 1 << 23;                              /* of the exponent */
    int32_t bits = bits_of(x), e = (bits - 0x3f3504f3) >> 23; /* x = 2^e (1 + z), |z| < .42 */
    float z = float_of(bits - e * one) - 1;
    float log2 =
        z *
        (1.44269504f +
         z * (-0.7211657f + z * (0.4798928f + z * (-0.3633654f + z * (0.3083486f - z * 0.2102f)))));
    float p = b * ((float)e + log2);
    p = p < -120 ? -120 : p > 120 ? 120 : p;
    int32_t k = (int32_t)(p + 128.5f) - 128; /* the nearest integer */
    float f = p - (float)k;
    float exp2 = 1 + f * (0.6931472f + f * (0.2402265f + f * (0.0555041f + f * 0.0096181f)));
    return exp2 * float_of((k + 127) * one);
}

/* Differences [D, LANES] between the points and a target each; returns their squared lengths. */
INLINE void look(const group *g, int D, const float *target, const int32_t *j, float gap[][LANES],
                 float *square) {
    float other[LANES * DIMS];
    for (int l = 0; l < LANES; l++)
        for (int d = 0; d < D; d++)
            other[l * D + d] = target[(int64_t)j[l] * D + d];
#pragma omp simd
    for (int l = 0; l < LANES; l++)
        square[l] = NOTHING;
    for (int d = 0; d < D; d++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            gap[d][l] = g->at[d][l] - other[l * D + d];
            square[l] += gap[d][l] * gap[d][l];
        }
}

INLINE void step(group *g, int D, float gap[][LANES], const float *force, const float *rate) {
    for (int d = 0; d < D; d++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            float move = force[l] * gap[d][l];
            move = move > REACH ? REACH : move < -REACH ? -REACH : move;
            g->at[d][l] += rate[l] * move;
        }
}

INLINE void pull(const lt_layout *r, group *g, int D, const int32_t *j, const float *rate) {
    float gap[DIMS][LANES], square[LANES];
    const float a = r->a, b = r->b;
    look(g, D, r->target, j, gap, square);
#pragma omp simd
    for (int l = 0; l < LANES; l++) {
        float t = power(square[l], b);
        square[l] = -2 * a * b * t / (square[l] * (1 + a * t));
    }
    step(g, D, gap, square, rate);
}

INLINE void push(const lt_layout *r, group *g, int D, const int32_t *j, const float *rate) {
    float gap[DIMS][LANES], square[LANES];
    const float a = r->a, b = r->b, strength = 2 * r->repulsion * b;
    look(g, D, r->target, j, gap, square);
#pragma omp simd
    for (int l = 0; l < LANES; l++) {
        float t = power(square[l], b);
        square[l] = strength / ((NEAR + square[l]) * (1 + a * t));
    }
    step(g, D, gap, square, rate);
}

/* A target for each lane by xoroshiro64* (Blackman and Vigna 2018). Whoever draws himself is left
 * in peace. */
INLINE void draw(const lt_layout *r, group *g, const float *rate, int32_t *j, float *its_rate) {
    const uint64_t targets = (uint64_t)r->targets;
#pragma omp simd
    for (int l = 0; l < LANES; l++) {
        uint32_t s0 = g->s0[l], s1 = g->s1[l] ^ s0, word = s0 * 0x9E3779BBu;
        g->s0[l] = (s0 << 26 | s0 >> 6) ^ s1 ^ (s1 << 9);
        g->s1[l] = s1 << 13 | s1 >> 19;
        j[l] = (int32_t)(word * targets >> 32);
    }
    const int32_t self = r->same ? (int32_t)g->first : -LANES;
#pragma omp simd
    for (int l = 0; l < LANES; l++)
        its_rate[l] = j[l] == self + l ? 0 : rate[l];
}

/* Collect the edges that pull in this epoch, up to DEPTH a lane; returns how many the longest lane
 * has, 0 when all is done. */
INLINE int collect(const lt_layout *r, group *g) {
    int most = 0;
    for (int l = 0; l < LANES; l++) {
        int64_t e = g->edge[l], end = l < g->count ? r->start[g->first + l + 1] : e;
        int32_t depth = 0;
        for (; e < end && depth < DEPTH; e++) {
            g->fired[depth][l] = r->to[e];
            depth +=
                r->step[e] * r->epoch + PHASE * (uint32_t)e < r->step[e]; /* it has passed 2^32 */
        }
        g->edge[l] = e;
        g->depth[l] = depth;
        most = depth > most ? depth : most;
    }
    for (int l = 0; l < LANES; l++)
        for (int t = g->depth[l]; t < most; t++)
            g->fired[t][l] = 0;
    return most;
}

INLINE void load(const lt_layout *r, group *g, int D) {
    for (int l = 0; l < LANES; l++) {
        int64_t i = g->first + (l < g->count ? l : g->count - 1);
        for (int d = 0; d < D; d++)
            g->at[d][l] = r->y[i * D + d];
        g->s0[l] = r->random[i];
        g->s1[l] = r->random[r->n + i];
        g->edge[l] = r->start[i];
    }
}

INLINE void store(const lt_layout *r, const group *g, int D) {
    for (int l = 0; l < g->count; l++) {
        int64_t i = g->first + l;
        for (int d = 0; d < D; d++)
            r->next[i * D + d] = g->at[d][l];
        r->random[i] = g->s0[l];
        r->random[r->n + i] = g->s1[l];
    }
}

INLINE void move_group(const lt_layout *r, group *g, int D) {
    int32_t drawn[LANES];
    float rate[LANES], its_rate[LANES];
    load(r, g, D);
    for (int most; (most = collect(r, g)) > 0;)
        for (int t = 0; t < most; t++) {
#pragma omp simd
            for (int l = 0; l < LANES; l++)
                rate[l] = t < g->depth[l] ? r->rate : 0;
            for (int p = 0; p < r->pulls; p++)
                pull(r, g, D, g->fired[t], rate);
            for (int p = 0; p < r->negatives; p++) {
                draw(r, g, rate, drawn, its_rate);
                push(r, g, D, drawn, its_rate);
            }
        }
    store(r, g, D);
}

static LT_SIMD void move_2(const lt_layout *r, group *g) {
    move_group(r, g, 2);
}

static LT_SIMD void move_3(const lt_layout *r, group *g) {
    move_group(r, g, 3);
}

static LT_SIMD void move_any(const lt_layout *r, group *g) {
    move_group(r, g, r->dims);
}

void lt_layout_move(void *layout, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_layout *r = layout;
    group g;
    for (g.first = begin; g.first < end; g.first += LANES) {
        g.count = end - g.first < LANES ? (int)(end - g.first) : LANES;
        if (r->dims == 2)
            move_2(r, &g);
        else if (r->dims == 3)
            move_3(r, &g);
        else
            move_any(r, &g);
    }
}
