#include "models/grid_field.h"

#include <math.h>
#include <string.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"
#include "models/grid_convolve.h"

enum {
    SPLINE = 6, /* nodes to a side that a point touches; 8 are loaded, two for nothing */
    MARGIN = SPLINE + 1,
    NODES_LEAST = 64,
    NODES_MOST = 1024, /* farther apart beyond */
    BAND = 8,          /* rows of nodes; not less than SPLINE + 1 */
    POINT_NODES = 256, /* no more nodes to a point, as points far out would have it */
    GRAIN = 4096,
};

/* Nodes are at most this far apart where the grid can afford it, and not nearer than half. */
#define STEP_MOST 0.36

/* Steps go by these parts of an octave, so that the kernel seldom changes. */
#define STEPS 8

/* A row of a spline's nodes. */
typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));

struct lt_grid_field {
    int64_t n;
    int dims;       /* 1 or 2 */
    const float *y; /* [n, dims] */
    float *force;   /* [n, dims] */
    double low[2];  /* place of the first node */
    int32_t *node;  /* [n] row * nodes + column of the first node that a point touches */
    float *part;    /* [n, 2] how far beyond the third it is, in steps */
    int64_t *band;  /* [NODES_MOST / BAND + 1] first of the points of each band, in `order` */
    int32_t *order;
    double *sums; /* by chunk */
    float *charges, *field;
    lt_arena grids;
    lt_grid_convolve g;
};

lt_status lt_grid_field_open(lt_grid_field **out, lt_arena *a, int64_t n, int dims) {
    lt_grid_field *f = *out = lt_take_zeroed(a, sizeof *f);
    if (!f)
        return lt_no_memory("TSNE");
    f->n = n;
    f->dims = dims;
    f->node = lt_take(a, (size_t)n * sizeof *f->node);
    f->part = lt_take(a, (size_t)(2 * n) * sizeof *f->part);
    f->band = lt_take(a, (NODES_MOST / BAND + 1) * sizeof *f->band);
    f->order = lt_take(a, (size_t)n * sizeof *f->order);
    f->sums = lt_take(a, (size_t)lt_chunks(n, GRAIN) * sizeof *f->sums);
    return a->failed ? lt_no_memory("TSNE") : LT_OK;
}

void lt_grid_field_close(lt_grid_field *f) {
    if (!f)
        return;
    lt_grid_convolve_close(&f->g);
    lt_arena_drop(&f->grids);
}

/* ---- the grid ---- */

static lt_status take_nodes(lt_grid_field *f, int64_t nodes) {
    size_t bytes = (size_t)(nodes * nodes) * sizeof(float);
    lt_arena_drop(&f->grids);
    f->charges = lt_take(&f->grids, bytes);
    f->field = lt_take(&f->grids, bytes);
    return f->grids.failed ? lt_no_memory("TSNE") : lt_grid_convolve_size(&f->g, nodes);
}

static LT_SIMD void find_range(const float *y, int64_t n, int64_t step, float *low, float *high) {
    float least = y[0], most = y[0];
#pragma omp simd reduction(min : least) reduction(max : most)
    for (int64_t i = 0; i < n; i++) {
        const float v = y[i * step];
        least = v < least ? v : least;
        most = v > most ? v : most;
    }
    *low = least;
    *high = most;
}

/* A grid over all points, and its kernel where the step has changed. On a line the second
 * coordinate is 0. */
static lt_status lay_grid(lt_grid_field *f) {
    float low[2] = {0}, high[2] = {0};
    for (int d = 0; d < f->dims; d++)
        find_range(f->y + d, f->n, f->dims, low + d, high + d);
    double span = fmax((double)high[0] - (double)low[0], (double)high[1] - (double)low[1]);
    int64_t nodes = NODES_LEAST;
    while (nodes < NODES_MOST && nodes * nodes < POINT_NODES * f->n &&
           span > STEP_MOST * (double)(nodes - MARGIN))
        nodes = nodes % 3 == 0 ? nodes / 3 * 4 : nodes / 2 * 3;
    if (nodes != f->g.nodes)
        LT_TRY(take_nodes(f, nodes));
    double step = fmax(span / (double)(nodes - MARGIN), STEP_MOST / 2);
    step = STEP_MOST * exp2(ceil(log2(step / STEP_MOST) * STEPS) / STEPS);
    for (int d = 0; d < 2; d++)
        f->low[d] = ((double)low[d] + (double)high[d] - step * (double)(nodes - 1)) / 2;
    return step == f->g.step ? LT_OK : lt_grid_convolve_kernel(&f->g, step);
}

/* ---- points and nodes ---- */

static inline int64_t first_node(const lt_grid_field *f, double place) {
    int64_t node = (int64_t)place - 2, last = f->g.nodes - MARGIN;
    return node < 0 ? 0 : node > last ? last : node;
}

static void locate(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_grid_field *f = context;
    double scale = 1 / f->g.step;
    for (int64_t i = begin; i < end; i++) {
        const float *y = f->y + i * f->dims;
        double u = ((double)y[0] - f->low[0]) * scale;
        double v = ((f->dims > 1 ? (double)y[1] : 0) - f->low[1]) * scale;
        int64_t a = first_node(f, u), b = first_node(f, v);
        f->node[i] = (int32_t)(a * f->g.nodes + b);
        f->part[2 * i] = (float)(u - (double)(a + 2));
        f->part[2 * i + 1] = (float)(v - (double)(b + 2));
    }
}

/* Points by bands of rows (a counting sort). */
static void sort_points(lt_grid_field *f) {
    int64_t row = f->g.nodes * BAND, bands = f->g.nodes / BAND, next[NODES_MOST / BAND + 1] = {0};
    for (int64_t i = 0; i < f->n; i++)
        next[f->node[i] / row + 1]++;
    for (int64_t b = 0; b < bands; b++)
        next[b + 1] += next[b];
    memcpy(f->band, next, (size_t)(bands + 1) * sizeof *next);
    for (int64_t i = 0; i < f->n; i++)
        f->order[next[f->node[i] / row]++] = (int32_t)i;
}

/* The quintic B-spline at the six nodes round a point. */
static inline __attribute__((always_inline)) void spline(float t, eight *to) {
    const float s = 1 - t, t2 = t * t, s2 = s * s, t5 = t2 * t2 * t, s5 = s2 * s2 * s;
    const eight w = {s5,
                     26 + t * (-50 + t * (20 + t * (20 + t * (-20 + 5 * t)))),
                     66 + t2 * (-60 + t2 * (30 - 10 * t)),
                     66 + s2 * (-60 + s2 * (30 - 10 * s)),
                     26 + s * (-50 + s * (20 + s * (20 + s * (-20 + 5 * s)))),
                     t5,
                     0,
                     0};
    *to = w * (1.0F / 120);
}

static inline __attribute__((always_inline)) void slope(float t, eight *to) {
    const float s = 1 - t, t2 = t * t, s2 = s * s;
    const eight w = {-s2 * s2,
                     -10 + t * (8 + t * (12 + t * (-16 + 5 * t))),
                     t * (-24 + t2 * (24 - 10 * t)),
                     s * (24 - s2 * (24 - 10 * s)),
                     10 - s * (8 + s * (12 + s * (-16 + 5 * s))),
                     t2 * t2,
                     0,
                     0};
    *to = w * (1.0F / 24);
}

/* A band's points reach into the next band: bands of one parity are filled at a time. */
static LT_SIMD void fill_band(const lt_grid_field *f, int64_t band) {
    for (int64_t p = f->band[band]; p < f->band[band + 1]; p++) {
        int64_t i = f->order[p];
        eight wu, wv;
        spline(f->part[2 * i], &wu), spline(f->part[2 * i + 1], &wv);
        float *to = f->charges + f->node[i];
        for (int a = 0; a < SPLINE; a++)
            *(eight *)(to + a * f->g.nodes) += wu[a] * wv;
    }
}

static void fill_even(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    for (int64_t i = begin; i < end; i++)
        fill_band(context, 2 * i);
}

static void fill_odd(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    for (int64_t i = begin; i < end; i++)
        fill_band(context, 2 * i + 1);
}

static bool spread(lt_grid_field *f) {
    int64_t half = f->g.nodes / BAND / 2;
    memset(f->charges, 0, (size_t)(f->g.nodes * f->g.nodes) * sizeof(float));
    sort_points(f);
    return lt_parallel(half, 1, fill_even, f) && lt_parallel(half, 1, fill_odd, f);
}

static inline __attribute__((always_inline)) float total(const eight *v) {
    return (((*v)[0] + (*v)[1]) + ((*v)[2] + (*v)[3])) + ((*v)[4] + (*v)[5]);
}

static LT_SIMD void gather(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const lt_grid_field *f = context;
    const float scale = (float)(-0.5 / f->g.step);
    double sum = 0;
    for (int64_t i = begin; i < end; i++) {
        const float *from = f->field + f->node[i];
        const float t = f->part[2 * i], r = f->part[2 * i + 1];
        eight wu, su, wv, sv;
        spline(t, &wu), slope(t, &su), spline(r, &wv), slope(r, &sv);
        eight along = {0}, across = {0};
        for (int a = 0; a < SPLINE; a++) {
            const eight row = *(const eight *)(from + a * f->g.nodes);
            along += wu[a] * row;
            across += su[a] * row;
        }
        across *= wv, sv *= along, along *= wv;
        f->force[i * f->dims] = scale * total(&across);
        if (f->dims > 1)
            f->force[2 * i + 1] = scale * total(&sv);
        sum += (double)total(&along) - 1;
    }
    f->sums[chunk] = sum;
}

lt_status lt_grid_field_find(lt_grid_field *f, const float *y, float *force, double *z) {
    f->y = y;
    f->force = force;
    LT_TRY(lay_grid(f));
    if (!lt_parallel(f->n, GRAIN, locate, f) || !spread(f))
        return lt_stopped();
    LT_TRY(lt_grid_convolve_run(&f->g, f->charges, f->field));
    if (!lt_parallel(f->n, GRAIN, gather, f))
        return lt_stopped();
    *z = 0;
    for (int64_t c = 0; c < lt_chunks(f->n, GRAIN); c++)
        *z += f->sums[c];
    return LT_OK;
}
