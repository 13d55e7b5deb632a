#include "kernels/nn_norm.h"

#include <math.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { GRAIN = 32768, BLOCK = 64 }; /* elements a chunk; columns that are summed together */

#define NORM_KERNELS(T)                                                                            \
    /* Sum of x - shift and, with g, of g (x - shift); of (x - shift)^2 where g is x. */           \
    static LT_SIMD void run_sums_##T(int64_t n, const T *x, const T *g, double shift, double *sum, \
                                     double *product) {                                            \
        double s = 0, p = 0;                                                                       \
        _Pragma("omp simd reduction(+ : s, p)") for (int64_t i = 0; i < n; i++) {                  \
            double d = (double)x[i] - shift, e = g == x ? d : (double)g[i];                        \
            s += e;                                                                                \
            p += d * e;                                                                            \
        }                                                                                          \
        *sum += s;                                                                                 \
        *product += p;                                                                             \
    }                                                                                              \
    static LT_SIMD void column_sums_##T(int64_t n, const T *x, const T *g, const double *shift,    \
                                        double *sum, double *product) {                            \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            double d = (double)x[i] - shift[i], e = g == x ? d : (double)g[i];                     \
            sum[i] += e;                                                                           \
            product[i] += d * e;                                                                   \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void run_combine_##T(int64_t n, const T *x, double mean, double a, double b,    \
                                        const T *g, double c, T *out) {                            \
        const T m = (T)mean, ta = (T)a, tb = (T)b, tc = (T)c;                                      \
        if (g) {                                                                                   \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) out[i] =                           \
                ta * (x[i] - m) + tb + tc * g[i];                                                  \
        } else {                                                                                   \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) out[i] = ta * (x[i] - m) + tb;     \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void column_combine_##T(int64_t n, const T *x, const double *mean,              \
                                           const double *a, const double *b, const T *g,           \
                                           const double *c, T *out) {                              \
        if (g) {                                                                                   \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) out[i] =                           \
                (T)a[i] * (x[i] - (T)mean[i]) + (T)b[i] + (T)c[i] * g[i];                          \
        } else {                                                                                   \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) out[i] =                           \
                (T)a[i] * (x[i] - (T)mean[i]) + (T)b[i];                                           \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void row_norm_##T(int64_t n, double eps, const T *x, const T *w, const T *b,    \
                                     T *y, double *mean, double *rstd) {                           \
        double s = 0, v = 0;                                                                       \
        _Pragma("omp simd reduction(+ : s)") for (int64_t i = 0; i < n; i++) s += (double)x[i];    \
        const double m = s / (double)n;                                                            \
        _Pragma("omp simd reduction(+ : v)") for (int64_t i = 0; i < n; i++) {                     \
            double d = (double)x[i] - m;                                                           \
            v += d * d;                                                                            \
        }                                                                                          \
        const double r = 1 / sqrt(v / (double)n + eps);                                            \
        const T tm = (T)m, tr = (T)r;                                                              \
        *mean = m, *rstd = r;                                                                      \
        if (w && b) {                                                                              \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) y[i] =                             \
                (x[i] - tm) * tr * w[i] + b[i];                                                    \
        } else {                                                                                   \
            for (int64_t i = 0; i < n; i++)                                                        \
                y[i] = (x[i] - tm) * tr * (w ? w[i] : 1) + (b ? b[i] : 0);                         \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void row_back_##T(int64_t n, const T *g, const T *x, const T *w, double mean,   \
                                     double rstd, T *dx) {                                         \
        double s = 0, p = 0;                                                                       \
        _Pragma("omp simd reduction(+ : s, p)") for (int64_t i = 0; i < n; i++) {                  \
            double d = (double)g[i] * (w ? (double)w[i] : 1);                                      \
            s += d;                                                                                \
            p += d * ((double)x[i] - mean);                                                        \
        }                                                                                          \
        const T m = (T)mean, r = (T)rstd, slope = (T)(p * rstd * rstd * rstd / (double)n);         \
        const T level = (T)(s * rstd / (double)n);                                                 \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) dx[i] =                                \
            g[i] * (w ? w[i] : 1) * r - level - (x[i] - m) * slope;                                \
    }                                                                                              \
    static LT_SIMD void row_sums_##T(int64_t n, const T *g, const T *x, double mean, double rstd,  \
                                     double *dw, double *db) {                                     \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            dw[i] += (double)g[i] * ((double)x[i] - mean) * rstd;                                  \
            db[i] += (double)g[i];                                                                 \
        }                                                                                          \
    }

NORM_KERNELS(float)
NORM_KERNELS(double)

/* Call the kernel of the dtype. */
#define CALL(dtype, kernel, ...)                                                                   \
    do {                                                                                           \
        if ((dtype) == LT_FLOAT32)                                                                 \
            kernel##_float(__VA_ARGS__);                                                           \
        else                                                                                       \
            kernel##_double(__VA_ARGS__);                                                          \
    } while (0)

/* ---- channels ---- */

typedef struct channel_job {
    const lt_channels *n;
    const char *x, *g;
    const double *mean, *a, *b, *c;
    double *sum, *product; /* or mean and variance */
    char *out;
} channel_job;

static const void *at(lt_dtype dtype, const char *array, int64_t index) {
    return array ? array + index * (int64_t)lt_dtype_size(dtype) : NULL;
}

/* Sums of g and g (x - shift) over channels [begin, end); the vectors start at `begin`. */
static void accumulate(const lt_channels *n, int64_t begin, int64_t end, const char *x,
                       const char *g, const double *shift, double *sum, double *product) {
    for (int64_t k = 0; k < end - begin; k++)
        sum[k] = product[k] = 0;
    for (int64_t i = 0; i < n->batch; i++) {
        int64_t place = (i * n->channels + begin) * n->inner;
        if (n->inner == 1) {
            CALL(n->dtype, column_sums, end - begin, at(n->dtype, x, place), at(n->dtype, g, place),
                 shift, sum, product);
            continue;
        }
        for (int64_t k = 0; k < end - begin; k++, place += n->inner)
            CALL(n->dtype, run_sums, n->inner, at(n->dtype, x, place), at(n->dtype, g, place),
                 shift[k], &sum[k], &product[k]);
    }
}

static void sum_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const channel_job *j = context;
    accumulate(j->n, begin, end, j->x, j->g, j->mean + begin, j->sum + begin, j->product + begin);
}

static void moments_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const channel_job *j = context;
    double sum[BLOCK], product[BLOCK], *mean = j->sum + begin, *variance = j->product + begin;
    const double count = (double)(j->n->batch * j->n->inner), zero[BLOCK] = {0};
    accumulate(j->n, begin, end, j->x, j->x, zero, sum, product);
    for (int64_t k = 0; k < end - begin; k++)
        mean[k] = sum[k] / count;
    accumulate(j->n, begin, end, j->x, j->x, mean, sum, product);
    for (int64_t k = 0; k < end - begin; k++)
        variance[k] = product[k] / count;
}

/* Channels of a chunk: at most BLOCK, fewer where a channel is long. */
static int64_t channel_grain(const lt_channels *n) {
    int64_t grain = n->inner == 1 ? BLOCK : 1 + GRAIN / (n->batch * n->inner + 1);
    return grain < BLOCK ? grain : BLOCK;
}

bool lt_channel_moments(const lt_channels *n, const void *x, double *mean, double *variance) {
    channel_job j = {.n = n, .x = x, .sum = mean, .product = variance};
    return lt_parallel(n->channels, channel_grain(n), moments_chunk, &j);
}

bool lt_channel_sums(const lt_channels *n, const void *g, const void *x, const double *mean,
                     double *sum_g, double *sum_gx) {
    channel_job j = {.n = n, .x = x, .g = g, .mean = mean, .sum = sum_g, .product = sum_gx};
    return lt_parallel(n->channels, channel_grain(n), sum_chunk, &j);
}

/* Images [begin, end) of the batch. */
static void combine_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const channel_job *j = context;
    const lt_channels *n = j->n;
    for (int64_t i = begin; i < end; i++) {
        int64_t place = i * n->channels * n->inner;
        if (n->inner == 1) {
            CALL(n->dtype, column_combine, n->channels, at(n->dtype, j->x, place), j->mean, j->a,
                 j->b, at(n->dtype, j->g, place), j->c, (void *)at(n->dtype, j->out, place));
            continue;
        }
        for (int64_t ch = 0; ch < n->channels; ch++, place += n->inner)
            CALL(n->dtype, run_combine, n->inner, at(n->dtype, j->x, place), j->mean[ch], j->a[ch],
                 j->b[ch], at(n->dtype, j->g, place), j->c ? j->c[ch] : 0,
                 (void *)at(n->dtype, j->out, place));
    }
}

bool lt_channel_combine(const lt_channels *n, const void *x, const double *mean, const double *a,
                        const double *b, const void *g, const double *c, void *out) {
    channel_job j = {.n = n, .x = x, .g = g, .mean = mean, .a = a, .b = b, .c = c, .out = out};
    return lt_parallel(n->batch, 1 + GRAIN / (n->channels * n->inner + 1), combine_chunk, &j);
}

/* ---- rows ---- */

typedef struct row_job {
    const lt_rows *n;
    double eps;
    const char *x, *g, *weight, *bias;
    double *mean, *rstd, *dw, *db;
    char *out;
} row_job;

static void norm_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const row_job *j = context;
    const lt_rows *n = j->n;
    for (int64_t i = begin; i < end; i++)
        CALL(n->dtype, row_norm, n->width, j->eps, at(n->dtype, j->x, i * n->width),
             (const void *)j->weight, (const void *)j->bias,
             (void *)at(n->dtype, j->out, i * n->width), &j->mean[i], &j->rstd[i]);
}

static void back_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const row_job *j = context;
    const lt_rows *n = j->n;
    for (int64_t i = begin; i < end; i++)
        CALL(n->dtype, row_back, n->width, at(n->dtype, j->g, i * n->width),
             at(n->dtype, j->x, i * n->width), (const void *)j->weight, j->mean[i], j->rstd[i],
             (void *)at(n->dtype, j->out, i * n->width));
}

/* Columns [begin, end) over all rows. */
static void row_sums_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const row_job *j = context;
    const lt_rows *n = j->n;
    for (int64_t k = begin; k < end; k++)
        j->dw[k] = j->db[k] = 0;
    for (int64_t i = 0; i < n->rows; i++)
        CALL(n->dtype, row_sums, end - begin, at(n->dtype, j->g, i * n->width + begin),
             at(n->dtype, j->x, i * n->width + begin), j->mean[i], j->rstd[i], j->dw + begin,
             j->db + begin);
}

static int64_t row_grain(const lt_rows *n) {
    return 1 + GRAIN / (n->width + 1);
}

bool lt_row_norm(const lt_rows *n, double eps, const void *x, const void *weight, const void *bias,
                 void *y, double *mean, double *rstd) {
    row_job j = {.n = n, .eps = eps, .x = x, .weight = weight, .bias = bias};
    j.out = y, j.mean = mean, j.rstd = rstd;
    return lt_parallel(n->rows, row_grain(n), norm_chunk, &j);
}

bool lt_row_norm_back(const lt_rows *n, const void *g, const void *x, const void *weight,
                      const double *mean, const double *rstd, void *dx) {
    row_job j = {.n = n, .x = x, .g = g, .weight = weight, .out = dx};
    j.mean = (double *)mean, j.rstd = (double *)rstd;
    return lt_parallel(n->rows, row_grain(n), back_chunk, &j);
}

bool lt_row_norm_sums(const lt_rows *n, const void *g, const void *x, const double *mean,
                      const double *rstd, double *dw, double *db) {
    row_job j = {.n = n, .x = x, .g = g, .dw = dw, .db = db};
    j.mean = (double *)mean, j.rstd = (double *)rstd;
    return lt_parallel(n->width, BLOCK, row_sums_chunk, &j);
}
