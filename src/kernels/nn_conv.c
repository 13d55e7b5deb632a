#include "kernels/nn_conv.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"

/* Windows are unrolled in strips of output rows that fit the second-level cache. */
enum { STRIP_BYTES = 256 * 1024, MAX_CHUNKS = 16 };

/* Rows of fewer windows than this are not worth loops of their own: a table of pixels replaces
 * them, so that all windows of a strip are read with one loop of vector gathers. */
enum { SHORT_ROW = 16 };

/* Windows of output rows [from, to) as columns. */
typedef struct strip {
    const struct tap *taps; /* [patch] */
    const int32_t *pixel;   /* [kernel_h * kernel_w, out_h * out_w] or NULL: see make_pixels */
    int64_t from, to;
    int64_t patch;   /* rows of the unrolled matrix: channels * kernel_h * kernel_w */
    int64_t windows; /* its columns: (to - from) * out_w */
} strip;

/* Output columns [*lo, *hi) whose window column `x` (an offset from the window's left edge) lies
 * inside the image. */
static void valid_range(int64_t x, int64_t stride, int64_t size, int64_t out, int64_t *lo,
                        int64_t *hi) {
    int64_t first = x >= 0 ? 0 : (-x + stride - 1) / stride;
    int64_t last = size > x ? (size - x + stride - 1) / stride : 0;
    *lo = first < out ? first : out;
    *hi = last < out ? last : out;
    if (*hi < *lo)
        *hi = *lo;
}

/* The part of the unrolled matrix that belongs to one weight of one channel: `row` of the matrix,
 * and the windows for which that weight lies inside the image, [y0, y1) x [x0, x1). Window (y, x)
 * meets pixel offset + y * stride_y + x * stride_x. */
typedef struct tap {
    int64_t row, y0, y1, x0, x1, offset, stride_y, stride_x;
} tap;

static tap make_tap(const lt_conv *c, int64_t row) {
    int64_t kx = row % c->kernel_w, ky = row / c->kernel_w % c->kernel_h;
    int64_t channel = row / (c->kernel_w * c->kernel_h);
    int64_t top = ky * c->dilation_h - c->pad_h, left = kx * c->dilation_w - c->pad_w;
    tap t = {.row = row, .stride_y = c->stride_h * c->width, .stride_x = c->stride_w};
    t.offset = (channel * c->height + top) * c->width + left;
    valid_range(top, c->stride_h, c->height, c->out_h, &t.y0, &t.y1);
    valid_range(left, c->stride_w, c->width, c->out_w, &t.x0, &t.x1);
    return t;
}

/* For each weight of a channel and each window the pixel of the channel that they meet, -1 in the
 * padding. */
static int32_t *make_pixels(const lt_conv *c) {
    int64_t taps = c->kernel_h * c->kernel_w, windows = c->out_h * c->out_w;
    int32_t *pixel = malloc((size_t)(taps * windows + 1) * sizeof *pixel);
    for (int64_t i = 0; pixel && i < taps * windows; i++) {
        int64_t k = i / windows, at = i % windows;
        int64_t y = at / c->out_w * c->stride_h - c->pad_h + k / c->kernel_w * c->dilation_h;
        int64_t x = at % c->out_w * c->stride_w - c->pad_w + k % c->kernel_w * c->dilation_w;
        bool inside = y >= 0 && y < c->height && x >= 0 && x < c->width;
        pixel[i] = inside ? (int32_t)(y * c->width + x) : -1;
    }
    return pixel;
}

/* The windows of a tap that are in the strip. */
static inline tap clip(tap t, const strip *s) {
    t.y0 = t.y0 < s->from ? s->from : t.y0 > s->to ? s->to : t.y0;
    t.y1 = t.y1 < t.y0 ? t.y0 : t.y1 > s->to ? s->to : t.y1;
    return t;
}

/* The statement over [x0, x1) with the steps 1 and 2 known to the compiler, which needs that for
 * vectors. */
#define OVER_ROW(statement)                                                                        \
    do {                                                                                           \
        if (t.stride_x == 1) {                                                                     \
            const int64_t step = 1;                                                                \
            for (int64_t i = t.x0; i < t.x1; i++)                                                  \
                statement;                                                                         \
        } else if (t.stride_x == 2) {                                                              \
            const int64_t step = 2;                                                                \
            for (int64_t i = t.x0; i < t.x1; i++)                                                  \
                statement;                                                                         \
        } else {                                                                                   \
            const int64_t step = t.stride_x;                                                       \
            for (int64_t i = t.x0; i < t.x1; i++)                                                  \
                statement;                                                                         \
        }                                                                                          \
    } while (0)

#define CONV_KERNELS(T)                                                                            \
    /* unrolled [patch, windows] from one image */                                                 \
    static LT_SIMD void unroll_##T(const strip *s, int64_t out_w, const T *restrict image,         \
                                   T *restrict out) {                                              \
        for (int64_t r = 0; r < s->patch; r++) {                                                   \
            const tap t = clip(s->taps[r], s);                                                     \
            T *row = out + r * s->windows;                                                         \
            const bool whole = t.x0 == 0 && t.x1 == out_w && t.y0 == s->from && t.y1 == s->to;     \
            if (!whole)                                                                            \
                memset(row, 0, (size_t)s->windows * sizeof(T));                                    \
            for (int64_t y = t.y0; y < t.y1; y++) {                                                \
                const T *restrict line = image + t.offset + y * t.stride_y;                        \
                T *restrict to = row + (y - s->from) * out_w;                                      \
                OVER_ROW(to[i] = line[i * step]);                                                  \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    /* the same by the table of pixels */                                                          \
    static LT_SIMD void gather_##T(const lt_conv *c, const strip *s, const T *restrict image,      \
                                   T *restrict out) {                                              \
        const int64_t taps = c->kernel_h * c->kernel_w, plane = c->height * c->width;              \
        for (int64_t r = 0; r < s->patch; r++) {                                                   \
            const int32_t *restrict pixel = s->pixel + (r % taps * c->out_h + s->from) * c->out_w; \
            const T *restrict channel = image + r / taps * plane;                                  \
            T *restrict to = out + r * s->windows;                                                 \
            _Pragma("omp simd") for (int64_t i = 0; i < s->windows; i++) to[i] =                   \
                pixel[i] < 0 ? 0 : channel[pixel[i]];                                              \
        }                                                                                          \
    }                                                                                              \
    /* the adjoint: add the unrolled windows back onto the image */                                \
    static LT_SIMD void roll_##T(const strip *s, int64_t out_w, const T *restrict in,              \
                                 T *restrict image) {                                              \
        for (int64_t r = 0; r < s->patch; r++) {                                                   \
            const tap t = clip(s->taps[r], s);                                                     \
            for (int64_t y = t.y0; y < t.y1; y++) {                                                \
                T *restrict line = image + t.offset + y * t.stride_y;                              \
                const T *restrict from = in + r * s->windows + (y - s->from) * out_w;              \
                OVER_ROW(line[i * step] += from[i]);                                               \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void fill_##T(T *out, int64_t rows, int64_t n, const T *value) {                        \
        for (int64_t r = 0; r < rows; r++)                                                         \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[r * n + i] = value ? value[r] : 0;                                             \
    }                                                                                              \
    static LT_SIMD void add_##T(T *out, const T *in, int64_t n) {                                  \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) out[i] += in[i];                       \
    }

CONV_KERNELS(float)
CONV_KERNELS(double)

static void unroll(const lt_conv *c, const strip *s, const char *image, void *out) {
    bool single = c->dtype == LT_FLOAT32;
    if (s->pixel && single)
        gather_float(c, s, (const float *)image, out);
    else if (s->pixel)
        gather_double(c, s, (const double *)image, out);
    else if (single)
        unroll_float(s, c->out_w, (const float *)image, out);
    else
        unroll_double(s, c->out_w, (const double *)image, out);
}

static void roll(const lt_conv *c, const strip *s, const void *in, char *image) {
    if (c->dtype == LT_FLOAT32)
        roll_float(s, c->out_w, in, (float *)image);
    else
        roll_double(s, c->out_w, in, (double *)image);
}

/* out [rows, n] = value[row], or 0 without values. */
static void fill(lt_dtype dtype, char *out, int64_t rows, int64_t n, const void *value) {
    if (dtype == LT_FLOAT32)
        fill_float((float *)out, rows, n, value);
    else
        fill_double((double *)out, rows, n, value);
}

static void add(lt_dtype dtype, char *out, const char *in, int64_t n) {
    if (dtype == LT_FLOAT32)
        add_float((float *)out, (const float *)in, n);
    else
        add_double((double *)out, (const double *)in, n);
}

typedef struct job {
    const lt_conv *c;
    const char *image, *response, *weight, *bias; /* what is read */
    char *out, *also;                             /* what is written */
    int64_t image_bytes, response_bytes, weight_bytes;
    tap *taps;
    int32_t *pixel;
    int64_t patch, rows; /* rows: output rows of a strip */
    size_t strip_bytes;
    _Atomic bool short_of_memory;
} job;

static job make_job(const lt_conv *c) {
    int64_t size = (int64_t)lt_dtype_size(c->dtype);
    int64_t patch = c->channels * c->kernel_h * c->kernel_w;
    int64_t row = patch * c->out_w * size;
    int64_t rows = row > 0 ? STRIP_BYTES / row : c->out_h;
    job j;
    j = (job){.c = c,
              .image_bytes = c->channels * c->height * c->width * size,
              .response_bytes = c->filters * c->out_h * c->out_w * size,
              .weight_bytes = c->filters * patch * size,
              .taps = malloc((size_t)(patch + 1) * sizeof *j.taps),
              .patch = patch,
              .rows = rows < 1          ? 1
                      : rows > c->out_h ? c->out_h
                                        : rows};
    j.strip_bytes = (size_t)(j.rows * row);
    for (int64_t r = 0; j.taps && r < patch; r++)
        j.taps[r] = make_tap(c, r);
    if (c->out_w < SHORT_ROW && c->height * c->width <= INT32_MAX)
        j.pixel = make_pixels(c);
    return j;
}

static strip make_strip(const job *j, int64_t from) {
    const lt_conv *c = j->c;
    int64_t to = from + j->rows < c->out_h ? from + j->rows : c->out_h;
    return (strip){j->taps, j->pixel, from, to, j->patch, (to - from) * c->out_w};
}

/* Images are shared out in at most MAX_CHUNKS chunks. */
static int64_t grain(const lt_conv *c) {
    return c->images ? (c->images + MAX_CHUNKS - 1) / MAX_CHUNKS : 1;
}

/* Run over all images, and give up the tables. */
static bool run(job *j, lt_range_fn fn) {
    bool done = j->taps && lt_parallel(j->c->images, grain(j->c), fn, j);
    free(j->taps);
    free(j->pixel);
    return done && !j->short_of_memory;
}

/* Place of the strip's first window in the response of an image. */
static int64_t strip_offset(const lt_conv *c, const strip *s) {
    return s->from * c->out_w * (int64_t)lt_dtype_size(c->dtype);
}

static void respond_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    job *j = context;
    const lt_conv *c = j->c;
    int64_t plane = c->out_h * c->out_w;
    void *columns = malloc(j->strip_bytes + 1);
    if (!columns) {
        j->short_of_memory = true;
        return;
    }
    for (int64_t i = begin; i < end; i++) {
        char *out = j->out + i * j->response_bytes;
        if (j->bias)
            fill(c->dtype, out, c->filters, plane, j->bias);
        for (int64_t y = 0; y < c->out_h; y += j->rows) {
            strip s = make_strip(j, y);
            unroll(c, &s, j->image + i * j->image_bytes, columns);
            lt_gemm(c->dtype, false, false, c->filters, s.windows, s.patch, 1, j->weight, s.patch,
                    columns, s.windows, j->bias ? 1 : 0, out + strip_offset(c, &s), plane);
        }
    }
    free(columns);
}

static void spread_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    job *j = context;
    const lt_conv *c = j->c;
    void *columns = malloc(j->strip_bytes + 1);
    if (!columns) {
        j->short_of_memory = true;
        return;
    }
    for (int64_t i = begin; i < end; i++) {
        char *out = j->out + i * j->image_bytes;
        fill(c->dtype, out, c->channels, c->height * c->width, j->bias);
        for (int64_t y = 0; y < c->out_h; y += j->rows) {
            strip s = make_strip(j, y);
            lt_gemm(c->dtype, true, false, s.patch, s.windows, c->filters, 1, j->weight, s.patch,
                    j->response + i * j->response_bytes + strip_offset(c, &s), c->out_h * c->out_w,
                    0, columns, s.windows);
            roll(c, &s, columns, out);
        }
    }
    free(columns);
}

/* Each chunk has a sum of its own: weights [chunks, filters, patch]. Responds as well where there
 * is somewhere to put the responses, as both take the same unrolled windows. */
static void weigh_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    job *j = context;
    const lt_conv *c = j->c;
    char *out = j->out + chunk * j->weight_bytes;
    void *columns = malloc(j->strip_bytes + 1);
    if (!columns) {
        j->short_of_memory = true;
        return;
    }
    double beta = 0;
    for (int64_t i = begin; i < end; i++) {
        for (int64_t y = 0; y < c->out_h; y += j->rows) {
            strip s = make_strip(j, y);
            unroll(c, &s, j->image + i * j->image_bytes, columns);
            lt_gemm(c->dtype, false, true, c->filters, s.patch, s.windows, 1,
                    j->response + i * j->response_bytes + strip_offset(c, &s), c->out_h * c->out_w,
                    columns, s.windows, beta, out, s.patch);
            beta = 1;
            if (j->also)
                lt_gemm(c->dtype, false, false, c->filters, s.windows, s.patch, 1, j->weight,
                        s.patch, columns, s.windows, 0,
                        j->also + i * j->response_bytes + strip_offset(c, &s), c->out_h * c->out_w);
        }
    }
    free(columns);
}

bool lt_conv_respond(const lt_conv *c, const void *image, const void *weight, const void *bias,
                     void *response) {
    job j = make_job(c);
    j.image = image, j.weight = weight, j.bias = bias, j.out = response;
    return run(&j, respond_chunk);
}

bool lt_conv_spread(const lt_conv *c, const void *response, const void *weight, const void *bias,
                    void *image) {
    job j = make_job(c);
    j.response = response, j.weight = weight, j.bias = bias, j.out = image;
    return run(&j, spread_chunk);
}

bool lt_conv_weigh(const lt_conv *c, const void *image, const void *response, void *weight,
                   const void *used, void *answer) {
    int64_t chunks = c->images ? lt_chunks(c->images, grain(c)) : 0;
    job j = make_job(c);
    char *sums = malloc((size_t)(chunks * j.weight_bytes) + 1);
    if (!sums) {
        free(j.taps);
        free(j.pixel);
        return false;
    }
    memset(weight, 0, (size_t)j.weight_bytes);
    j.image = image, j.response = response, j.out = sums, j.weight = used, j.also = answer;
    bool done = run(&j, weigh_chunk);
    for (int64_t i = 0; done && i < chunks; i++)
        add(c->dtype, weight, sums + i * j.weight_bytes,
            j.weight_bytes / (int64_t)lt_dtype_size(c->dtype));
    free(sums);
    return done;
}
