#include "models/factor_analysis.h"

#include <math.h>
#include <string.h>

#include "models/arena.h"
#include "models/covariance.h"
#include "tensor/interrupt.h"

#define NAME        "FactorAnalysis"
#define LEAST_NOISE 1e-12
#define LOG_TWO_PI  1.8378770664093453

typedef struct fit {
    const lt_factor_options *o;
    int64_t n, d, c;
    lt_arena arena;
    double *mean, *noise;     /* [d] */
    double *covariance, *a;   /* [d, d]; scratch of that size */
    double *values, *vectors; /* [c], [c, d] */
    double *loadings;         /* [c, d] */
    double *loss;             /* [max_iter] */
} fit;

static lt_status take_memory(fit *f) {
    lt_arena *a = &f->arena;
    size_t d = (size_t)f->d, c = (size_t)f->c, size = sizeof(double);
    f->mean = lt_take(a, d * size);
    f->noise = lt_take(a, d * size);
    f->covariance = lt_take(a, d * d * size);
    f->a = lt_take(a, d * d * size);
    f->values = lt_take(a, c * size);
    f->vectors = lt_take(a, c * d * size);
    f->loadings = lt_take(a, c * d * size);
    f->loss = lt_take(a, (size_t)f->o->max_iter * size);
    return a->failed ? lt_no_memory(NAME) : LT_OK;
}

/* For given noise the best loadings follow from the eigenvectors of the covariance in units of
 * the noise. Returns minus the log-likelihood of the rows. */
static lt_status find_loadings(fit *f, double *loss) {
    int64_t d = f->d;
    double trace = 0, sum = (double)d * LOG_TWO_PI + (double)f->c;
    for (int64_t i = 0; i < d; i++)
        for (int64_t j = 0; j < d; j++) {
            double unit = (sqrt(f->noise[i]) + LEAST_NOISE) * (sqrt(f->noise[j]) + LEAST_NOISE);
            f->a[i * d + j] = f->covariance[i * d + j] / unit;
        }
    for (int64_t j = 0; j < d; j++)
        trace += f->a[j * d + j];
    LT_TRY(lt_leading_eigen(NAME, f->a, d, f->c, f->values, f->vectors));
    for (int64_t i = 0; i < f->c; i++) {
        double value = f->values[i] > 1e-300 ? f->values[i] : 1e-300;
        double length = sqrt(value > 1 ? value - 1 : 0);
        for (int64_t j = 0; j < d; j++)
            f->loadings[i * d + j] =
                length * f->vectors[i * d + j] * (sqrt(f->noise[j]) + LEAST_NOISE);
        trace -= value;
        sum += log(value);
    }
    for (int64_t j = 0; j < d; j++)
        sum += log(f->noise[j]);
    *loss = (double)f->n / 2 * (sum + trace);
    return LT_OK;
}

/* What the loadings leave of each column's variance is noise. */
static void find_noise(fit *f) {
    for (int64_t j = 0; j < f->d; j++) {
        double rest = f->covariance[j * f->d + j];
        for (int64_t i = 0; i < f->c; i++)
            rest -= f->loadings[i * f->d + j] * f->loadings[i * f->d + j];
        f->noise[j] = rest > LEAST_NOISE ? rest : LEAST_NOISE;
    }
}

static lt_status iterate(fit *f, lt_factor_result *out) {
    double before = INFINITY;
    for (int64_t j = 0; j < f->d; j++)
        f->noise[j] = 1;
    for (int64_t i = 0; i < f->o->max_iter && !out->converged; i++) {
        LT_TRY(lt_check_interrupt());
        LT_TRY(find_loadings(f, &f->loss[i]));
        out->n_iter = i + 1;
        out->change = before - f->loss[i];
        out->converged = out->change < f->o->tol;
        before = f->loss[i];
        if (!out->converged && i + 1 < f->o->max_iter) /* they belong to these loadings */
            find_noise(f);
        lt_report(&f->o->watch, i + 1, f->o->max_iter, f->loss[i]);
    }
    return LT_OK;
}

static lt_status write_tensor(lt_tensor *out, lt_dtype dtype, int ndim, const int64_t *shape,
                              const double *from) {
    LT_TRY(lt_empty(out, dtype, ndim, shape));
    for (int64_t i = 0; i < out->numel; i++)
        lt_set_double(out, i, from[i]);
    return LT_OK;
}

static lt_status fit_rows(fit *f, lt_factor_result *out, const lt_tensor *x) {
    LT_TRY(take_memory(f));
    lt_columns all;
    LT_TRY(lt_columns_all(&all, &f->arena, NAME, f->d));
    LT_TRY(lt_scatter_matrix(f->covariance, f->mean, x, &all));
    for (int64_t i = 0; i < f->d * f->d; i++)
        f->covariance[i] /= (double)f->n;
    LT_TRY(iterate(f, out));
    lt_dtype dtype = (lt_dtype)x->dtype;
    LT_TRY(write_tensor(&out->components, dtype, 2, (int64_t[]){f->c, f->d}, f->loadings));
    LT_TRY(write_tensor(&out->mean, dtype, 1, &f->d, f->mean));
    LT_TRY(write_tensor(&out->noise, dtype, 1, &f->d, f->noise));
    return write_tensor(&out->loss, LT_FLOAT64, 1, &out->n_iter, f->loss);
}

static lt_status check_options(const lt_tensor *x, const lt_factor_options *o) {
    int64_t d = x->shape[1];
    if (x->shape[0] < 2)
        return lt_fail(LT_EINVAL, NAME ": needs at least two rows; x is %s", lt_shape_of(x));
    if (o->n_components < 1 || o->n_components > d)
        return lt_fail(LT_EINVAL, NAME ": n_components must be from 1 to %lld for x %s, not %lld",
                       (long long)d, lt_shape_of(x), (long long)o->n_components);
    if (o->max_iter < 1 || o->max_iter > 1000000)
        return lt_fail(LT_EINVAL, NAME ": max_iter must be from 1 to 1000000, not %lld",
                       (long long)o->max_iter);
    if (!(o->tol >= 0))
        return lt_fail(LT_EINVAL, NAME ": tol must not be negative, but is %g", o->tol);
    return LT_OK;
}

lt_status lt_factor_analysis(lt_factor_result *out, lt_tensor *x,
                             const lt_factor_options *options) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_samples(&rows, NAME, x));
    fit f = {.o = options, .n = rows.shape[0], .d = rows.shape[1], .c = options->n_components};
    lt_status status = check_options(&rows, options);
    if (status == LT_OK)
        status = fit_rows(&f, out, &rows);
    lt_arena_drop(&f.arena);
    lt_release(&rows);
    if (status != LT_OK)
        lt_factor_release(out);
    return status;
}

void lt_factor_release(lt_factor_result *r) {
    lt_release(&r->components);
    lt_release(&r->mean);
    lt_release(&r->noise);
    lt_release(&r->loss);
}
