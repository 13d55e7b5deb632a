#include "models/pca.h"

#include <math.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/lapack.h"
#include "models/arena.h"
#include "models/covariance.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "tensor/interrupt.h"

#define NAME "PCA"

/* The randomised method: directions beyond those wanted, and passes over the data. */
enum { OVERSAMPLING = 10, POWER_ITERATIONS = 8 };

typedef struct fit {
    const lt_pca_options *o;
    const lt_tensor *x;
    lt_dtype dtype;
    int64_t n, d, most, found; /* most: rank that the data can have; found: components */
    lt_arena arena;
    double *mean;             /* [d] */
    double *values, *vectors; /* [found] variances, [found, d] */
    double total;             /* variance of all columns */
    lt_tensor centred;        /* [n, d] where the solver needs it */
    lt_tensor there;          /* [n, l] of the randomised solver */
} fit;

static void *take(fit *f, int64_t count, size_t size) {
    return lt_take(&f->arena, (size_t)count * size);
}

static double get(lt_dtype dtype, const void *at, int64_t i) {
    return dtype == LT_FLOAT32 ? (double)((const float *)at)[i] : ((const double *)at)[i];
}

static void set(lt_dtype dtype, void *at, int64_t i, double value) {
    if (dtype == LT_FLOAT32)
        ((float *)at)[i] = (float)value;
    else
        ((double *)at)[i] = value;
}

/* ---- by the covariance ---- */

/* The columns that vary; all of them where there are too few for the components. */
static lt_status choose_columns(fit *f, lt_columns *columns) {
    LT_TRY(lt_columns_varying(columns, &f->arena, NAME, f->x));
    int64_t all = f->o->share < 1 ? 1 : f->most;
    int64_t wanted = f->o->n_components > 0 ? f->o->n_components : all;
    return columns->count >= wanted ? LT_OK : lt_columns_all(columns, &f->arena, NAME, f->d);
}

/* The total of those on the diagonal of a, the covariance of these columns. */
static lt_status add_variances(fit *f, const double *a, const lt_columns *columns) {
    for (int64_t j = 0; j < columns->count; j++) {
        double variance = a[j * columns->count + j];
        if (!isfinite(variance))
            return lt_fail(LT_EINVAL, NAME ": the squares of column %lld overflow; scale x",
                           (long long)lt_columns_number(columns, j) + 1);
        f->total += variance;
    }
    return LT_OK;
}

static lt_status by_covariance(fit *f) {
    lt_columns columns;
    LT_TRY(choose_columns(f, &columns));
    int64_t d = columns.count;
    bool few = f->o->n_components > 0 && f->o->n_components < d;
    f->found = few ? f->o->n_components : d;
    double *a = take(f, d * d, sizeof *a), *leading = take(f, f->found * d, sizeof *leading);
    f->values = take(f, f->found, sizeof(double));
    f->vectors = lt_take_zeroed(&f->arena, (size_t)(f->found * f->d) * sizeof(double));
    if (f->arena.failed)
        return lt_no_memory(NAME);
    LT_TRY(lt_scatter_matrix(a, f->mean, f->x, &columns));
    for (int64_t i = 0; i < d * d; i++)
        a[i] /= (double)(f->n - 1);
    LT_TRY(add_variances(f, a, &columns));
    LT_TRY(lt_leading_eigen(NAME, a, d, f->found, f->values, leading));
    for (int64_t i = 0; i < f->found; i++) {
        f->values[i] = f->values[i] > 0 ? f->values[i] : 0;
        lt_columns_put(&columns, leading + i * d, f->vectors + i * f->d);
    }
    if (f->found > f->most)
        f->found = f->most;
    return LT_OK;
}

/* ---- by singular values ---- */

/* The rows less their mean, in f->centred; adds up the variance. */
static lt_status centre(fit *f) {
    lt_tensor rows LT_EMPTY, mean LT_EMPTY, variance LT_EMPTY;
    lt_status status = lt_alias(&rows, (lt_tensor *)f->x);
    if (status == LT_OK)
        status = lt_reduce(&mean, LT_RE_mean, &rows, 1, (int[]){0}, false);
    if (status == LT_OK)
        status = lt_binary(&f->centred, LT_BI_sub, &rows, &mean);
    if (status == LT_OK)
        status = lt_reduce_p(&variance, LT_RE_var, &rows, 1, (int[]){0}, false, 1);
    for (int64_t j = 0; status == LT_OK && j < f->d; j++)
        f->total += lt_get_double(&variance, j);
    lt_release(&variance);
    lt_release(&mean);
    lt_release(&rows);
    return status;
}

/* Singular values s and right vectors vt [count, d] of the centred rows to variances and
 * components. */
static lt_status take_singular(fit *f, const void *s, const void *vt, int64_t count) {
    f->found = count;
    f->values = take(f, count, sizeof(double));
    f->vectors = take(f, count * f->d, sizeof(double));
    if (f->arena.failed)
        return lt_no_memory(NAME);
    for (int64_t i = 0; i < count; i++)
        f->values[i] = get(f->dtype, s, i) * get(f->dtype, s, i) / (double)(f->n - 1);
    for (int64_t i = 0; i < count * f->d; i++)
        f->vectors[i] = get(f->dtype, vt, i);
    lt_settle_signs(f->vectors, count, f->d);
    return LT_OK;
}

static lt_status by_svd(fit *f) {
    size_t size = lt_dtype_size(f->dtype);
    int64_t rank = f->most;
    void *u = take(f, f->n * rank, size), *s = take(f, rank, size);
    void *vt = take(f, rank * f->d, size);
    if (f->arena.failed)
        return lt_no_memory(NAME);
    LT_TRY(centre(f));
    int info = lt_lapack_svd(f->dtype, f->n, f->d, false, lt_data(&f->centred), u, s, vt);
    if (info == LT_LAPACK_MEMORY)
        return lt_no_memory(NAME);
    if (info > 0)
        return lt_fail(LT_EINVAL, NAME ": the singular values did not converge");
    return take_singular(f, s, vt, rank);
}

/* ---- by random directions ---- */

/* What the power iterations work on: l directions. */
typedef struct sketch {
    int64_t l;
    void *back;     /* [d, l]; f->there [n, l] is what the rows make of them */
    void *copy, *r; /* [d, l], [l, l] scratch */
} sketch;

static lt_status orthonormalise(const fit *f, sketch *s) {
    memcpy(s->copy, s->back, (size_t)(f->d * s->l) * lt_dtype_size(f->dtype));
    int info = lt_lapack_qr(f->dtype, f->d, s->l, s->l, s->copy, s->back, s->r);
    return info == 0 ? LT_OK : lt_no_memory(NAME);
}

/* there = centred back; false when interrupted. */
static bool apply(const fit *f, sketch *s) {
    return lt_gemm(f->dtype, false, false, f->n, s->l, f->d, 1, lt_data(&f->centred), f->d, s->back,
                   s->l, 0, lt_data(&f->there), s->l);
}

/* Turn the space of the directions so that they are its principal ones (Rayleigh and Ritz). */
static lt_status take_principal(fit *f, sketch *s) {
    int64_t l = s->l, count = f->o->n_components, d = f->d;
    double *gram = take(f, l * l, sizeof *gram), *turn = take(f, count * l, sizeof *turn);
    f->found = count;
    f->values = take(f, count, sizeof(double));
    f->vectors = take(f, count * d, sizeof(double));
    if (f->arena.failed)
        return lt_no_memory(NAME);
    LT_TRY(lt_scatter_about_origin(gram, &f->there));
    LT_TRY(lt_leading_eigen(NAME, gram, l, count, f->values, turn));
    for (int64_t i = 0; i < count; i++) {
        f->values[i] /= (double)(f->n - 1);
        for (int64_t j = 0; j < d; j++) {
            double sum = 0;
            for (int64_t a = 0; a < l; a++)
                sum += turn[i * l + a] * get(f->dtype, s->back, j * l + a);
            f->vectors[i * d + j] = sum;
        }
    }
    lt_settle_signs(f->vectors, count, d);
    return LT_OK;
}

static lt_status by_random_directions(fit *f) {
    size_t size = lt_dtype_size(f->dtype);
    int64_t n = f->n, d = f->d, l = f->o->n_components + OVERSAMPLING;
    l = l < f->most ? l : f->most;
    sketch s = {.l = l,
                .back = take(f, d * l, size),
                .copy = take(f, d * l, size),
                .r = take(f, l * l, size)};
    if (f->arena.failed)
        return lt_no_memory(NAME);
    LT_TRY(lt_empty(&f->there, f->dtype, 2, (int64_t[]){n, l}));
    LT_TRY(centre(f));
    lt_draws draws = {.seed = f->o->seed};
    for (int64_t i = 0; i < d * l; i++)
        set(f->dtype, s.back, i, lt_draws_normal(&draws));
    for (int i = 0; i < POWER_ITERATIONS; i++) {
        LT_TRY(orthonormalise(f, &s));
        if (!apply(f, &s) || !lt_gemm(f->dtype, true, false, d, l, n, 1, lt_data(&f->centred), d,
                                      lt_data(&f->there), l, 0, s.back, l))
            return lt_stopped();
    }
    LT_TRY(orthonormalise(f, &s));
    return apply(f, &s) ? take_principal(f, &s) : lt_stopped();
}

/* ---- the fit ---- */

static lt_status check_options(const fit *f) {
    const lt_pca_options *o = f->o;
    if (f->n < 2)
        return lt_fail(LT_EINVAL, NAME ": needs at least two rows; x is %s", lt_shape_of(f->x));
    if (o->n_components < 0 || o->n_components > f->most)
        return lt_fail(LT_EINVAL, NAME ": n_components must be from 1 to %lld for x %s, not %lld",
                       (long long)f->most, lt_shape_of(f->x), (long long)o->n_components);
    if (o->n_components == 0 && !(o->share > 0 && o->share <= 1))
        return lt_fail(LT_EINVAL,
                       NAME ": n_components must be a number of components, or a share "
                            "of the variance between 0 and 1, not %g",
                       o->share);
    if (o->n_components == 0 && o->solver == LT_PCA_RANDOMIZED)
        return lt_fail(LT_EINVAL, NAME ": the randomized solver needs a number of components");
    return LT_OK;
}

/* Leave those components that are asked for. */
static void cut(fit *f) {
    int64_t count = f->o->n_components;
    double sum = 0;
    if (count == 0 && f->o->share == 1)
        count = f->found;
    while (count < f->found && f->o->n_components == 0 && f->o->share < 1) {
        sum += f->values[count++];
        if (sum >= f->o->share * f->total)
            break;
    }
    f->found = count;
}

static lt_status write_result(const fit *f, lt_pca_result *out) {
    LT_TRY(lt_empty(&out->mean, f->dtype, 1, &f->d));
    LT_TRY(lt_empty(&out->components, f->dtype, 2, (int64_t[]){f->found, f->d}));
    LT_TRY(lt_empty(&out->variance, f->dtype, 1, &f->found));
    LT_TRY(lt_empty(&out->ratio, f->dtype, 1, &f->found));
    for (int64_t j = 0; j < f->d; j++)
        lt_set_double(&out->mean, j, f->mean[j]);
    for (int64_t i = 0; i < f->found; i++) {
        lt_set_double(&out->variance, i, f->values[i]);
        lt_set_double(&out->ratio, i, f->total > 0 ? f->values[i] / f->total : 0);
    }
    for (int64_t i = 0; i < f->found * f->d; i++)
        lt_set_double(&out->components, i, f->vectors[i]);
    return LT_OK;
}

static lt_status fit_rows(fit *f, lt_pca_result *out) {
    LT_TRY(check_options(f));
    f->mean = take(f, f->d, sizeof(double));
    if (!f->mean)
        return lt_no_memory(NAME);
    lt_pca_solver solver = f->o->solver;
    if (solver == LT_PCA_AUTO)
        solver = f->n >= f->d ? LT_PCA_COVARIANCE : LT_PCA_SVD;
    LT_TRY(lt_check_interrupt());
    if (solver != LT_PCA_COVARIANCE)
        LT_TRY(lt_column_means(f->mean, f->x));
    LT_TRY(solver == LT_PCA_COVARIANCE ? by_covariance(f)
           : solver == LT_PCA_SVD      ? by_svd(f)
                                       : by_random_directions(f));
    cut(f);
    return write_result(f, out);
}

lt_status lt_pca(lt_pca_result *out, lt_tensor *x, const lt_pca_options *options) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_samples(&rows, NAME, x));
    fit f = {.o = options, .x = &rows, .dtype = (lt_dtype)rows.dtype};
    f.n = rows.shape[0];
    f.d = rows.shape[1];
    f.most = f.n < f.d ? f.n : f.d;
    lt_status status = fit_rows(&f, out);
    lt_release(&f.centred);
    lt_release(&f.there);
    lt_arena_drop(&f.arena);
    lt_release(&rows);
    if (status != LT_OK)
        lt_pca_release(out);
    return status;
}

void lt_pca_release(lt_pca_result *r) {
    lt_release(&r->components);
    lt_release(&r->mean);
    lt_release(&r->variance);
    lt_release(&r->ratio);
}
