#include "models/mixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/lapack.h"
#include "models/mixture_start.h"
#include "models/mixture_steps.h"
#include "ops/create.h"
#include "ops/reduce.h"
#include "tensor/interrupt.h"

#define NAME "GaussianMixture"

/* One fit at work. */
typedef struct fit {
    const lt_mixture_options *o;
    lt_mixture_work w;
    bool *collapsed; /* [k] */
    double *loss;    /* [steps + 1] */
    double *trace;   /* [steps + 1] times weights, means, covariances, or NULL */
    int64_t steps, capacity, covariance;
} fit;

/* ---- the history of a fit ---- */

static int64_t frame(const fit *f) {
    return f->w.k * (1 + f->w.d) + f->covariance;
}

static lt_status grow(fit *f) {
    if (f->steps < f->capacity)
        return LT_OK;
    int64_t capacity = f->capacity ? 2 * f->capacity : 32;
    double *loss = realloc(f->loss, (size_t)capacity * sizeof *loss);
    if (!loss)
        return lt_no_memory(NAME);
    f->loss = loss;
    if (f->o->trace) {
        double *trace = realloc(f->trace, (size_t)(capacity * frame(f)) * sizeof *trace);
        if (!trace)
            return lt_no_memory(NAME);
        f->trace = trace;
    }
    f->capacity = capacity;
    return LT_OK;
}

/* Record the parameters in force and the loss that they give. */
static lt_status record(fit *f, double evidence) {
    const lt_mixture_work *w = &f->w;
    LT_TRY(grow(f));
    f->loss[f->steps] = -evidence;
    if (f->o->trace) {
        double *to = f->trace + f->steps * frame(f);
        memcpy(to, w->weights, (size_t)w->k * sizeof *to);
        memcpy(to + w->k, w->means, (size_t)(w->k * w->d) * sizeof *to);
        memcpy(to + w->k * (1 + w->d), w->covariances, (size_t)f->covariance * sizeof *to);
    }
    f->steps++;
    return LT_OK;
}

/* ---- iterations ---- */

static lt_status arm(fit *f) {
    int64_t bad;
    if (lt_mixture_arm(&f->w, &bad))
        return LT_OK;
    return lt_fail(LT_EINVAL,
                   NAME ": the covariance that component %lld starts with is not positive "
                        "definite; a larger floor helps (it is %g)",
                   (long long)bad + 1, f->o->floor);
}

static lt_status iterate(fit *f, lt_mixture_result *out) {
    double evidence, before = -INFINITY;
    for (int64_t i = 0; i < f->o->max_iter && !out->converged; i++) {
        LT_TRY(lt_check_interrupt());
        LT_TRY(arm(f));
        LT_TRY(lt_mixture_run(&f->w, true, &evidence));
        LT_TRY(record(f, evidence));
        lt_mixture_maximise(&f->w, f->o->floor, f->collapsed);
        out->n_iter = i + 1;
        out->change = (evidence - before) / (double)f->w.n;
        out->converged = fabs(out->change) < f->o->tol;
        before = evidence;
        lt_report(&f->o->watch, i + 1, f->o->max_iter, -evidence);
    }
    LT_TRY(arm(f));
    LT_TRY(lt_empty(&out->labels, LT_INT64, 1, &f->w.n));
    f->w.pass.label = lt_data(&out->labels);
    LT_TRY(lt_mixture_run(&f->w, false, &evidence));
    return record(f, evidence);
}

/* ---- results ---- */

/* Shape of the covariances, with `lead` dimensions free in front. */
static int covariance_shape(lt_covariance kind, int64_t k, int64_t d, int lead, int64_t *shape) {
    int n = lead;
    if (kind != LT_COVARIANCE_TIED)
        shape[n++] = k;
    if (kind != LT_COVARIANCE_SPHERICAL)
        shape[n++] = d;
    if (kind == LT_COVARIANCE_FULL || kind == LT_COVARIANCE_TIED)
        shape[n++] = d;
    return n;
}

static lt_status write_tensor(lt_tensor *out, lt_dtype dtype, int ndim, const int64_t *shape,
                              const double *from) {
    LT_TRY(lt_empty(out, dtype, ndim, shape));
    for (int64_t i = 0; i < out->numel; i++)
        lt_set_double(out, i, from[i]);
    return LT_OK;
}

static lt_status write_parameters(const fit *f, lt_mixture *m) {
    const lt_mixture_work *w = &f->w;
    int64_t shape[3];
    m->kind = w->kind;
    LT_TRY(write_tensor(&m->weights, w->dtype, 1, &w->k, w->weights));
    LT_TRY(write_tensor(&m->means, w->dtype, 2, (int64_t[]){w->k, w->d}, w->means));
    int ndim = covariance_shape(w->kind, w->k, w->d, 0, shape);
    return write_tensor(&m->covariances, w->dtype, ndim, shape, w->covariances);
}

/* One part of all frames of the trace: `count` values from `at` on in each. */
static void write_part(const fit *f, lt_tensor *out, int64_t at, int64_t count) {
    for (int64_t t = 0; t < f->steps; t++)
        for (int64_t i = 0; i < count; i++)
            lt_set_double(out, t * count + i, f->trace[t * frame(f) + at + i]);
}

static lt_status write_trace(const fit *f, lt_mixture_result *out) {
    const lt_mixture_work *w = &f->w;
    int64_t shape[4] = {f->steps};
    int ndim = covariance_shape(w->kind, w->k, w->d, 1, shape);
    LT_TRY(lt_empty(&out->trace_covariances, w->dtype, ndim, shape));
    LT_TRY(lt_empty(&out->trace_weights, w->dtype, 2, (int64_t[]){f->steps, w->k}));
    LT_TRY(lt_empty(&out->trace_means, w->dtype, 3, (int64_t[]){f->steps, w->k, w->d}));
    write_part(f, &out->trace_weights, 0, w->k);
    write_part(f, &out->trace_means, w->k, w->k * w->d);
    write_part(f, &out->trace_covariances, w->k * (1 + w->d), f->covariance);
    return LT_OK;
}

static lt_status write_collapsed(const fit *f, lt_mixture_result *out) {
    int64_t count = 0;
    for (int64_t c = 0; c < f->w.k; c++)
        count += f->collapsed[c];
    LT_TRY(lt_empty(&out->collapsed, LT_INT64, 1, &count));
    for (int64_t c = f->w.k; c-- > 0;)
        if (f->collapsed[c])
            ((int64_t *)lt_data(&out->collapsed))[--count] = c + 1;
    return LT_OK;
}

static lt_status write_result(const fit *f, lt_mixture_result *out) {
    LT_TRY(write_parameters(f, &out->mixture));
    LT_TRY(write_tensor(&out->loss, LT_FLOAT64, 1, &f->steps, f->loss));
    LT_TRY(write_collapsed(f, out));
    return f->o->trace ? write_trace(f, out) : LT_OK;
}

void lt_mixture_release(lt_mixture_result *r) {
    lt_tensor *tensors[] = {
        &r->mixture.weights,  &r->mixture.means, &r->mixture.covariances, &r->loss,
        &r->labels,           &r->collapsed,     &r->trace_weights,       &r->trace_means,
        &r->trace_covariances};
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        lt_release(tensors[i]);
    memset(r, 0, sizeof *r);
}

/* ---- the fit ---- */

static lt_status check_options(const lt_tensor *x, const lt_mixture_options *o) {
    if (o->k < 1)
        return lt_fail(LT_EINVAL, NAME ": k must be at least 1, not %lld", (long long)o->k);
    if (o->k > x->shape[0])
        return lt_fail(LT_EINVAL, NAME ": k = %lld components need at least as many rows; x is %s",
                       (long long)o->k, lt_shape_of(x));
    if (o->max_iter < 0)
        return lt_fail(LT_EINVAL, NAME ": max_iter must not be negative, but is %lld",
                       (long long)o->max_iter);
    if (!(o->tol >= 0) || !(o->floor >= 0))
        return lt_fail(LT_EINVAL, NAME ": tol and floor must not be negative, but are %g and %g",
                       o->tol, o->floor);
    return LT_OK;
}

/* Column means: what the kernels take as origin. */
static lt_status find_origin(lt_arena *a, lt_tensor *x, double **origin) {
    lt_tensor mean LT_EMPTY;
    LT_TRY(lt_reduce(&mean, LT_RE_mean, x, 1, (int[]){0}, false));
    *origin = lt_take(a, (size_t)x->shape[1] * sizeof **origin);
    for (int64_t j = 0; *origin && j < x->shape[1]; j++)
        (*origin)[j] = lt_get_double(&mean, j);
    lt_release(&mean);
    return *origin ? LT_OK : lt_no_memory(NAME);
}

static lt_status fit_rows(fit *f, lt_arena *a, lt_mixture_result *out, lt_tensor *x) {
    double *origin;
    LT_TRY(check_options(x, f->o));
    LT_TRY(find_origin(a, x, &origin));
    LT_TRY(lt_mixture_open(&f->w, x, f->o->kind, f->o->k, origin));
    f->covariance = lt_mixture_covariance_size(f->o->kind, f->w.d, f->w.k);
    f->collapsed = lt_take_zeroed(a, (size_t)f->w.k * sizeof *f->collapsed);
    if (!f->collapsed)
        return lt_no_memory(NAME);
    LT_TRY(lt_mixture_start(&f->w, x, f->o));
    LT_TRY(iterate(f, out));
    return write_result(f, out);
}

lt_status lt_mixture_fit(lt_mixture_result *out, lt_tensor *x, const lt_mixture_options *options) {
    fit f = {.o = options};
    lt_arena a = {0};
    lt_tensor rows LT_EMPTY;
    lt_status status = lt_samples(&rows, NAME, x);
    if (status == LT_OK)
        status = fit_rows(&f, &a, out, &rows);
    free(f.loss);
    free(f.trace);
    lt_mixture_close(&f.w);
    lt_arena_drop(&a);
    lt_release(&rows);
    if (status != LT_OK)
        lt_mixture_release(out);
    return status;
}

/* ---- with parameters at hand ---- */

void lt_mixture_drop(lt_mixture *m) {
    lt_release(&m->weights);
    lt_release(&m->means);
    lt_release(&m->covariances);
}

lt_status lt_mixture_view(lt_mixture *m, lt_tensor *weights, lt_tensor *means,
                          lt_tensor *covariances) {
    int64_t k = means->shape[0], shape[3];
    if (means->ndim != 2 || means->numel == 0 || !lt_dtype_is_float((lt_dtype)means->dtype))
        return lt_fail(LT_EINVAL, NAME ": means must be floats [k, columns], not %s %s",
                       lt_dtype_name((lt_dtype)means->dtype), lt_shape_of(means));
    int ndim = covariance_shape(m->kind, k, means->shape[1], 0, shape);
    bool fits = weights->ndim == 1 && weights->shape[0] == k && covariances->ndim == ndim;
    for (int i = 0; fits && i < ndim; i++)
        fits = covariances->shape[i] == shape[i];
    if (!fits)
        return lt_fail(LT_EINVAL, NAME ": weights %s, means %s and covariances %s do not fit",
                       lt_shape_of(weights), lt_shape_of(means), lt_shape_of(covariances));
    lt_status status = lt_cast(&m->weights, weights, (lt_dtype)means->dtype);
    if (status == LT_OK)
        status = lt_cast(&m->means, means, (lt_dtype)means->dtype);
    if (status == LT_OK)
        status = lt_cast(&m->covariances, covariances, (lt_dtype)means->dtype);
    if (status != LT_OK)
        lt_mixture_drop(m);
    return status;
}

static void read_parameters(lt_mixture_work *w, const lt_mixture *m) {
    for (int64_t c = 0; c < w->k; c++)
        w->weights[c] = lt_get_double(&m->weights, c);
    for (int64_t i = 0; i < w->k * w->d; i++)
        w->means[i] = lt_get_double(&m->means, i);
    for (int64_t i = 0; i < m->covariances.numel; i++)
        w->covariances[i] = lt_get_double(&m->covariances, i);
}

/* Results by row for rows of which there is at least one. */
static lt_status evaluate(lt_mixture_work *w, lt_tensor *joint, lt_tensor *log_prob,
                          lt_tensor *labels) {
    int64_t bad;
    double evidence;
    if (!lt_mixture_arm(w, &bad))
        return lt_fail(LT_EINVAL,
                       NAME ": the covariance of component %lld is not positive definite",
                       (long long)bad + 1);
    w->pass.joint = joint ? lt_data(joint) : NULL;
    w->pass.log_prob = log_prob ? lt_data(log_prob) : NULL;
    w->pass.label = labels ? lt_data(labels) : NULL;
    return lt_mixture_run(w, false, &evidence);
}

static lt_status evaluate_rows(const lt_mixture *m, lt_tensor *rows, lt_tensor *joint,
                               lt_tensor *log_prob, lt_tensor *labels) {
    lt_mixture_work w = {.n = 0};
    lt_arena a = {0};
    int64_t n = rows->shape[0], k = m->weights.shape[0];
    double *origin;
    if (joint)
        LT_TRY(lt_empty(joint, (lt_dtype)rows->dtype, 2, (int64_t[]){n, k}));
    if (log_prob)
        LT_TRY(lt_empty(log_prob, (lt_dtype)rows->dtype, 1, &n));
    if (labels)
        LT_TRY(lt_empty(labels, LT_INT64, 1, &n));
    if (n == 0)
        return LT_OK;
    lt_status status = find_origin(&a, rows, &origin);
    if (status == LT_OK)
        status = lt_mixture_open(&w, rows, m->kind, k, origin);
    if (status == LT_OK) {
        read_parameters(&w, m);
        status = evaluate(&w, joint, log_prob, labels);
    }
    lt_mixture_close(&w);
    lt_arena_drop(&a);
    return status;
}

lt_status lt_mixture_evaluate(const lt_mixture *m, const char *model, lt_tensor *x,
                              lt_tensor *joint, lt_tensor *log_prob, lt_tensor *labels) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_queries(&rows, model, x, m->means.shape[1], (lt_dtype)m->means.dtype));
    lt_status status = evaluate_rows(m, &rows, joint, log_prob, labels);
    lt_release(&rows);
    lt_tensor *results[] = {joint, log_prob, labels};
    for (int i = 0; status != LT_OK && i < 3; i++)
        if (results[i])
            lt_release(results[i]);
    return status;
}
