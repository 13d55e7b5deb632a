#include "models/mixture_start.h"

#include <math.h>
#include <string.h>

#include "models/kmeans.h"
#include "models/kmeans_start.h"
#include "ops/create.h"

#define NAME "GaussianMixture"

/* A variance is none when it is below this part of the data's. */
static double part_of_none(lt_dtype dtype) {
    return dtype == LT_FLOAT32 ? 1e-7 : 1e-14;
}

/* ---- the whole of the data ---- */

/* Sums over all rows about the origin; w has one component. */
static lt_status sum_all(lt_mixture_work *w) {
    double evidence;
    int32_t *given = lt_take_zeroed(&w->arena, (size_t)w->n * sizeof *given);
    if (!given)
        return lt_no_memory(NAME);
    w->pass.given = given;
    memcpy(w->means, w->origin, (size_t)w->d * sizeof(double));
    return lt_mixture_run(w, true, &evidence);
}

/* Variances up to which a component counts as collapsed. */
static lt_status find_least(lt_mixture_work *w, const lt_tensor *x) {
    lt_mixture_work all = {.n = 0};
    double mean = 0, part = part_of_none(w->dtype), n = (double)w->n;
    lt_status status = lt_mixture_open(&all, x, LT_COVARIANCE_DIAG, 1, w->origin);
    if (status == LT_OK)
        status = sum_all(&all);
    for (int64_t j = 0; status == LT_OK && j < w->d; j++) {
        double shift = all.sums[1 + j] / n;
        w->least[j] = part * (all.sums[1 + w->d + j] / n - shift * shift);
        mean += w->least[j] / (double)w->d;
    }
    for (int64_t j = 0; w->kind == LT_COVARIANCE_SPHERICAL && j < w->d; j++)
        w->least[j] = mean;
    lt_mixture_close(&all);
    return status;
}

/* The data's covariance as that of every component; the scatter that tied covariances need. */
static lt_status spread(lt_mixture_work *w, const lt_tensor *x, double floor) {
    lt_mixture_work all = {.n = 0};
    bool tied = w->kind == LT_COVARIANCE_TIED, collapsed;
    int64_t d = w->d, each = lt_mixture_covariance_size(w->kind, d, 1);
    lt_covariance kind = tied ? LT_COVARIANCE_FULL : w->kind;
    lt_status status = lt_mixture_open(&all, x, kind, 1, w->origin);
    if (status == LT_OK)
        status = sum_all(&all);
    if (status == LT_OK)
        lt_mixture_maximise(&all, floor, &collapsed);
    for (int64_t c = 0; status == LT_OK && c < (tied ? 1 : w->k); c++)
        memcpy(w->covariances + c * each, all.covariances, (size_t)each * sizeof(double));
    for (int64_t i = 0; status == LT_OK && tied && i < d; i++)
        for (int64_t j = 0; j <= i; j++)
            w->scatter[i * d + j] = all.sums[1 + d + i * d + j];
    lt_mixture_close(&all);
    return status;
}

/* ---- means ---- */

static void set_means(lt_mixture_work *w, const lt_tensor *centers) {
    for (int64_t i = 0; i < w->k * w->d; i++)
        w->means[i] = lt_get_double(centers, i);
    for (int64_t c = 0; c < w->k; c++)
        w->weights[c] = 1 / (double)w->k;
}

static lt_status start_at(lt_mixture_work *w, const lt_tensor *x, const lt_mixture_options *o,
                          lt_kmeans_init init) {
    lt_tensor centers LT_EMPTY;
    lt_kmeans_options ko = {.model = NAME, .k = w->k, .init = init, .seed = o->seed};
    LT_TRY(lt_kmeans_start(&centers, x, &ko, 0));
    set_means(w, &centers);
    lt_release(&centers);
    return LT_OK;
}

/* One M step from the clusters of k-means. */
static lt_status start_kmeans(lt_mixture_work *w, lt_tensor *x, const lt_mixture_options *o,
                              bool *collapsed) {
    lt_kmeans_options ko = {
        .model = NAME, .k = w->k, .n_init = 1, .max_iter = 100, .tol = 1e-4, .seed = o->seed};
    lt_kmeans_result r = {.n_iter = 0};
    double evidence;
    LT_TRY(lt_kmeans(&r, x, &ko));
    int32_t *given = lt_take(&w->arena, (size_t)w->n * sizeof *given);
    for (int64_t i = 0; given && i < w->n; i++)
        given[i] = (int32_t)(((int64_t *)lt_data(&r.labels))[i] - 1);
    set_means(w, &r.centers);
    lt_kmeans_release(&r);
    if (!given)
        return lt_no_memory(NAME);
    for (int64_t i = 0; i < w->k * w->d; i++) { /* sums about the centres */
        double gap = w->means[i] - w->origin[i % w->d];
        if (w->dtype == LT_FLOAT32)
            ((float *)w->pass.means)[i] = (float)gap;
        else
            ((double *)w->pass.means)[i] = gap;
    }
    w->pass.given = given;
    lt_status status = lt_mixture_run(w, true, &evidence);
    w->pass.given = NULL;
    if (status == LT_OK)
        lt_mixture_maximise(w, o->floor, collapsed);
    return status;
}

/* ---- given parameters ---- */

static lt_status check_shape(const lt_tensor *t, const char *name, int ndim, const int64_t *shape) {
    bool fits = t->ndim == ndim;
    for (int i = 0; fits && i < ndim; i++)
        fits = t->shape[i] == shape[i];
    if (!fits)
        return lt_fail(LT_EINVAL, NAME ": init.%s must be %s, not %s", name,
                       lt_shape_text(ndim, shape), lt_shape_of(t));
    return LT_OK;
}

static lt_status take(double *to, lt_tensor *t, const char *name, int ndim, const int64_t *shape) {
    lt_tensor dense LT_EMPTY;
    LT_TRY(check_shape(t, name, ndim, shape));
    LT_TRY(lt_cast(&dense, t, LT_FLOAT64));
    lt_status status = LT_OK;
    for (int64_t i = 0; i < dense.numel; i++) {
        to[i] = ((double *)lt_data(&dense))[i];
        if (!isfinite(to[i]))
            status = lt_fail(LT_EINVAL, NAME ": init.%s holds %g", name, to[i]);
    }
    lt_release(&dense);
    return status;
}

static lt_status take_weights(lt_mixture_work *w, lt_tensor *t) {
    double sum = 0;
    LT_TRY(take(w->weights, t, "weights", 1, &w->k));
    for (int64_t c = 0; c < w->k; c++) {
        sum += w->weights[c];
        if (w->weights[c] < 0)
            return lt_fail(LT_EINVAL, NAME ": init.weights must not be negative, but one is %g",
                           w->weights[c]);
    }
    if (fabs(sum - 1) > 1e-4)
        return lt_fail(LT_EINVAL, NAME ": init.weights must sum to 1, not %g", sum);
    return LT_OK;
}

static lt_status take_given(lt_mixture_work *w, const lt_mixture_options *o) {
    LT_TRY(take(w->means, o->start_means, "means", 2, (int64_t[]){w->k, w->d}));
    for (int64_t c = 0; c < w->k; c++)
        w->weights[c] = 1 / (double)w->k;
    if (o->start_weights)
        LT_TRY(take_weights(w, o->start_weights));
    if (!o->start_covariances)
        return LT_OK;
    int64_t k = w->k, d = w->d;
    switch (w->kind) {
    case LT_COVARIANCE_FULL:
        return take(w->covariances, o->start_covariances, "covariances", 3, (int64_t[]){k, d, d});
    case LT_COVARIANCE_TIED:
        return take(w->covariances, o->start_covariances, "covariances", 2, (int64_t[]){d, d});
    case LT_COVARIANCE_DIAG:
        return take(w->covariances, o->start_covariances, "covariances", 2, (int64_t[]){k, d});
    default:
        return take(w->covariances, o->start_covariances, "covariances", 1, &k);
    }
}

lt_status lt_mixture_start(lt_mixture_work *w, const lt_tensor *x, const lt_mixture_options *o) {
    bool *collapsed = lt_take(&w->arena, (size_t)w->k * sizeof *collapsed);
    if (!collapsed)
        return lt_no_memory(NAME);
    LT_TRY(find_least(w, x));
    LT_TRY(spread(w, x, o->floor));
    switch (o->init) {
    case LT_MIXTURE_KMEANS:
        return start_kmeans(w, (lt_tensor *)x, o, collapsed);
    case LT_MIXTURE_RANDOM:
        return start_at(w, x, o, LT_KMEANS_RANDOM);
    case LT_MIXTURE_LINSPACE:
        return start_at(w, x, o, LT_KMEANS_LINSPACE);
    default:
        return take_given(w, o);
    }
}
