#include "models/mixture_steps.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "kernels/lapack.h"
#include "kernels/parallel.h"

#define LOG_TWO_PI 1.8378770664093453

/* Rows are passed over in stretches, each with sums of its own: so many at most, of at least so
 * many rows, and with no more sums altogether than fit in some memory. */
enum { STRETCHES = 64, STRETCH_ROWS = 4096 };
#define STRETCH_SUMS ((int64_t)1 << 24)

int64_t lt_mixture_covariance_size(lt_covariance kind, int64_t d, int64_t k) {
    switch (kind) {
    case LT_COVARIANCE_FULL:
        return k * d * d;
    case LT_COVARIANCE_TIED:
        return d * d;
    case LT_COVARIANCE_DIAG:
        return k * d;
    default:
        return k;
    }
}

static int64_t sums_each(const lt_mixture_work *w) {
    return 1 + w->d + lt_mixture_squares(w->kind, w->d);
}

static void set(const lt_mixture_work *w, const void *at, int64_t i, double value) {
    if (w->dtype == LT_FLOAT32)
        ((float *)at)[i] = (float)value;
    else
        ((double *)at)[i] = value;
}

/* ---- getting ready ---- */

static void choose_stretches(lt_mixture_work *w) {
    int64_t most = STRETCH_SUMS / (w->k * sums_each(w));
    most = most < 1 ? 1 : most > STRETCHES ? STRETCHES : most;
    w->grain = lt_chunks(w->n, most);
    w->grain = w->grain < STRETCH_ROWS ? STRETCH_ROWS : w->grain;
    w->stretches = lt_chunks(w->n, w->grain);
}

lt_status lt_mixture_open(lt_mixture_work *w, const lt_tensor *x, lt_covariance kind, int64_t k,
                          const double *origin) {
    *w = (lt_mixture_work){
        .kind = kind, .dtype = (lt_dtype)x->dtype, .n = x->shape[0], .d = x->shape[1], .k = k};
    w->size = (int64_t)lt_dtype_size(w->dtype);
    choose_stretches(w);
    size_t d = (size_t)w->d, kd = (size_t)k * d, size = (size_t)w->size;
    size_t cov = (size_t)lt_mixture_covariance_size(kind, w->d, k);
    size_t sums = (size_t)(k * sums_each(w)) * sizeof(double);
    lt_arena *a = &w->arena;
    w->weights = lt_take_zeroed(a, (size_t)k * sizeof(double));
    w->means = lt_take_zeroed(a, kd * sizeof(double));
    w->covariances = lt_take_zeroed(a, cov * sizeof(double));
    w->origin = lt_take(a, d * sizeof(double));
    w->least = lt_take_zeroed(a, d * sizeof(double));
    w->sums = lt_take(a, sums);
    bool square = kind == LT_COVARIANCE_FULL || kind == LT_COVARIANCE_TIED;
    size_t block = (square ? d * d : d) * sizeof(double);
    w->factor = lt_take(a, block);
    w->inverse = lt_take(a, block);
    w->candidate = lt_take(a, block);
    w->scatter = lt_take_zeroed(a, kind == LT_COVARIANCE_TIED ? block : 1);
    w->pass = (lt_mixture_pass){.kind = kind, .x = lt_data(x), .n = w->n, .d = w->d, .k = k};
    w->pass.origin = lt_take(a, d * size);
    w->pass.means = lt_take_zeroed(a, kd * size);
    w->pass.bias = lt_take_zeroed(a, (size_t)k * size);
    w->pass.white = lt_take_zeroed(a, cov * size);
    w->pass.white_means = lt_take_zeroed(a, kd * size);
    w->pass.evidence = lt_take(a, (size_t)w->stretches * sizeof(double));
    w->pass.sums = lt_take(a, (size_t)w->stretches * sums);
    if (a->failed || !lt_workspace_take(&w->pass.scratch, lt_mixture_scratch(kind, w->d, k, size)))
        return lt_no_memory("GaussianMixture");
    memcpy(w->origin, origin, d * sizeof(double));
    for (int64_t j = 0; j < w->d; j++)
        set(w, w->pass.origin, j, origin[j]);
    return LT_OK;
}

void lt_mixture_close(lt_mixture_work *w) {
    lt_workspace_drop(&w->pass.scratch);
    lt_arena_drop(&w->arena);
}

/* ---- parameters to whitened form ---- */

/* The inverse of the Cholesky factor of a covariance [d, d], and half its log determinant with the
 * sign turned. False where it is not positive definite. */
static bool invert_factor(lt_mixture_work *w, const double *covariance, double *log_det) {
    int64_t d = w->d;
    memcpy(w->factor, covariance, (size_t)(d * d) * sizeof(double));
    memset(w->inverse, 0, (size_t)(d * d) * sizeof(double));
    if (lt_lapack_cholesky(LT_FLOAT64, d, w->factor) != 0)
        return false;
    *log_det = 0;
    for (int64_t j = 0; j < d; j++) {
        double pivot = w->factor[j * d + j];
        if (!(pivot * pivot > w->least[j]) || !isfinite(pivot))
            return false;
        *log_det -= log(pivot);
        w->inverse[j * d + j] = 1;
    }
    return lt_lapack_triangular(LT_FLOAT64, d, d, false, false, w->factor, w->inverse) == 0;
}

/* The same for variances on the diagonal, `step` 0 where one serves all columns. */
static bool invert_roots(lt_mixture_work *w, const double *variance, int64_t step,
                         double *log_det) {
    *log_det = 0;
    for (int64_t j = 0; j < w->d; j++) {
        double v = variance[j * step];
        if (!(v > w->least[j]) || !isfinite(v))
            return false;
        w->inverse[j] = 1 / sqrt(v);
        *log_det -= log(v) / 2;
    }
    return true;
}

static bool invert(lt_mixture_work *w, const double *covariance, double *log_det) {
    if (w->kind == LT_COVARIANCE_FULL || w->kind == LT_COVARIANCE_TIED)
        return invert_factor(w, covariance, log_det);
    return invert_roots(w, covariance, w->kind == LT_COVARIANCE_DIAG, log_det);
}

/* Whitened mean of component c: w (mean - origin). */
static void whiten_mean(lt_mixture_work *w, int64_t c) {
    for (int64_t i = 0; i < w->d; i++) {
        double sum = 0;
        for (int64_t j = 0; j <= i; j++)
            sum += w->inverse[i * w->d + j] * (w->means[c * w->d + j] - w->origin[j]);
        set(w, w->pass.white_means, c * w->d + i, sum);
    }
}

bool lt_mixture_arm(lt_mixture_work *w, int64_t *bad) {
    bool square = w->kind == LT_COVARIANCE_FULL || w->kind == LT_COVARIANCE_TIED;
    int64_t each = lt_mixture_covariance_size(w->kind, w->d, 1);
    double log_det = 0;
    for (int64_t c = 0; c < w->k; c++) {
        bool shared = w->kind == LT_COVARIANCE_TIED;
        *bad = c;
        if ((c == 0 || !shared) && !invert(w, w->covariances + (shared ? 0 : c * each), &log_det))
            return false;
        for (int64_t i = 0; (c == 0 || !shared) && i < each; i++)
            set(w, w->pass.white, c * each + i, w->inverse[i]);
        if (square)
            whiten_mean(w, c);
        for (int64_t j = 0; j < w->d; j++)
            set(w, w->pass.means, c * w->d + j, w->means[c * w->d + j] - w->origin[j]);
        set(w, w->pass.bias, c, log(w->weights[c]) + log_det - (double)w->d * LOG_TWO_PI / 2);
    }
    return true;
}

/* ---- passes ---- */

lt_status lt_mixture_run(lt_mixture_work *w, bool collect, double *evidence) {
    lt_mixture_pass p = w->pass;
    int64_t count = w->k * sums_each(w);
    if (!collect)
        p.sums = NULL;
    lt_mixture_fn pass = w->dtype == LT_FLOAT32 ? lt_mixture_float32 : lt_mixture_float64;
    if (!lt_parallel(w->n, w->grain, pass, &p))
        return lt_stopped();
    *evidence = 0;
    if (collect)
        memset(w->sums, 0, (size_t)count * sizeof(double));
    for (int64_t s = 0; s < w->stretches; s++) {
        *evidence += p.evidence[s];
        for (int64_t i = 0; collect && i < count; i++)
            w->sums[i] += p.sums[s * count + i];
    }
    return LT_OK;
}

/* ---- M step ---- */

/* Covariance of component c from its sums, in w->candidate; `shift` [d] is how far its mean goes.
 * Returns its mean variance before the floor is added. */
static double find_covariance(lt_mixture_work *w, const double *second, const double *shift,
                              double count, double floor) {
    int64_t d = w->d;
    double *to = w->candidate, trace = 0;
    if (w->kind == LT_COVARIANCE_FULL) {
        for (int64_t i = 0; i < d; i++)
            for (int64_t j = 0; j <= i; j++)
                to[i * d + j] = to[j * d + i] = second[i * d + j] / count - shift[i] * shift[j];
        for (int64_t i = 0; i < d; i++) {
            trace += to[i * d + i];
            to[i * d + i] += floor;
        }
        return trace / (double)d;
    }
    for (int64_t j = 0; j < d; j++) {
        to[j] = second[j] / count - shift[j] * shift[j];
        trace += to[j];
        to[j] += floor;
    }
    if (w->kind == LT_COVARIANCE_SPHERICAL)
        to[0] = trace / (double)d + floor;
    return trace / (double)d;
}

/* New mean and covariance of one component; false where it collapses. */
static bool maximise_one(lt_mixture_work *w, int64_t c, double floor) {
    const double *sums = w->sums + c * sums_each(w);
    int64_t d = w->d, each = lt_mixture_covariance_size(w->kind, d, 1);
    double count = sums[0], *mean = w->means + c * d, *shift = w->inverse, log_det;
    w->weights[c] = count / (double)w->n;
    if (!(count > 10 * DBL_EPSILON))
        return false;
    for (int64_t j = 0; j < d; j++)
        shift[j] = sums[1 + j] / count;
    if (w->kind != LT_COVARIANCE_TIED) {
        double width = find_covariance(w, sums + 1 + d, shift, count, floor);
        if (!invert(w, w->candidate, &log_det))
            return false;
        for (int64_t j = 0; j < d; j++)
            mean[j] += sums[1 + j] / count;
        memcpy(w->covariances + c * each, w->candidate, (size_t)each * sizeof(double));
        return width > w->least[0];
    }
    for (int64_t j = 0; j < d; j++)
        mean[j] += shift[j];
    return true;
}

/* The covariance that all components share: that of the rows less that of the means. */
static void maximise_tied(lt_mixture_work *w, double floor, bool *collapsed) {
    int64_t d = w->d;
    double *to = w->candidate, log_det;
    for (int64_t i = 0; i < d; i++)
        for (int64_t j = 0; j <= i; j++) {
            double sum = w->scatter[i * d + j] / (double)w->n;
            for (int64_t c = 0; c < w->k; c++)
                sum -= w->weights[c] * (w->means[c * d + i] - w->origin[i]) *
                       (w->means[c * d + j] - w->origin[j]);
            to[i * d + j] = to[j * d + i] = i == j ? sum + floor : sum;
        }
    if (invert(w, to, &log_det))
        memcpy(w->covariances, to, (size_t)(d * d) * sizeof(double));
    else
        for (int64_t c = 0; c < w->k; c++)
            collapsed[c] = true;
}

void lt_mixture_maximise(lt_mixture_work *w, double floor, bool *collapsed) {
    for (int64_t c = 0; c < w->k; c++)
        collapsed[c] = !maximise_one(w, c, floor);
    if (w->kind == LT_COVARIANCE_TIED)
        maximise_tied(w, floor, collapsed);
}
