#include "models/kmeans.h"

#include <string.h>

#include "models/kmeans_start.h"
#include "models/kmeans_steps.h"
#include "models/kmeans_trace.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

#define K_MAX ((int64_t)1 << 24) /* narrow kernels number the centres in floats */

#define TURNS_MAX 1000000000LL /* starts, and iterations of each */

/* One run from one start. */
typedef struct fit {
    const lt_kmeans_options *o;
    lt_lloyd steps;
    lt_kmeans_trace trace;
    int64_t before; /* iterations that earlier runs might have taken */
} fit;

/* ---- one run ---- */

/* One assignment and the centres that follow. `*settled` when no label has changed. */
static lt_status iterate(fit *f, bool first, double *shift, bool *settled) {
    lt_lloyd *s = &f->steps;
    LT_TRY(lt_lloyd_assign(s, first));
    if (f->o->trace)
        LT_TRY(lt_trace_assignment(&f->trace, s->x, s->centers, s->label));
    LT_TRY(lt_lloyd_update(s, first, shift));
    if (f->o->trace)
        lt_trace_centers(&f->trace, s->centers);
    *settled = !first && s->changes == 0;
    return LT_OK;
}

static lt_status run(fit *f, lt_kmeans_result *out) {
    lt_lloyd *s = &f->steps;
    const lt_kmeans_options *o = f->o;
    double limit = o->tol * s->spread, shift = 0;
    bool settled = false;
    if (o->trace)
        LT_TRY(lt_trace_begin(&f->trace, s->x, s->centers, s->k));
    for (int64_t i = 0; i < o->max_iter && !out->converged; i++) {
        LT_TRY(lt_check_interrupt());
        LT_TRY(iterate(f, i == 0, &shift, &settled));
        out->n_iter = i + 1;
        out->shift = s->spread > 0 ? shift / s->spread : shift;
        out->converged = settled || (o->tol > 0 && shift <= limit);
        lt_report(&o->watch, f->before + i + 1, o->n_init * o->max_iter, out->shift);
    }
    lt_lloyd_settle(s);
    if (!settled || shift > 0) /* the labels belong to the centres before these */
        LT_TRY(lt_lloyd_assign(s, false));
    return lt_lloyd_inertia(s, &out->inertia);
}

static lt_status write_result(fit *f, lt_kmeans_result *out) {
    const lt_lloyd *s = &f->steps;
    LT_TRY(lt_empty(&out->centers, s->dtype, 2, (int64_t[]){s->k, s->d}));
    memcpy(lt_data(&out->centers), s->centers, (size_t)(s->k * s->d * s->size));
    LT_TRY(lt_lloyd_labels(s, &out->labels));
    return lt_trace_end(&f->trace, out);
}

static lt_status fit_once(lt_kmeans_result *out, const lt_tensor *x, const lt_kmeans_options *o,
                          int64_t number) {
    fit f = {.o = o, .before = number * o->max_iter};
    lt_tensor start LT_EMPTY;
    lt_status status = lt_kmeans_start(&start, x, o, (uint64_t)number);
    if (status == LT_OK)
        status = lt_lloyd_begin(&f.steps, x, o, lt_data(&start));
    if (status == LT_OK)
        status = run(&f, out);
    if (status == LT_OK)
        status = write_result(&f, out);
    lt_lloyd_end(&f.steps);
    lt_trace_end(&f.trace, NULL);
    lt_release(&start);
    if (status != LT_OK)
        lt_kmeans_release(out);
    return status;
}

void lt_kmeans_release(lt_kmeans_result *r) {
    lt_tensor *tensors[] = {&r->centers,   &r->labels,     &r->trace_centers,
                            &r->trace_low, &r->trace_high, &r->trace_inertia};
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        lt_release(tensors[i]);
    memset(r, 0, sizeof *r);
}

/* ---- all runs ---- */

lt_status lt_kmeans_check_k(const lt_tensor *x, const lt_kmeans_options *o) {
    if (o->k < 1)
        return lt_fail(LT_EINVAL, "%s: k must be at least 1, not %lld", o->model, (long long)o->k);
    if (o->k > x->shape[0])
        return lt_fail(LT_EINVAL, "%s: k = %lld clusters need at least as many rows; x is %s",
                       o->model, (long long)o->k, lt_shape_of(x));
    if (o->k > K_MAX)
        return lt_fail(LT_EINVAL, "%s: k must be at most %lld, not %lld", o->model,
                       (long long)K_MAX, (long long)o->k);
    return LT_OK;
}

static lt_status check_options(const lt_tensor *x, const lt_kmeans_options *o) {
    LT_TRY(lt_kmeans_check_k(x, o));
    if (o->n_init < 1 || o->max_iter < 1 || o->n_init > TURNS_MAX || o->max_iter > TURNS_MAX)
        return lt_fail(LT_EINVAL,
                       "%s: n_init and max_iter must be from 1 to %lld, not %lld and %lld",
                       o->model, TURNS_MAX, (long long)o->n_init, (long long)o->max_iter);
    if (!(o->tol >= 0))
        return lt_fail(LT_EINVAL, "%s: tol must not be negative, but is %g", o->model, o->tol);
    return LT_OK;
}

static lt_status fit_best(lt_kmeans_result *out, const lt_tensor *x, const lt_kmeans_options *o) {
    LT_TRY(check_options(x, o));
    bool is_random = o->init == LT_KMEANS_PLUS_PLUS || o->init == LT_KMEANS_RANDOM;
    for (int64_t i = 0; i < (is_random ? o->n_init : 1); i++) {
        lt_kmeans_result next = {.n_iter = 0};
        lt_status status = fit_once(&next, x, o, i);
        if (status != LT_OK) {
            lt_kmeans_release(out);
            return status;
        }
        lt_kmeans_result *worse = i == 0 || next.inertia < out->inertia ? out : &next;
        if (worse == out) {
            lt_kmeans_result kept = *out;
            *out = next;
            next = kept;
        }
        lt_kmeans_release(&next);
    }
    return LT_OK;
}

lt_status lt_kmeans(lt_kmeans_result *out, lt_tensor *x, const lt_kmeans_options *options) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_samples(&rows, options->model, x));
    lt_status status = fit_best(out, &rows, options);
    lt_release(&rows);
    return status;
}

/* ---- with centres at hand ---- */

/* Assign rows to given centres, and measure the distances where `inertia` is wanted. */
static lt_status assign_to(const char *model, lt_tensor *labels, double *inertia,
                           lt_tensor *centers, const lt_tensor *x) {
    lt_kmeans_options o = {.model = model, .k = centers->shape[0], .max_iter = 1};
    lt_lloyd s = {.o = &o};
    lt_status status = lt_lloyd_begin(&s, x, &o, lt_data(centers));
    if (status == LT_OK) {
        lt_lloyd_settle(&s);
        status = lt_lloyd_assign(&s, true);
    }
    if (status == LT_OK && inertia)
        status = lt_lloyd_inertia(&s, inertia);
    if (status == LT_OK && labels)
        status = lt_lloyd_labels(&s, labels);
    lt_lloyd_end(&s);
    return status;
}

lt_status lt_kmeans_assign(const char *model, lt_tensor *labels, double *inertia,
                           lt_tensor *centers, lt_tensor *x) {
    lt_tensor rows LT_EMPTY, dense LT_EMPTY;
    if (centers->ndim != 2 || centers->numel == 0)
        return lt_fail(LT_EINVAL, "%s: centers must be a matrix [k, columns], not %s", model,
                       lt_shape_of(centers));
    lt_dtype dtype =
        lt_dtype_is_float((lt_dtype)centers->dtype) ? (lt_dtype)centers->dtype : lt_default_dtype();
    LT_TRY(lt_queries(&rows, model, x, centers->shape[1], dtype));
    lt_status status = lt_cast(&dense, centers, dtype);
    if (inertia)
        *inertia = 0;
    if (status == LT_OK && rows.shape[0] > 0)
        status = assign_to(model, labels, inertia, &dense, &rows);
    else if (status == LT_OK && labels)
        status = lt_empty(labels, LT_INT64, 1, (int64_t[]){0});
    lt_release(&dense);
    lt_release(&rows);
    return status;
}
