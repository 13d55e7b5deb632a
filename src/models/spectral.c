#include "models/spectral.h"

#include <math.h>
#include <string.h>

#include "models/forest.h"
#include "models/lanczos.h"
#include "models/starts.h"
#include "ops/create.h"

enum { ROUNDS = 100, STREAM = 13 };

/* A graph sorted by its connected parts. */
typedef struct parts {
    const lt_graph *g;
    int dims;
    lt_arena arena;
    int64_t count;
    int64_t *of;     /* [n] part of a row */
    int64_t *first;  /* [count + 1] where its rows begin in `row` */
    int64_t *row;    /* [n] rows by part */
    lt_graph sorted; /* rows in that order; ends counted within the part */
    double *centre;  /* [count, dims] */
    double *radius;  /* [count] */
} parts;

/* ---- parts ---- */

static lt_status find_parts(parts *p, const char *model) {
    int64_t n = p->g->n, *root = lt_take(&p->arena, (size_t)n * sizeof *root);
    p->of = lt_take(&p->arena, (size_t)n * sizeof *p->of);
    p->row = lt_take(&p->arena, (size_t)n * sizeof *p->row);
    if (p->arena.failed)
        return lt_no_memory(model);
    for (int64_t i = 0; i < n; i++)
        root[i] = i;
    for (int64_t i = 0; i < n; i++)
        for (int64_t e = p->g->start[i]; e < p->g->start[i + 1]; e++)
            lt_forest_join(root, i, p->g->to[e]);
    for (int64_t i = 0; i < n; i++) { /* a root is the first of its rows */
        int64_t r = lt_forest_root(root, i);
        p->of[i] = r == i ? p->count++ : p->of[r];
    }
    p->first = lt_take_zeroed(&p->arena, (size_t)(p->count + 2) * sizeof *p->first);
    if (!p->first)
        return lt_no_memory(model);
    for (int64_t i = 0; i < n; i++)
        p->first[p->of[i] + 2]++;
    for (int64_t c = 0; c < p->count; c++)
        p->first[c + 2] += p->first[c + 1];
    for (int64_t i = 0; i < n; i++)
        p->row[p->first[p->of[i] + 1]++] = i;
    return LT_OK;
}

static lt_status sort_graph(parts *p, const char *model) {
    const lt_graph *g = p->g;
    lt_graph *s = &p->sorted;
    int64_t edges = g->start[g->n], at = 0;
    int64_t *place = lt_take(&p->arena, (size_t)g->n * sizeof *place);
    s->start = lt_take(&p->arena, (size_t)(g->n + 1) * sizeof *s->start);
    s->to = lt_take(&p->arena, (size_t)edges * sizeof *s->to);
    s->weight = lt_take(&p->arena, (size_t)edges * sizeof *s->weight);
    if (p->arena.failed)
        return lt_no_memory(model);
    for (int64_t i = 0; i < g->n; i++)
        place[p->row[i]] = i - p->first[p->of[p->row[i]]];
    for (int64_t i = 0; i < g->n; i++) {
        s->start[i] = at;
        for (int64_t e = g->start[p->row[i]]; e < g->start[p->row[i] + 1]; e++, at++) {
            s->to[at] = (int32_t)place[g->to[e]];
            s->weight[at] = g->weight[e];
        }
    }
    s->start[g->n] = at;
    return LT_OK;
}

/* ---- where the parts lie ---- */

/* Move two overlapping discs apart, the lighter one farther. True when they did overlap. */
static bool part_discs(parts *p, int64_t a, int64_t b, lt_draws *draws) {
    double *from = p->centre + a * p->dims, *to = p->centre + b * p->dims;
    double square = 0, wanted = 1.05 * (p->radius[a] + p->radius[b]);
    for (int d = 0; d < p->dims; d++)
        square += (from[d] - to[d]) * (from[d] - to[d]);
    if (square >= wanted * wanted)
        return false;
    double gap = sqrt(square), heavy = p->radius[a] * p->radius[a];
    double share = heavy / (heavy + p->radius[b] * p->radius[b]);
    for (int d = 0; d < p->dims; d++) {
        double way = gap > 1e-9 * wanted ? (to[d] - from[d]) / gap * (wanted - gap)
                                         : lt_draws_normal(draws) * wanted;
        from[d] -= (1 - share) * way;
        to[d] += share * way;
    }
    return true;
}

/* Discs whose areas follow the rows, about the means of the parts on their principal plane. */
static lt_status place_parts(parts *p, lt_tensor *x, const char *model, uint64_t seed) {
    lt_tensor means LT_EMPTY;
    lt_draws draws = {.seed = seed, .stream = STREAM};
    int64_t d = x->shape[1], shape[] = {p->count, d};
    float *plane = lt_take(&p->arena, (size_t)(p->count * p->dims) * sizeof *plane);
    p->centre = lt_take(&p->arena, (size_t)(p->count * p->dims) * sizeof *p->centre);
    p->radius = lt_take(&p->arena, (size_t)p->count * sizeof *p->radius);
    if (p->arena.failed)
        return lt_no_memory(model);
    p->radius[0] = 1;
    for (int k = 0; k < p->dims; k++)
        p->centre[k] = 0;
    if (p->count == 1)
        return LT_OK;
    LT_TRY(lt_zeros(&means, LT_FLOAT64, 2, shape));
    double *mean = lt_data(&means);
    for (int64_t i = 0; i < p->g->n; i++) {
        int64_t c = p->of[i];
        for (int64_t j = 0; j < d; j++)
            mean[c * d + j] +=
                lt_get_double(x, i * d + j) / (double)(p->first[c + 1] - p->first[c]);
    }
    lt_status status = lt_start_pca(plane, &means, p->dims, seed);
    lt_release(&means);
    LT_TRY(status);
    for (int64_t c = 0; c < p->count; c++) {
        p->radius[c] = sqrt((double)(p->first[c + 1] - p->first[c]) / (double)p->g->n);
        for (int k = 0; k < p->dims; k++)
            p->centre[c * p->dims + k] = (double)plane[k * p->count + c];
    }
    bool moved = true;
    for (int round = 0; moved && round < ROUNDS; round++) {
        moved = false;
        for (int64_t a = 0; a < p->count; a++)
            for (int64_t b = 0; b < a; b++)
                moved = part_discs(p, a, b, &draws) || moved;
    }
    return LT_OK;
}

/* One part, within its disc. */
static lt_status start_part(parts *p, float *y, int64_t c, const char *model, uint64_t seed) {
    int64_t n = p->g->n, first = p->first[c], size = p->first[c + 1] - first;
    int64_t modes = size - 1 < p->dims ? size - 1 : p->dims;
    lt_draws draws = {.seed = seed, .stream = STREAM, .counter = (uint64_t)(c + 1) << 32};
    lt_arena a = {0};
    lt_graph g = p->sorted;
    g.n = size;
    g.start += first;
    float *mode = lt_take(&a, (size_t)((modes + 1) * size) * sizeof *mode);
    lt_status status = !mode       ? lt_no_memory(model)
                       : modes > 0 ? lt_graph_modes(mode, modes, &g, model, seed)
                                   : LT_OK;
    for (int d = 0; status == LT_OK && d < p->dims; d++) {
        double most = 0;
        for (int64_t i = 0; d < modes && i < size; i++)
            most = fmax(most, fabs((double)mode[d * size + i]));
        for (int64_t i = 0; i < size; i++) {
            double at = most > 0 ? (double)mode[d * size + i] / most
                                 : 0.1 * (2 * lt_draws_uniform(&draws) - 1);
            y[d * n + p->row[first + i]] = (float)(p->centre[c * p->dims + d] + p->radius[c] * at);
        }
    }
    lt_arena_drop(&a);
    return status;
}

static lt_status start_all(parts *p, float *y, lt_tensor *x, const char *model, uint64_t seed) {
    LT_TRY(find_parts(p, model));
    if (p->count > LT_SPECTRAL_PARTS)
        return lt_start_pca(y, x, p->dims, seed);
    LT_TRY(sort_graph(p, model));
    LT_TRY(place_parts(p, x, model, seed));
    for (int64_t c = 0; c < p->count; c++)
        LT_TRY(start_part(p, y, c, model, seed));
    return LT_OK;
}

lt_status lt_spectral_start(float *y, const lt_graph *g, lt_tensor *x, int dims, int64_t *count,
                            const char *model, uint64_t seed) {
    parts p = {.g = g, .dims = dims};
    lt_status status = start_all(&p, y, x, model, seed);
    *count = p.count;
    lt_arena_drop(&p.arena);
    return status;
}
