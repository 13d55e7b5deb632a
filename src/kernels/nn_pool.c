#include "kernels/nn_pool.h"

#include <string.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { GRAIN = 16384 };

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* Run `body` for each output (oy, ox) with its window [y0, y1) x [x0, x1) cut to the plane. */
#define FOR_EACH_WINDOW(p, body)                                                                   \
    for (int64_t oy = 0; oy < (p)->out_h; oy++)                                                    \
        for (int64_t ox = 0; ox < (p)->out_w; ox++) {                                              \
            int64_t top = oy * (p)->stride_h - (p)->pad_h, left = ox * (p)->stride_w - (p)->pad_w; \
            int64_t y0 = larger(top, 0), y1 = smaller(top + (p)->kernel_h, (p)->height);           \
            int64_t x0 = larger(left, 0), x1 = smaller(left + (p)->kernel_w, (p)->width);          \
            int64_t at = oy * (p)->out_w + ox;                                                     \
            body                                                                                   \
        }

/* Source of output `o` along a dimension: pixels *a and *b, the share of b. Centres of pixels
 * map onto each other, as PyTorch's align_corners = false. */
static void source(int64_t o, int64_t size, int64_t out, int64_t *a, int64_t *b, double *share) {
    double at = ((double)o + 0.5) * (double)size / (double)out - 0.5;
    if (at < 0)
        at = 0;
    *a = smaller((int64_t)at, size - 1);
    *b = smaller(*a + 1, size - 1);
    *share = at - (double)*a;
}

#define POOL_KERNELS(T)                                                                            \
    static void max_##T(const lt_pool *p, const T *x, T *y, int64_t *place) {                      \
        FOR_EACH_WINDOW(p, {                                                                       \
            int64_t best = y0 * p->width + x0;                                                     \
            for (int64_t iy = y0; iy < y1; iy++)                                                   \
                for (int64_t ix = x0; ix < x1; ix++) {                                             \
                    int64_t i = iy * p->width + ix;                                                \
                    if (x[i] > x[best] || x[i] != x[i])                                            \
                        best = i;                                                                  \
                }                                                                                  \
            y[at] = x[best];                                                                       \
            place[at] = best;                                                                      \
        })                                                                                         \
    }                                                                                              \
    static void max_back_##T(const lt_pool *p, const T *g, const int64_t *place, T *dx) {          \
        memset(dx, 0, (size_t)(p->height * p->width) * sizeof(T));                                 \
        for (int64_t i = 0; i < p->out_h * p->out_w; i++)                                          \
            dx[place[i]] += g[i];                                                                  \
    }                                                                                              \
    static void avg_##T(const lt_pool *p, const T *x, T *y) {                                      \
        const T scale = 1 / (T)(p->kernel_h * p->kernel_w);                                        \
        FOR_EACH_WINDOW(p, {                                                                       \
            T sum = 0;                                                                             \
            for (int64_t iy = y0; iy < y1; iy++)                                                   \
                for (int64_t ix = x0; ix < x1; ix++)                                               \
                    sum += x[iy * p->width + ix];                                                  \
            y[at] = sum * scale;                                                                   \
        })                                                                                         \
    }                                                                                              \
    static void avg_back_##T(const lt_pool *p, const T *g, T *dx) {                                \
        const T scale = 1 / (T)(p->kernel_h * p->kernel_w);                                        \
        memset(dx, 0, (size_t)(p->height * p->width) * sizeof(T));                                 \
        FOR_EACH_WINDOW(p, {                                                                       \
            for (int64_t iy = y0; iy < y1; iy++)                                                   \
                for (int64_t ix = x0; ix < x1; ix++)                                               \
                    dx[iy * p->width + ix] += g[at] * scale;                                       \
        })                                                                                         \
    }                                                                                              \
    static void resize_##T(const lt_resize *r, const T *x, T *y) {                                 \
        for (int64_t oy = 0; oy < r->out_h; oy++)                                                  \
            for (int64_t ox = 0; ox < r->out_w; ox++) {                                            \
                int64_t y0, y1, x0, x1;                                                            \
                double v, u;                                                                       \
                source(oy, r->height, r->out_h, &y0, &y1, &v);                                     \
                source(ox, r->width, r->out_w, &x0, &x1, &u);                                      \
                const T *a = x + y0 * r->width, *b = x + y1 * r->width;                            \
                T upper = a[x0] + (T)u * (a[x1] - a[x0]), lower = b[x0] + (T)u * (b[x1] - b[x0]);  \
                y[oy * r->out_w + ox] = upper + (T)v * (lower - upper);                            \
            }                                                                                      \
    }                                                                                              \
    static void resize_back_##T(const lt_resize *r, const T *g, T *dx) {                           \
        memset(dx, 0, (size_t)(r->height * r->width) * sizeof(T));                                 \
        for (int64_t oy = 0; oy < r->out_h; oy++)                                                  \
            for (int64_t ox = 0; ox < r->out_w; ox++) {                                            \
                int64_t y0, y1, x0, x1;                                                            \
                double v, u;                                                                       \
                source(oy, r->height, r->out_h, &y0, &y1, &v);                                     \
                source(ox, r->width, r->out_w, &x0, &x1, &u);                                      \
                T up = g[oy * r->out_w + ox], lower = up * (T)v, upper = up - lower;               \
                dx[y0 * r->width + x0] += upper * (T)(1 - u);                                      \
                dx[y0 * r->width + x1] += upper * (T)u;                                            \
                dx[y1 * r->width + x0] += lower * (T)(1 - u);                                      \
                dx[y1 * r->width + x1] += lower * (T)u;                                            \
            }                                                                                      \
    }                                                                                              \
    static void nearest_##T(const lt_resize *r, const T *x, T *y) {                                \
        for (int64_t oy = 0; oy < r->out_h; oy++) {                                                \
            const T *row = x + oy * r->height / r->out_h * r->width;                               \
            for (int64_t ox = 0; ox < r->out_w; ox++)                                              \
                y[oy * r->out_w + ox] = row[ox * r->width / r->out_w];                             \
        }                                                                                          \
    }                                                                                              \
    static void nearest_back_##T(const lt_resize *r, const T *g, T *dx) {                          \
        memset(dx, 0, (size_t)(r->height * r->width) * sizeof(T));                                 \
        for (int64_t oy = 0; oy < r->out_h; oy++) {                                                \
            T *row = dx + oy * r->height / r->out_h * r->width;                                    \
            for (int64_t ox = 0; ox < r->out_w; ox++)                                              \
                row[ox * r->width / r->out_w] += g[oy * r->out_w + ox];                            \
        }                                                                                          \
    }

POOL_KERNELS(float)
POOL_KERNELS(double)

/* A kernel of one plane, over all planes. */
typedef struct job {
    const lt_pool *p;
    const lt_resize *r;
    const char *in;
    char *out;
    int64_t *place; /* max pooling: written forward, read back */
    int64_t in_plane, out_plane;
    bool back;
} job;

static void pool_plane(const job *j, const void *in, void *out, int64_t *place, bool max) {
    const lt_pool *p = j->p;
    bool single = p->dtype == LT_FLOAT32;
    if (max && j->back)
        single ? max_back_float(p, in, place, out) : max_back_double(p, in, place, out);
    else if (max)
        single ? max_float(p, in, out, place) : max_double(p, in, out, place);
    else if (j->back)
        single ? avg_back_float(p, in, out) : avg_back_double(p, in, out);
    else
        single ? avg_float(p, in, out) : avg_double(p, in, out);
}

static void resize_plane(const job *j, const void *in, void *out) {
    const lt_resize *r = j->r;
    bool single = r->dtype == LT_FLOAT32;
    if (r->bilinear && j->back)
        single ? resize_back_float(r, in, out) : resize_back_double(r, in, out);
    else if (r->bilinear)
        single ? resize_float(r, in, out) : resize_double(r, in, out);
    else if (j->back)
        single ? nearest_back_float(r, in, out) : nearest_back_double(r, in, out);
    else
        single ? nearest_float(r, in, out) : nearest_double(r, in, out);
}

static void run_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const job *j = context;
    int64_t size = (int64_t)lt_dtype_size(j->p ? j->p->dtype : j->r->dtype);
    int64_t windows = j->back ? j->in_plane : j->out_plane;
    for (int64_t i = begin; i < end; i++) {
        const char *in = j->in + i * j->in_plane * size;
        char *out = j->out + i * j->out_plane * size;
        if (j->p)
            pool_plane(j, in, out, j->place ? j->place + i * windows : NULL, j->place != NULL);
        else
            resize_plane(j, in, out);
    }
}

static bool run_pool(const lt_pool *p, const void *in, void *out, int64_t *place, bool back) {
    int64_t image = p->height * p->width, windows = p->out_h * p->out_w;
    job j = {.p = p, .in = in, .out = out, .place = place, .back = back};
    j.in_plane = back ? windows : image, j.out_plane = back ? image : windows;
    int64_t work = windows * p->kernel_h * p->kernel_w;
    return lt_parallel(p->planes, 1 + GRAIN / (work + 1), run_chunk, &j);
}

static bool run_resize(const lt_resize *r, const void *in, void *out, bool back) {
    int64_t image = r->height * r->width, windows = r->out_h * r->out_w;
    job j = {.r = r, .in = in, .out = out, .back = back};
    j.in_plane = back ? windows : image, j.out_plane = back ? image : windows;
    return lt_parallel(r->planes, 1 + GRAIN / (windows + 1), run_chunk, &j);
}

bool lt_max_pool(const lt_pool *p, const void *x, void *y, int64_t *place) {
    return run_pool(p, x, y, place, false);
}

bool lt_max_pool_back(const lt_pool *p, const void *g, const int64_t *place, void *dx) {
    return run_pool(p, g, dx, (int64_t *)place, true);
}

bool lt_avg_pool(const lt_pool *p, const void *x, void *y) {
    return run_pool(p, x, y, NULL, false);
}

bool lt_avg_pool_back(const lt_pool *p, const void *g, void *dx) {
    return run_pool(p, g, dx, NULL, true);
}

bool lt_resize_planes(const lt_resize *r, const void *x, void *y) {
    return run_resize(r, x, y, false);
}

bool lt_resize_planes_back(const lt_resize *r, const void *g, void *dx) {
    return run_resize(r, g, dx, true);
}
