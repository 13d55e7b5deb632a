#include "models/lanczos.h"

#include <math.h>
#include <string.h>

#include "kernels/lapack.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"

enum {
    ROOM = 30,      /* vectors of the basis beyond three times those wanted */
    RESTARTS = 40,  /* at most */
    ROWS = 512,     /* of a chunk of products with the graph */
    STRETCH = 4096, /* of a chunk of vectors */
    STREAM = 12,
};

/* A mode has been found when its residual is so small a part of what sets it apart from the trivial
 * one, or as small as rounding lets it be. */
#define CLOSE   0.01
#define ROUNDED 1e-5

/* A basis q [most + 1, n] of which row 0 is the trivial mode, and the graph's products with the
 * others in that basis, h. */
typedef struct basis {
    const lt_graph *g;
    int64_t n, most, kept;
    float *q;       /* [most + 2, n] */
    float *root;    /* [n] 1 / sqrt(degree) */
    double *h;      /* [most, most] */
    double *vector; /* [most, most] eigenvectors of h by rows, ascending */
    double *value;  /* [most] */
    double *dot;    /* [most + 1] */
    double *parts;  /* [chunks, most + 1] */

    /* of a parallel loop */
    float *w;
    int64_t vectors;
} basis;

static float *row(const basis *s, int64_t i) {
    return s->q + i * s->n;
}

/* ---- vectors ---- */

static LT_SIMD double dot(const float *a, const float *b, int64_t n) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return (double)sum;
}

static LT_SIMD void add(float *a, const float *b, float factor, int64_t n) {
#pragma omp simd
    for (int64_t i = 0; i < n; i++)
        a[i] += factor * b[i];
}

static void dot_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    basis *s = context;
    for (int64_t i = 0; i < s->vectors; i++)
        s->parts[chunk * (s->most + 1) + i] = dot(row(s, i) + begin, s->w + begin, end - begin);
}

static void subtract_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    basis *s = context;
    for (int64_t i = 0; i < s->vectors; i++)
        add(s->w + begin, row(s, i) + begin, (float)-s->dot[i], end - begin);
}

/* Take the part along the first `vectors` rows out of w; their products stay in dot. */
static bool take_out(basis *s, float *w, int64_t vectors) {
    s->w = w;
    s->vectors = vectors;
    if (!lt_parallel(s->n, STRETCH, dot_chunk, s))
        return false;
    for (int64_t i = 0; i < vectors; i++) {
        s->dot[i] = 0;
        for (int64_t c = 0; c < lt_chunks(s->n, STRETCH); c++)
            s->dot[i] += s->parts[c * (s->most + 1) + i];
    }
    return lt_parallel(s->n, STRETCH, subtract_chunk, s);
}

static double length(const float *w, int64_t n) {
    double square = 0;
    for (int64_t i = 0; i < n; i += STRETCH)
        square += dot(w + i, w + i, n - i < STRETCH ? n - i : STRETCH);
    return sqrt(square);
}

/* To length 1, unless it has none. */
static void normalise(float *w, int64_t n, double size) {
    for (int64_t i = 0; size > 0 && i < n; i++)
        w[i] = (float)((double)w[i] / size);
}

static void product_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const basis *s = context;
    const float *from = row(s, s->vectors);
    for (int64_t i = begin; i < end; i++) {
        float sum = 0;
        for (int64_t e = s->g->start[i]; e < s->g->start[i + 1]; e++)
            sum += s->g->weight[e] * s->root[s->g->to[e]] * from[s->g->to[e]];
        s->w[i] = s->root[i] * sum;
    }
}

/* A random direction, for the start and where the basis has come to an end. */
static bool draw(basis *s, float *w, int64_t vectors, lt_draws *draws) {
    for (int64_t i = 0; i < s->n; i++)
        w[i] = (float)lt_draws_normal(draws);
    for (int again = 0; again < 2; again++) {
        normalise(w, s->n, length(w, s->n));
        if (!take_out(s, w, vectors))
            return false;
    }
    normalise(w, s->n, length(w, s->n));
    return true;
}

/* ---- steps ---- */

/* Row j + 1 from row j: the product, and what of it is new; its length in *left. */
static bool extend(basis *s, int64_t j, double *left, lt_draws *draws) {
    float *w = row(s, j + 1);
    s->w = w;
    s->vectors = j;
    if (!lt_parallel(s->n, ROWS, product_chunk, s))
        return false;
    double before = length(w, s->n);
    if (!take_out(s, w, j + 1))
        return false;
    for (int64_t i = 1; i <= j; i++)
        s->h[(i - 1) * s->most + j - 1] = s->h[(j - 1) * s->most + i - 1] = s->dot[i];
    *left = length(w, s->n);
    if (*left < 0.7 * before) { /* rounding has left something of the others */
        if (!take_out(s, w, j + 1))
            return false;
        *left = length(w, s->n);
    }
    if (*left > 1e-6) {
        normalise(w, s->n, *left);
        return true;
    }
    *left = 0;
    return draw(s, w, j + 1, draws);
}

typedef struct turning {
    const basis *s;
    float *scratch; /* [kept, STRETCH] a chunk */
} turning;

/* The last `kept` eigenvectors of h, in the place of the first rows of the basis. */
static void turn_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const turning *t = context;
    const basis *s = t->s;
    float *turned = t->scratch + chunk * s->kept * STRETCH;
    for (int64_t i = 0; i < s->kept; i++) {
        const double *vector = s->vector + (s->most - 1 - i) * s->most;
        float *to = turned + i * STRETCH;
        memset(to, 0, STRETCH * sizeof *to);
        for (int64_t j = 0; j < s->most; j++)
            add(to, row(s, j + 1) + begin, (float)vector[j], end - begin);
    }
    for (int64_t i = 0; i < s->kept; i++)
        memcpy(row(s, i + 1) + begin, turned + i * STRETCH, (size_t)(end - begin) * sizeof(float));
}

static lt_status turn(const basis *s, const char *model) {
    lt_arena a = {0};
    turning t = {.s = s};
    t.scratch = lt_take(&a, (size_t)(lt_chunks(s->n, STRETCH) * s->kept * STRETCH) * sizeof(float));
    lt_status status = !t.scratch                                   ? lt_no_memory(model)
                       : lt_parallel(s->n, STRETCH, turn_chunk, &t) ? LT_OK
                                                                    : lt_stopped();
    lt_arena_drop(&a);
    return status;
}

static lt_status solve_small(basis *s, const char *model) {
    memcpy(s->vector, s->h, (size_t)(s->most * s->most) * sizeof *s->h);
    lt_lapack_share(false);
    int info = lt_lapack_eigh(LT_FLOAT64, s->most, true, s->vector, s->value);
    lt_lapack_share(true);
    return info == LT_LAPACK_MEMORY ? lt_no_memory(model)
           : info != 0 ? lt_fail(LT_EINVAL, "%s: the spectral start did not converge", model)
                       : LT_OK;
}

/* Lanczos with thick restarts (Wu and Simon 2000): the basis grows to its most, and shrinks to the
 * best directions in it, until those wanted are right. */
static lt_status find_modes(basis *s, int64_t count, const char *model, uint64_t seed) {
    lt_draws draws = {.seed = seed, .stream = STREAM};
    if (!draw(s, row(s, 1), 1, &draws))
        return lt_stopped();
    for (int64_t from = 1, restart = 0;; from = s->kept + 1, restart++) {
        double left = 0, worst = 0;
        for (int64_t j = from; j <= s->most; j++)
            if (!extend(s, j, &left, &draws))
                return lt_stopped();
        LT_TRY(solve_small(s, model));
        for (int64_t i = 0; i < count; i++)
            worst = fmax(worst, fabs(left * s->vector[(s->most - i) * s->most - 1]));
        double apart = 1 - s->value[s->most - count];
        bool done =
            worst < fmax(CLOSE * apart, ROUNDED) || s->most == s->n - 1 || restart == RESTARTS;
        s->kept = done ? count : (s->most + count) / 2;
        LT_TRY(turn(s, model));
        if (done)
            return LT_OK;
        memcpy(row(s, s->kept + 1), row(s, s->most + 1), (size_t)s->n * sizeof *s->q);
        memset(s->h, 0, (size_t)(s->most * s->most) * sizeof *s->h);
        for (int64_t i = 0; i < s->kept; i++)
            s->h[i * s->most + i] = s->value[s->most - 1 - i];
    }
}

static lt_status take_basis(basis *s, lt_arena *a, const char *model) {
    size_t n = (size_t)s->n, most = (size_t)s->most;
    s->q = lt_take(a, (most + 2) * n * sizeof *s->q);
    s->root = lt_take(a, n * sizeof *s->root);
    s->h = lt_take_zeroed(a, most * most * sizeof *s->h);
    s->vector = lt_take(a, most * most * sizeof *s->vector);
    s->value = lt_take(a, most * sizeof *s->value);
    s->dot = lt_take(a, (most + 1) * sizeof *s->dot);
    s->parts = lt_take(a, (size_t)lt_chunks(s->n, STRETCH) * (most + 1) * sizeof *s->parts);
    if (a->failed)
        return lt_no_memory(model);
    for (int64_t i = 0; i < s->n; i++) {
        double degree = 0;
        for (int64_t e = s->g->start[i]; e < s->g->start[i + 1]; e++)
            degree += (double)s->g->weight[e];
        s->root[i] = degree > 0 ? (float)(1 / sqrt(degree)) : 0;
        s->q[i] = (float)sqrt(degree);
    }
    normalise(s->q, s->n, length(s->q, s->n));
    return LT_OK;
}

lt_status lt_graph_modes(float *mode, int64_t count, const lt_graph *g, const char *model,
                         uint64_t seed) {
    lt_arena a = {0};
    int64_t room = 3 * count + ROOM;
    basis s = {.g = g, .n = g->n, .most = room < g->n - 1 ? room : g->n - 1};
    lt_status status = take_basis(&s, &a, model);
    if (status == LT_OK)
        status = find_modes(&s, count, model, seed);
    if (status == LT_OK)
        memcpy(mode, row(&s, 1), (size_t)(count * s.n) * sizeof *mode);
    lt_arena_drop(&a);
    return status;
}
