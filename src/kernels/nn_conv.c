#include "kernels/nn_conv.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"

/* Windows are unrolled in strips of output rows that fit the second-level cache. */
enum { STRIP_BYTES = 256 * 1024, MAX_CHUNKS = 16 };

/* Windows of output rows [from, to) as columns. */
typedef struct strip {
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

/* Visit the rows of the unrolled matrix in order: row r, output row y, the image row under it (or
 * NULL in the padding), the first image column, and the valid range of output columns. */
#define FOR_EACH_ROW(c, s, T, image, ...)                                                          \
    for (int64_t ch = 0, r = 0; ch < (c)->channels; ch++)                                          \
        for (int64_t ky = 0; ky < (c)->kernel_h; ky++)                                             \
            for (int64_t kx = 0; kx < (c)->kernel_w; kx++, r++) {                                  \
                int64_t x0 = kx * (c)->dilation_w - (c)->pad_w, lo, hi;                            \
                valid_range(x0, (c)->stride_w, (c)->width, (c)->out_w, &lo, &hi);                  \
                for (int64_t y = (s)->from; y < (s)->to; y++) {                                    \
                    int64_t iy = y * (c)->stride_h - (c)->pad_h + ky * (c)->dilation_h;            \
                    bool inside = iy >= 0 && iy < (c)->height;                                     \
                    T *line = inside ? (image) + (ch * (c)->height + iy) * (c)->width + x0 : NULL; \
                    __VA_ARGS__                                                                    \
                }                                                                                  \
            }

#define CONV_KERNELS(T)                                                                            \
    /* unrolled [patch, windows] from one image */                                                 \
    static LT_SIMD void unroll_##T(const lt_conv *c, const strip *s, const T *image, T *out) {     \
        const int64_t step = c->stride_w;                                                          \
        FOR_EACH_ROW(c, s, const T, image, {                                                       \
            T *row = out + r * s->windows + (y - s->from) * c->out_w;                              \
            const int64_t a = line ? lo : c->out_w, b = line ? hi : c->out_w;                      \
            for (int64_t i = 0; i < a; i++)                                                        \
                row[i] = 0;                                                                        \
            if (step == 1 && line)                                                                 \
                memcpy(row + a, line + a, (size_t)(b - a) * sizeof(T));                            \
            else                                                                                   \
                for (int64_t i = a; i < b; i++)                                                    \
                    row[i] = line[i * step];                                                       \
            for (int64_t i = b; i < c->out_w; i++)                                                 \
                row[i] = 0;                                                                        \
        })                                                                                         \
    }                                                                                              \
    /* the adjoint: add the unrolled windows back onto the image */                                \
    static LT_SIMD void roll_##T(const lt_conv *c, const strip *s, const T *in, T *image) {        \
        const int64_t step = c->stride_w;                                                          \
        FOR_EACH_ROW(c, s, T, image, {                                                             \
            const T *row = in + r * s->windows + (y - s->from) * c->out_w;                         \
            if (!line)                                                                             \
                continue;                                                                          \
            for (int64_t i = lo; i < hi; i++)                                                      \
                line[i * step] += row[i];                                                          \
        })                                                                                         \
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
    if (c->dtype == LT_FLOAT32)
        unroll_float(c, s, (const float *)image, out);
    else
        unroll_double(c, s, (const double *)image, out);
}

static void roll(const lt_conv *c, const strip *s, const void *in, char *image) {
    if (c->dtype == LT_FLOAT32)
        roll_float(c, s, in, (float *)image);
    else
        roll_double(c, s, in, (double *)image);
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
    char *out;                                    /* what is written */
    int64_t image_bytes, response_bytes, weight_bytes;
    int64_t rows; /* output rows of a strip */
    size_t strip_bytes;
    _Atomic bool short_of_memory;
} job;

static job make_job(const lt_conv *c) {
    int64_t size = (int64_t)lt_dtype_size(c->dtype);
    int64_t patch = c->channels * c->kernel_h * c->kernel_w;
    int64_t row = patch * c->out_w * size;
    int64_t rows = row > 0 ? STRIP_BYTES / row : c->out_h;
    job j = {.c = c,
             .image_bytes = c->channels * c->height * c->width * size,
             .response_bytes = c->filters * c->out_h * c->out_w * size,
             .weight_bytes = c->filters * patch * size,
             .rows = rows < 1          ? 1
                     : rows > c->out_h ? c->out_h
                                       : rows};
    j.strip_bytes = (size_t)(j.rows * row);
    return j;
}

static strip make_strip(const job *j, int64_t from) {
    const lt_conv *c = j->c;
    int64_t to = from + j->rows < c->out_h ? from + j->rows : c->out_h;
    return (strip){from, to, c->channels * c->kernel_h * c->kernel_w, (to - from) * c->out_w};
}

/* Images are shared out in at most MAX_CHUNKS chunks. */
static int64_t grain(const lt_conv *c) {
    return (c->images + MAX_CHUNKS - 1) / MAX_CHUNKS;
}

static bool run(job *j, lt_range_fn fn) {
    if (j->c->images == 0)
        return true;
    bool done = lt_parallel(j->c->images, grain(j->c), fn, j);
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

/* Each chunk has a sum of its own: weights [chunks, filters, patch]. */
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

bool lt_conv_weigh(const lt_conv *c, const void *image, const void *response, void *weight) {
    job j = make_job(c);
    int64_t chunks = c->images ? lt_chunks(c->images, grain(c)) : 0;
    memset(weight, 0, (size_t)j.weight_bytes);
    if (chunks == 0 || c->out_h * c->out_w == 0)
        return true;
    char *sums = malloc((size_t)(chunks * j.weight_bytes) + 1);
    if (!sums)
        return false;
    j.image = image, j.response = response, j.out = sums;
    bool done = run(&j, weigh_chunk);
    for (int64_t i = 0; done && i < chunks; i++)
        add(c->dtype, weight, sums + i * j.weight_bytes,
            j.weight_bytes / (int64_t)lt_dtype_size(c->dtype));
    free(sums);
    return done;
}
