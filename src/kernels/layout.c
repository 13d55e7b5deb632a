#include "kernels/layout.h"

#include <string.h>

#include "kernels/philox.h"
#include "kernels/simd.h"

enum { LANES = 32, DIMS = LT_LAYOUT_DIMS };

#define REACH   4.0f        /* the farthest that one force moves a point at rate 1 */
#define NEAR    0.001f      /* keeps the repulsion of near points finite */
#define PHASE   0x9E3779B9u /* golden: edges pull by turns, not all at once */
#define NOTHING 1e-12f      /* squared distance of points at one place */

#define STREAM ((uint64_t)1 << 32) /* of random numbers, one an epoch */

#define INLINE static inline __attribute__((always_inline))

/* Edges that have no end in common, a lane each. */
typedef struct group {
    int count; /* lanes in use; the others do nothing */
    int32_t from[LANES], to[LANES];
    float at[DIMS][LANES], other[DIMS][LANES]; /* their ends */
    float rate[LANES];
    uint32_t s0[LANES], s1[LANES]; /* random numbers */
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

/* Points j of y as columns [D, LANES]. */
INLINE void gather(const float *y, int D, const int32_t *j, float column[][LANES]) {
    float row[LANES * DIMS];
    for (int l = 0; l < LANES; l++)
        for (int d = 0; d < D; d++)
            row[l * D + d] = y[(int64_t)j[l] * D + d];
    for (int d = 0; d < D; d++)
#pragma omp simd
        for (int l = 0; l < LANES; l++)
            column[d][l] = row[l * D + d];
}

INLINE void scatter(float *y, int D, const int32_t *j, float column[][LANES], int count) {
    for (int l = 0; l < count; l++)
        for (int d = 0; d < D; d++)
            y[(int64_t)j[l] * D + d] = column[d][l];
}

/* Differences [D, LANES] and their squared lengths. */
INLINE void compare(float a[][LANES], float b[][LANES], int D, float gap[][LANES], float *square) {
#pragma omp simd
    for (int l = 0; l < LANES; l++)
        square[l] = NOTHING;
    for (int d = 0; d < D; d++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            gap[d][l] = a[d][l] - b[d][l];
            square[l] += gap[d][l] * gap[d][l];
        }
}

/* Turn gaps into moves of one force. */
INLINE void bound(int D, float gap[][LANES], const float *force, const float *rate) {
    for (int d = 0; d < D; d++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            float move = force[l] * gap[d][l];
            move = move > REACH ? REACH : move < -REACH ? -REACH : move;
            gap[d][l] = rate[l] * move;
        }
}

/* Both ends go the same way towards each other: if each went as far as it saw fit from what it
 * saw, near points would swap places and graphs would tear. */
INLINE void pull(const lt_layout *r, group *g, int D) {
    float gap[DIMS][LANES], square[LANES];
    const float a = r->a, b = r->b;
    compare(g->at, g->other, D, gap, square);
#pragma omp simd
    for (int l = 0; l < LANES; l++) {
        float t = power(square[l], b);
        square[l] = -2 * a * b * t / (square[l] * (1 + a * t));
    }
    bound(D, gap, square, g->rate);
    for (int d = 0; d < D; d++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            g->at[d][l] += gap[d][l];
            g->other[d][l] -= gap[d][l];
        }
}

/* Who pushes each lane, by xoroshiro64* (Blackman and Vigna 2018). */
INLINE void draw(const lt_layout *r, group *g, int32_t *j) {
    const uint64_t targets = (uint64_t)r->targets;
#pragma omp simd
    for (int l = 0; l < LANES; l++) {
        uint32_t s0 = g->s0[l], s1 = g->s1[l] ^ s0, word = s0 * 0x9E3779BBu;
        g->s0[l] = (s0 << 26 | s0 >> 6) ^ s1 ^ (s1 << 9);
        g->s1[l] = s1 << 13 | s1 >> 19;
        j[l] = (int32_t)(word * targets >> 32);
    }
}

INLINE void push(const lt_layout *r, group *g, int D) {
    float seen[DIMS][LANES], gap[DIMS][LANES], square[LANES], rate[LANES];
    int32_t drawn[LANES];
    const float a = r->a, b = r->b, strength = 2 * r->repulsion * b;
    const int32_t nobody = r->fixed ? -1 : 0;
    draw(r, g, drawn);
    gather(r->seen, D, drawn, seen);
    compare(g->at, seen, D, gap, square);
#pragma omp simd
    for (int l = 0; l < LANES; l++) {
        float t = power(square[l], b);
        square[l] = strength / ((NEAR + square[l]) * (1 + a * t));
        rate[l] = (drawn[l] | nobody) == g->from[l] ? 0 : g->rate[l]; /* not by oneself */
    }
    bound(D, gap, square, rate);
    for (int d = 0; d < D; d++)
#pragma omp simd
        for (int l = 0; l < LANES; l++)
            g->at[d][l] += gap[d][l];
}

INLINE void move_group(const lt_layout *r, group *g, int D) {
    for (int l = 0; l < LANES; l++) {
        g->rate[l] = l < g->count ? r->rate : 0;
        if (l >= g->count) {
            g->from[l] = g->from[0];
            g->to[l] = g->to[0];
        }
    }
    gather(r->y, D, g->from, g->at);
    gather(r->fixed ? r->seen : r->y, D, g->to, g->other);
    pull(r, g, D);
    for (int p = 0; p < r->negatives; p++)
        push(r, g, D);
    scatter(r->y, D, g->from, g->at, g->count);
    if (!r->fixed)
        scatter(r->y, D, g->to, g->other, g->count);
    g->count = 0;
}

INLINE void move_task(const lt_layout *r, group *g, int64_t task, int D) {
    int32_t shade = 0;
    for (int64_t e = r->task[task]; e < r->task[task + 1]; e++) {
        const lt_layout_edge *edge = r->edges + e;
        if (g->count == LANES || (edge->shade != shade && g->count > 0))
            move_group(r, g, D);
        shade = edge->shade;
        g->from[g->count] = edge->from;
        g->to[g->count] = edge->to;
        /* the product passes 2^32 once in so many epochs */
        g->count += edge->step * r->epoch + PHASE * (uint32_t)e < edge->step;
    }
    if (g->count > 0)
        move_group(r, g, D);
}

static LT_SIMD void move_2(const lt_layout *r, group *g, int64_t task) {
    move_task(r, g, task, 2);
}

static LT_SIMD void move_3(const lt_layout *r, group *g, int64_t task) {
    move_task(r, g, task, 3);
}

static LT_SIMD void move_any(const lt_layout *r, group *g, int64_t task) {
    move_task(r, g, task, r->dims);
}

void lt_layout_move(const lt_layout *r, int64_t task) {
    group g;
    g.count = 0;
    for (int l = 0; l < LANES; l++) {
        uint32_t words[4];
        lt_philox(r->seed, STREAM | r->epoch, (uint64_t)(task * LANES + l), words);
        g.s0[l] = words[0] | 1;
        g.s1[l] = words[1];
    }
    if (r->dims == 2)
        move_2(r, &g, task);
    else if (r->dims == 3)
        move_3(r, &g, task);
    else
        move_any(r, &g, task);
}
