#include "kernels/tsne.h"

#include <math.h>
#include <stddef.h>

#include "kernels/simd.h"

/* ---- repulsion ---- */

/* A cache line of values: one register or a few. */
typedef float lanes __attribute__((vector_size(64), aligned(sizeof(float)), may_alias));
enum { WIDTH = LT_TSNE_LANES, AT_ONCE = 4 };

/* Arrays of a dimension each. */
typedef struct arrays {
    float *of[LT_TSNE_DIMS];
} arrays;

static inline __attribute__((always_inline)) float total(const lanes *v) {
    float sum = 0;
    for (int i = 0; i < WIDTH; i++)
        sum += (*v)[i];
    return sum;
}

/* Points a to a + 3 of `y` against the points from `from` to `to`: a division serves two of them,
 * and what they do to the others is stored once. The forces on them are added to `there` from `at`
 * on. Returns the sum of q. `D` is a constant where this is inlined. */
static inline __attribute__((always_inline)) double push_four(const arrays *y, int D, int64_t a,
                                                              int64_t from, int64_t to,
                                                              const arrays *back,
                                                              const arrays *there, int64_t at) {
    const lanes zero = {0}, one = zero + 1;
    lanes own[AT_ONCE][LT_TSNE_DIMS], force[AT_ONCE][LT_TSNE_DIMS], z = zero;
    for (int i = 0; i < AT_ONCE; i++)
        for (int d = 0; d < D; d++)
            own[i][d] = zero + y->of[d][a + i], force[i][d] = zero;
    for (int64_t j = from; j < to; j += WIDTH) {
        lanes sum[LT_TSNE_DIMS] = {zero, zero, zero};
#pragma GCC unroll 2
        for (int i = 0; i < AT_ONCE; i += 2) {
            lanes g[LT_TSNE_DIMS], h[LT_TSNE_DIMS], s = one, t = one;
            for (int d = 0; d < D; d++) {
                const lanes other = *(const lanes *)(y->of[d] + j);
                g[d] = own[i][d] - other, h[d] = own[i + 1][d] - other;
                s += g[d] * g[d], t += h[d] * h[d];
            }
            const lanes r = one / (s * t), p = r * t, q = r * s;
            z += p + q;
            const lanes pp = p * p, qq = q * q;
            for (int d = 0; d < D; d++) {
                const lanes push = pp * g[d], shove = qq * h[d];
                force[i][d] += push, force[i + 1][d] += shove;
                sum[d] += push + shove;
            }
        }
        for (int d = 0; d < D; d++)
            *(lanes *)(back->of[d] + j - from) -= sum[d];
    }
    for (int i = 0; i < AT_ONCE; i++)
        for (int d = 0; d < D; d++)
            there->of[d][at + i] += total(&force[i][d]);
    return (double)total(&z);
}

/* Points [i, i_end) against points [j, j_end); returns the sum of q over the pairs. */
static LT_SIMD double push_tiles(const arrays *y, int dims, int64_t i, int64_t i_end, int64_t j,
                                 int64_t j_end, const arrays *there, const arrays *back) {
    double z = 0;
    for (int64_t a = i; a < i_end; a += AT_ONCE)
        if (dims == 1)
            z += push_four(y, 1, a, j, j_end, back, there, a - i);
        else if (dims == 2)
            z += push_four(y, 2, a, j, j_end, back, there, a - i);
        else
            z += push_four(y, 3, a, j, j_end, back, there, a - i);
    return z;
}

/* Where tile j writes what it does to the points from `point` on. */
static arrays force_of(const lt_tiles *t, int64_t j, int64_t point) {
    arrays a = {{NULL}};
    for (int d = 0; d < t->dims; d++)
        a.of[d] = t->force + (j * t->dims + d) * t->n + point;
    return a;
}

static int64_t tile_end(const lt_tiles *t, int64_t i) {
    return (i + 1) * t->side < t->n ? (i + 1) * t->side : t->n;
}

static void clear(const arrays *a, int dims, int64_t n) {
    for (int d = 0; d < dims; d++)
        for (int64_t i = 0; i < n; i++)
            a->of[d][i] = 0;
}

/* A tile against itself meets every pair twice, and every point itself with q = 1. */
void lt_tiles_pairs(void *tiles, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_tiles *t = tiles;
    arrays y = {{NULL}};
    for (int d = 0; d < t->dims; d++)
        y.of[d] = (float *)t->y + d * t->n;
    for (int64_t pair = begin; pair < end; pair++) {
        int64_t i = (int64_t)((sqrt(8.0 * (double)pair + 1) - 1) / 2);
        while (i * (i + 1) / 2 > pair)
            i--;
        while ((i + 1) * (i + 2) / 2 <= pair)
            i++;
        int64_t j = pair - i * (i + 1) / 2, i0 = i * t->side, j0 = j * t->side;
        int64_t i1 = tile_end(t, i), j1 = tile_end(t, j);
        arrays there = force_of(t, j, i0), back = force_of(t, i, j0);
        clear(&there, t->dims, i1 - i0);
        clear(&back, t->dims, j1 - j0);
        double z = push_tiles(&y, t->dims, i0, i1, j0, j1, &there, &back);
        t->z[pair] = i == j ? z - (double)(i1 - i0) : 2 * z;
    }
}

void lt_tiles_sum(void *tiles, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_tiles *t = tiles;
    for (int d = 0; d < t->dims; d++)
        for (int64_t p = begin; p < end; p++) {
            float sum = 0;
            for (int64_t j = 0; j < t->tiles; j++) {
                float f = t->force[(j * t->dims + d) * t->n + p];
                sum += p / t->side == j ? f / 2 : f;
            }
            t->force[d * t->n + p] = sum;
        }
}

/* ---- attraction ---- */

typedef float eight __attribute__((vector_size(32), aligned(sizeof(float)), may_alias));
typedef double pairs __attribute__((vector_size(32), may_alias));
typedef double pair __attribute__((may_alias));

/* Eight points' places in the plane: a point is one load of 64 bits. */
static inline __attribute__((always_inline)) void load_eight(const lt_springs *s, const int32_t *to,
                                                             eight *x, eight *y) {
    const pair *at = (const pair *)s->y;
    const pairs a = {at[to[0]], at[to[1]], at[to[4]], at[to[5]]};
    const pairs b = {at[to[2]], at[to[3]], at[to[6]], at[to[7]]};
    *x = __builtin_shufflevector((eight)a, (eight)b, 0, 2, 8, 10, 4, 6, 12, 14);
    *y = __builtin_shufflevector((eight)a, (eight)b, 1, 3, 9, 11, 5, 7, 13, 15);
}

static inline __attribute__((always_inline)) float total_eight(const eight *v) {
    return (((*v)[0] + (*v)[4]) + ((*v)[1] + (*v)[5])) +
           (((*v)[2] + (*v)[6]) + ((*v)[3] + (*v)[7]));
}

static inline __attribute__((always_inline)) void pull_eight(const lt_springs *s, const int32_t *to,
                                                             const float *weight, const eight *own,
                                                             eight *force) {
    eight g, h;
    load_eight(s, to, &g, &h);
    g = own[0] - g, h = own[1] - h;
    const eight k = *(const eight *)weight / (1 + g * g + h * h);
    force[0] += k * g, force[1] += k * h;
}

static LT_SIMD void pull_in_plane(const lt_springs *s, int64_t begin, int64_t end) {
    const eight zero = {0};
    for (int64_t i = begin; i < end; i++) {
        const eight own[2] = {zero + s->y[2 * i], zero + s->y[2 * i + 1]};
        eight force[2] = {zero, zero};
        int64_t e = s->start[i], stop = s->start[i + 1];
        for (; e + 8 <= stop; e += 8)
            pull_eight(s, s->to + e, s->weight + e, own, force);
        if (e < stop) { /* the rest, made up with edges to itself of no weight */
            int32_t to[8];
            float weight[8];
            for (int64_t k = 0; k < 8; k++) {
                to[k] = e + k < stop ? s->to[e + k] : (int32_t)i;
                weight[k] = e + k < stop ? s->weight[e + k] : 0;
            }
            pull_eight(s, to, weight, own, force);
        }
        s->force[2 * i] = total_eight(&force[0]);
        s->force[2 * i + 1] = total_eight(&force[1]);
    }
}

/* In one or three dimensions. */
static LT_SIMD void pull_in_space(const lt_springs *s, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
        const float *own = s->y + i * s->dims;
        float force[LT_TSNE_DIMS] = {0};
        for (int64_t e = s->start[i]; e < s->start[i + 1]; e++) {
            const float *other = s->y + (int64_t)s->to[e] * s->dims;
            float gap[LT_TSNE_DIMS], square = 1;
            for (int d = 0; d < s->dims; d++) {
                gap[d] = own[d] - other[d];
                square += gap[d] * gap[d];
            }
            for (int d = 0; d < s->dims; d++)
                force[d] += s->weight[e] / square * gap[d];
        }
        for (int d = 0; d < s->dims; d++)
            s->force[i * s->dims + d] = force[d];
    }
}

void lt_springs_pull(void *springs, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_springs *s = springs;
    if (s->dims == 2)
        pull_in_plane(s, begin, end);
    else
        pull_in_space(s, begin, end);
}

/* `D` is a constant where this is inlined. */
static inline __attribute__((always_inline)) float loss_of(const lt_springs *s, int D, int64_t i) {
    const float *own = s->y + i * D, *weight = s->weight + s->start[i];
    const int32_t *to = s->to + s->start[i];
    int64_t count = s->start[i + 1] - s->start[i];
    float loss = 0;
#pragma omp simd reduction(+ : loss)
    for (int64_t e = 0; e < count; e++) {
        const float *other = s->y + (int64_t)to[e] * D;
        float square = 1;
        for (int d = 0; d < D; d++)
            square += (own[d] - other[d]) * (own[d] - other[d]);
        loss += weight[e] * logf(square);
    }
    return loss;
}

static LT_SIMD double loss_of_points(const lt_springs *s, int64_t begin, int64_t end) {
    double loss = 0;
    for (int64_t i = begin; i < end; i++)
        loss += (double)(s->dims == 1   ? loss_of(s, 1, i)
                         : s->dims == 2 ? loss_of(s, 2, i)
                                        : loss_of(s, 3, i));
    return loss;
}

void lt_springs_loss(void *springs, int64_t begin, int64_t end, int64_t chunk) {
    const lt_springs *s = springs;
    s->loss[chunk] = loss_of_points(s, begin, end);
}
