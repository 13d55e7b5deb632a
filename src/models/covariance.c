#include "models/covariance.h"

#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "kernels/lapack.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"
#include "kernels/syrk.h"
#include "kernels/workspace.h"
#include "models/arena.h"
#include "ops/reduce.h"
#include "tensor/interrupt.h"

#define NAME "covariance"

/* Rows are summed in stretches, each with sums [d, d] of its own; within one, products of blocks
 * of rows gather in the dtype of x before they are added up in float64. */
enum { STRETCHES = 8, BLOCK_ROWS = 1024, BLOCKS = 4 };
#define STRETCH_SUMS ((int64_t)1 << 24)

/* Rows, evenly spread, whose mean stands for that of all until that is known. */
enum { SAMPLE = 256 };

/* Columns from which LAPACK's reduction of a matrix gains from several threads. */
enum { SHARED_COLUMNS = 1024 };

lt_status lt_column_means(double *mean, const lt_tensor *x) {
    lt_tensor rows LT_EMPTY, figure LT_EMPTY;
    LT_TRY(lt_alias(&rows, (lt_tensor *)x));
    lt_status status = lt_reduce(&figure, LT_RE_mean, &rows, 1, (int[]){0}, false);
    for (int64_t j = 0; status == LT_OK && j < x->shape[1]; j++)
        mean[j] = lt_get_double(&figure, j);
    lt_release(&figure);
    lt_release(&rows);
    return status;
}

typedef struct job {
    const lt_tensor *x;
    const lt_columns *columns;
    void *centre;                /* [d] in the dtype of x */
    int64_t width, d, stretches; /* width: of the rows; d: columns that are looked at */
    lt_dtype dtype;
    size_t size;
    double *sums;  /* [stretches, d, d] */
    double *drift; /* [stretches, d] sums of the rows less the centre */
    lt_workspace scratch;
} job;

/* out [rows, d] = the columns of rows [rows, width] less the centre, in the dtype of x. Their sum
 * is added to `total` [d]; `sum` [d] is scratch. */
#define CENTRE(T)                                                                                  \
    static LT_SIMD void centre_##T(const T *x, int64_t width, const lt_columns *columns,           \
                                   const T *centre, int64_t rows, T *restrict out,                 \
                                   T *restrict sum, double *restrict total) {                      \
        int64_t d = columns->count;                                                                \
        memset(sum, 0, (size_t)d * sizeof *sum);                                                   \
        for (int64_t i = 0; i < rows; i++)                                                         \
            for (int64_t r = 0, at = 0; r < columns->runs; at += columns->run[r++].count) {        \
                const T *from = x + i * width + columns->run[r].from;                              \
                _Pragma("omp simd") for (int64_t c = 0; c < columns->run[r].count; c++) {          \
                    const T v = from[c] - centre[at + c];                                          \
                    out[i * d + at + c] = v;                                                       \
                    sum[at + c] += v;                                                              \
                }                                                                                  \
            }                                                                                      \
        for (int64_t c = 0; c < d; c++)                                                            \
            total[c] += (double)sum[c];                                                            \
    }
CENTRE(float)
CENTRE(double)

static void centre_rows(const job *j, int64_t from, int64_t rows, void *out, void *sum,
                        double *total) {
    const char *x = (const char *)lt_data(j->x) + (size_t)(from * j->width) * j->size;
    if (j->dtype == LT_FLOAT32)
        centre_float((const float *)x, j->width, j->columns, j->centre, rows, out, sum, total);
    else
        centre_double((const double *)x, j->width, j->columns, j->centre, rows, out, sum, total);
}

/* Add the lower triangle of `part` to the sums. */
static void add_part(const job *j, const void *part, double *sums) {
    for (int64_t i = 0; i < j->d; i++)
        for (int64_t c = 0; c <= i; c++)
            sums[i * j->d + c] += j->dtype == LT_FLOAT32
                                      ? (double)((const float *)part)[i * j->d + c]
                                      : ((const double *)part)[i * j->d + c];
}

static void sum_stretch(void *context, int64_t begin, int64_t end, int64_t stretch) {
    const job *j = context;
    char *at = lt_workspace_mine(&j->scratch);
    void *rows = lt_workspace_cut(&at, BLOCK_ROWS * (size_t)j->d * j->size);
    void *part = lt_workspace_cut(&at, (size_t)(j->d * j->d) * j->size);
    void *sum = lt_workspace_cut(&at, (size_t)j->d * j->size);
    double *sums = j->sums + stretch * j->d * j->d, *drift = j->drift + stretch * j->d;
    int gathered = 0;
    memset(sums, 0, (size_t)(j->d * j->d) * sizeof *sums);
    memset(drift, 0, (size_t)j->d * sizeof *drift);
    for (int64_t from = begin; from < end && !lt_interrupted(); from += BLOCK_ROWS) {
        int64_t count = end - from < BLOCK_ROWS ? end - from : BLOCK_ROWS;
        centre_rows(j, from, count, rows, sum, drift);
        lt_syrk(j->dtype, count, j->d, rows, gathered > 0, part);
        if (++gathered == BLOCKS || from + BLOCK_ROWS >= end) {
            add_part(j, part, sums);
            gathered = 0;
        }
    }
}

static size_t room_for(const job *j) {
    return lt_workspace_room(BLOCK_ROWS * (size_t)j->d * j->size) +
           lt_workspace_room((size_t)(j->d * j->d) * j->size) +
           lt_workspace_room((size_t)j->d * j->size);
}

/* Products and drifts of all stretches about `centre` [d], which is rounded to the dtype of x. */
static lt_status sum_stretches(job *j, lt_arena *a, const lt_tensor *x, const lt_columns *columns,
                               double *centre) {
    int64_t n = x->shape[0], d = columns->count, most = STRETCH_SUMS / (d * d);
    most = most < 1 ? 1 : most > STRETCHES ? STRETCHES : most;
    int64_t grain = lt_chunks(n, most) < BLOCK_ROWS ? BLOCK_ROWS : lt_chunks(n, most);
    *j = (job){.x = x, .columns = columns, .width = x->shape[1], .d = d};
    j->dtype = (lt_dtype)x->dtype;
    j->stretches = lt_chunks(n, grain);
    j->size = lt_dtype_size(j->dtype);
    j->centre = lt_take(a, (size_t)d * j->size);
    j->sums = lt_take(a, (size_t)(j->stretches * d * d) * sizeof *j->sums);
    j->drift = lt_take(a, (size_t)(j->stretches * d) * sizeof *j->drift);
    if (a->failed || !lt_workspace_take(&j->scratch, room_for(j)))
        return lt_no_memory(NAME);
    for (int64_t c = 0; c < d; c++)
        if (j->dtype == LT_FLOAT32)
            centre[c] = (double)(((float *)j->centre)[c] = (float)centre[c]);
        else
            ((double *)j->centre)[c] = centre[c];
    bool done = lt_parallel(n, grain, sum_stretch, j);
    lt_workspace_drop(&j->scratch);
    return done ? LT_OK : lt_stopped();
}

static double sum_over_stretches(const job *j, const double *figures, int64_t each, int64_t i) {
    double sum = 0;
    for (int64_t s = 0; s < j->stretches; s++)
        sum += figures[s * each + i];
    return sum;
}

lt_status lt_scatter_about_origin(double *scatter, const lt_tensor *x) {
    int64_t d = x->shape[1];
    lt_arena a = {0};
    lt_columns all;
    job j;
    double *origin = lt_take_zeroed(&a, (size_t)d * sizeof *origin);
    lt_status status = origin ? lt_columns_all(&all, &a, NAME, d) : lt_no_memory(NAME);
    if (status == LT_OK)
        status = sum_stretches(&j, &a, x, &all, origin);
    for (int64_t i = 0; status == LT_OK && i < d; i++)
        for (int64_t c = 0; c <= i; c++)
            scatter[i * d + c] = scatter[c * d + i] =
                sum_over_stretches(&j, j.sums, d * d, i * d + c);
    lt_arena_drop(&a);
    return status;
}

static void sample_mean(double *mean, const lt_tensor *x) {
    int64_t n = x->shape[0], d = x->shape[1], count = n < SAMPLE ? n : SAMPLE;
    for (int64_t c = 0; c < d; c++)
        mean[c] = 0;
    for (int64_t i = 0; i < count; i++)
        for (int64_t c = 0; c < d; c++)
            mean[c] += lt_get_double(x, i * n / count * d + c) / (double)count;
}

/* About a sample's mean first, which is near enough for nothing to cancel (Chan, Golub and LeVeque
 * 1983), then moved to the mean of all. */
lt_status lt_scatter_matrix(double *scatter, double *mean, const lt_tensor *x,
                            const lt_columns *columns) {
    int64_t n = x->shape[0], d = columns->count;
    lt_arena a = {0};
    job j;
    double *centre = lt_take(&a, (size_t)d * sizeof *centre);
    double *off = lt_take(&a, (size_t)d * sizeof *off);
    if (a.failed) {
        lt_arena_drop(&a);
        return lt_no_memory(NAME);
    }
    sample_mean(mean, x);
    lt_columns_take(columns, mean, centre);
    lt_status status = sum_stretches(&j, &a, x, columns, centre);
    for (int64_t c = 0; status == LT_OK && c < d; c++) {
        off[c] = sum_over_stretches(&j, j.drift, d, c) / (double)n;
        centre[c] += off[c];
    }
    lt_columns_put(columns, centre, mean);
    for (int64_t i = 0; status == LT_OK && i < d; i++)
        for (int64_t c = 0; c <= i; c++)
            scatter[i * d + c] = scatter[c * d + i] =
                sum_over_stretches(&j, j.sums, d * d, i * d + c) - (double)n * off[i] * off[c];
    lt_arena_drop(&a);
    return status;
}

/* ---- eigenvectors ---- */

void lt_settle_signs(double *vectors, int64_t count, int64_t d) {
    for (int64_t i = 0; i < count; i++) {
        double *v = vectors + i * d, largest = 0;
        for (int64_t j = 0; j < d; j++)
            if (fabs(v[j]) > fabs(largest))
                largest = v[j];
        for (int64_t j = 0; largest < 0 && j < d; j++)
            v[j] = -v[j];
    }
}

/* All of them, by divide and conquer, ascending. */
static int all_eigen(double *a, int64_t d, double *values, double *vectors) {
    int info = lt_lapack_eigh(LT_FLOAT64, d, true, a, values);
    if (info == 0)
        memcpy(vectors, a, (size_t)(d * d) * sizeof *vectors);
    return info;
}

/* The last `count`, ascending: they cost little more than the tridiagonal form. */
static int last_eigen(double *a, int64_t d, int64_t count, double *values, double *vectors,
                      double *room, int *support) {
    int found = 0;
    int info = (int)LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'I', 'L', (int)d, a, (int)d, 0, 0,
                                   (int)(d - count + 1), (int)d, 0, &found, room, vectors, (int)d,
                                   support);
    memcpy(values, room, (size_t)count * sizeof *values);
    return info;
}

static void reverse_rows(double *values, double *vectors, int64_t count, int64_t d) {
    for (int64_t i = 0, k = count - 1; i < k; i++, k--) {
        double value = values[i];
        values[i] = values[k];
        values[k] = value;
        for (int64_t j = 0; j < d; j++) {
            double v = vectors[i * d + j];
            vectors[i * d + j] = vectors[k * d + j];
            vectors[k * d + j] = v;
        }
    }
}

lt_status lt_leading_eigen(const char *model, double *a, int64_t d, int64_t count, double *values,
                           double *vectors) {
    lt_arena arena = {0};
    double *room = lt_take(&arena, (size_t)d * sizeof *room);
    int *support = lt_take(&arena, 2 * (size_t)d * sizeof *support);
    lt_status status = LT_OK;
    if (arena.failed || d > INT_MAX)
        status = lt_no_memory(model);
    for (int64_t j = 0; status == LT_OK && j < d; j++)
        if (!isfinite(a[j * d + j]))
            status = lt_fail(LT_EINVAL, "%s: the squares of column %lld overflow; scale x", model,
                             (long long)j + 1);
    if (status == LT_OK) {
        lt_lapack_share(d >= SHARED_COLUMNS);
        int info = count == d ? all_eigen(a, d, values, vectors)
                              : last_eigen(a, d, count, values, vectors, room, support);
        lt_lapack_share(true);
        if (info < 0)
            status = lt_no_memory(model);
        else if (info > 0)
            status = lt_fail(LT_EINVAL, "%s: the eigenvalues did not converge", model);
    }
    if (status == LT_OK) {
        reverse_rows(values, vectors, count, d);
        lt_settle_signs(vectors, count, d);
    }
    lt_arena_drop(&arena);
    return status;
}
