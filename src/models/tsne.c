#include "models/tsne.h"

#include <math.h>
#include <string.h>

#include "kernels/parallel.h"
#include "kernels/tsne.h"
#include "models/affinities.h"
#include "models/repulsion.h"
#include "models/starts.h"
#include "ops/create.h"

#define NAME "TSNE"

enum {
    EARLY = 250,      /* steps with exaggeration, at most */
    PULL_GRAIN = 256, /* points of a chunk */
    MOVE_GRAIN = 1 << 15,
};

#define SMALL_START    1e-4 /* standard deviation of the first coordinates */
#define EARLY_MOMENTUM 0.5f
#define LATE_MOMENTUM  0.8f
#define LEAST_GAIN     0.01f
#define MOST           1e15 /* of learning rate and exaggeration: products stay finite */

typedef struct fit {
    const lt_tsne_options *o;
    int64_t n, k; /* rows, and neighbours of each; 0: all the others */
    int dims;
    lt_arena arena;
    lt_graph graph;
    int32_t *row;   /* [n] number of the row that each point is, where they are arranged; or NULL */
    double entropy; /* sum p log p */
    lt_repulsion *repulsion;
    float *y, *speed, *gain;    /* [n, dims] */
    float *attraction, *push;   /* [n, dims] */
    double *losses, *gradients; /* by chunk */
    double z, kl, gradient;     /* of the last look */
    float exaggeration, momentum, rate;
} fit;

/* ---- getting ready ---- */

static lt_status find_graph(fit *f, const lt_tensor *x) {
    lt_arena a = {0};
    lt_points p;
    double perplexity = f->o->perplexity;
    lt_status status = lt_points_take(&p, &a, NAME, x);
    if (status == LT_OK && f->k > 0) {
        f->row = lt_take(&f->arena, (size_t)f->n * sizeof *f->row);
        status = f->row ? lt_points_arrange(&p, &a, NAME, f->o->seed, f->row) : lt_no_memory(NAME);
    }
    if (status == LT_OK)
        status = f->k == 0 ? lt_affinities_all(&f->graph, &f->arena, &p, perplexity, &f->entropy)
                           : lt_affinities_near(&f->graph, &f->arena, &p, f->k, perplexity,
                                                f->o->seed, &f->entropy);
    lt_arena_drop(&a);
    return status;
}

static int64_t row_of(const fit *f, int64_t i) {
    return f->row ? f->row[i] : i;
}

static lt_status start(fit *f, lt_tensor *x) {
    lt_draws draws = {.seed = f->o->seed};
    int64_t dims = f->dims, rows = dims, columns = 1; /* steps between them in `at` */
    float *at = f->speed;                             /* not yet in use */
    double scale = f->o->init == LT_TSNE_GIVEN ? 1 : SMALL_START;
    if (f->o->init == LT_TSNE_GIVEN) {
        LT_TRY(lt_start_given(at, f->o->start, f->n, f->dims, (double)LT_TSNE_REACH, NAME));
    } else if (f->o->init == LT_TSNE_PCA) {
        LT_TRY(lt_start_pca(at, x, f->dims, f->o->seed));
        rows = 1, columns = f->n;
    } else {
        for (int64_t i = 0; i < f->n * dims; i++)
            at[i] = (float)lt_draws_normal(&draws);
    }
    for (int64_t i = 0; i < f->n; i++)
        for (int64_t c = 0; c < dims; c++)
            f->y[i * dims + c] = (float)scale * at[row_of(f, i) * rows + c * columns];
    return LT_OK;
}

static lt_status take_memory(fit *f) {
    size_t coordinates = (size_t)(f->dims * f->n) * sizeof(float);
    float **arrays[] = {&f->y, &f->speed, &f->gain, &f->attraction, &f->push};
    for (int i = 0; i < 5; i++)
        *arrays[i] = lt_take(&f->arena, coordinates);
    f->losses = lt_take(&f->arena, (size_t)lt_chunks(f->n, PULL_GRAIN) * sizeof(double));
    f->gradients =
        lt_take(&f->arena, (size_t)lt_chunks(f->dims * f->n, MOVE_GRAIN) * sizeof(double));
    return f->arena.failed ? lt_no_memory(NAME)
                           : lt_repulsion_open(&f->repulsion, &f->arena, f->n, f->dims, f->k == 0);
}

/* ---- steps ---- */

/* Momentum, and a gain for each coordinate that grows while its sign stays (Jacobs 1988). */
static void move(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const fit *f = context;
    float z = (float)(1 / f->z);
    double square = 0;
    for (int64_t i = begin; i < end; i++) {
        float gradient = 4 * (f->exaggeration * f->attraction[i] - z * f->push[i]);
        float gain = f->gain[i], y = f->y[i];
        gain = gradient * f->speed[i] < 0 ? gain + 0.2f : gain * 0.8f;
        gain = gain < LEAST_GAIN ? LEAST_GAIN : gain;
        float to = y + (f->momentum * f->speed[i] - f->rate * gain * gradient);
        to = to > LT_TSNE_REACH ? LT_TSNE_REACH : to < -LT_TSNE_REACH ? -LT_TSNE_REACH : to;
        f->gain[i] = gain;
        f->speed[i] = to - y;
        f->y[i] = to;
        square += (double)gradient * (double)gradient;
    }
    f->gradients[chunk] = square;
}

/* Forces; with `look` the divergence as well. */
static lt_status find_forces(fit *f, bool look) {
    lt_springs s = {.y = f->y,
                    .dims = f->dims,
                    .start = f->graph.start,
                    .to = f->graph.to,
                    .weight = f->graph.weight,
                    .force = f->attraction,
                    .loss = f->losses};
    if (!lt_parallel(f->n, PULL_GRAIN, lt_springs_pull, &s))
        return lt_stopped();
    LT_TRY(lt_repulsion_find(f->repulsion, f->y, f->push, &f->z));
    f->z = fmax(f->z, 1e-12); /* all points as good as infinitely far from each other */
    if (!look)
        return LT_OK;
    if (!lt_parallel(f->n, PULL_GRAIN, lt_springs_loss, &s))
        return lt_stopped();
    f->kl = f->entropy + log(f->z);
    for (int64_t c = 0; c < lt_chunks(f->n, PULL_GRAIN); c++)
        f->kl += f->losses[c];
    f->kl = fmax(f->kl, 0); /* never negative but for rounding */
    return LT_OK;
}

static lt_status step(fit *f, bool look) {
    LT_TRY(find_forces(f, look));
    if (!lt_parallel(f->dims * f->n, MOVE_GRAIN, move, f))
        return lt_stopped();
    f->gradient = 0;
    for (int64_t c = 0; c < lt_chunks(f->dims * f->n, MOVE_GRAIN); c++)
        f->gradient += f->gradients[c];
    return LT_OK;
}

static void begin_descent(fit *f, double exaggeration, float momentum) {
    f->exaggeration = (float)exaggeration;
    f->momentum = momentum;
    for (int64_t i = 0; i < f->dims * f->n; i++)
        f->speed[i] = 0, f->gain[i] = 1;
}

static lt_status descend(fit *f, lt_tsne_result *out, double *trace) {
    int64_t early = f->o->max_iter / 4 < EARLY ? f->o->max_iter / 4 : EARLY;
    int64_t best_at = early, looks = 0;
    double best = INFINITY;
    begin_descent(f, f->o->exaggeration, EARLY_MOMENTUM);
    lt_report_ready(&f->o->watch, f->o->max_iter);
    for (int64_t i = 0; i < f->o->max_iter && !out->converged; i++) {
        bool look = (i + 1) % LT_TSNE_TRACE == 0;
        if (i == early)
            begin_descent(f, 1, LATE_MOMENTUM);
        LT_TRY(step(f, look || i == 0));
        out->n_iter = i + 1;
        lt_report(&f->o->watch, i + 1, f->o->max_iter, f->kl);
        if (!look)
            continue;
        trace[looks++] = f->kl;
        if (i >= early && f->kl < best) {
            best = f->kl;
            best_at = i;
        }
        out->converged =
            i >= early && (i - best_at > f->o->patience || sqrt(f->gradient) <= f->o->min_gradient);
    }
    LT_TRY(find_forces(f, true));
    out->kl = f->kl;
    LT_TRY(lt_empty(&out->trace, LT_FLOAT64, 1, &looks));
    memcpy(lt_data(&out->trace), trace, (size_t)looks * sizeof *trace);
    return LT_OK;
}

static lt_status write_result(const fit *f, lt_tsne_result *out, lt_dtype dtype) {
    LT_TRY(lt_empty(&out->embedding, dtype, 2, (int64_t[]){f->n, f->dims}));
    for (int64_t i = 0; i < f->n * f->dims; i++)
        lt_set_double(&out->embedding, row_of(f, i / f->dims) * f->dims + i % f->dims,
                      (double)f->y[i]);
    return LT_OK;
}

/* ---- the fit ---- */

static bool is_within(double v, double least, double most) {
    return v >= least && v <= most; /* false for NaN */
}

static lt_status check_options(const lt_tensor *x, const lt_tsne_options *o) {
    long long n = (long long)x->shape[0];
    if (!is_within(o->n_components, 1, LT_TSNE_DIMS))
        return lt_fail(LT_EINVAL, NAME ": n_components must be from 1 to %d, not %d", LT_TSNE_DIMS,
                       o->n_components);
    if (n < 2)
        return lt_fail(LT_EINVAL, NAME ": needs at least two rows; x is %s", lt_shape_of(x));
    if (n > INT32_MAX)
        return lt_fail(LT_EINVAL, NAME ": too many rows: %lld", n);
    if (!(o->perplexity >= 1) || !(o->perplexity < (double)n))
        return lt_fail(LT_EINVAL,
                       NAME ": perplexity must be at least 1 and less than the number of rows, "
                            "%lld, but is %g",
                       n, o->perplexity);
    if (!is_within(o->learning_rate, 0, MOST))
        return lt_fail(LT_EINVAL, NAME ": learning_rate must be positive, and at most %g, not %g",
                       MOST, o->learning_rate);
    if (!is_within(o->exaggeration, 1, MOST))
        return lt_fail(LT_EINVAL, NAME ": early_exaggeration must be from 1 to %g, not %g", MOST,
                       o->exaggeration);
    if (o->max_iter < 1 || o->max_iter > 1000000000)
        return lt_fail(LT_EINVAL, NAME ": max_iter must be from 1 to 1000000000, not %lld",
                       (long long)o->max_iter);
    if (o->patience < 1)
        return lt_fail(LT_EINVAL, NAME ": n_iter_without_progress must be at least 1, not %lld",
                       (long long)o->patience);
    return !(o->min_gradient >= 0)
               ? lt_fail(LT_EINVAL, NAME ": min_grad_norm must be at least 0, not %g",
                         o->min_gradient)
               : LT_OK;
}

static lt_status choose_method(fit *f) {
    bool exact =
        f->o->method == LT_TSNE_ALL || (f->o->method == LT_TSNE_AUTO && f->n < LT_TSNE_FEW);
    f->k = exact ? 0 : (int64_t)(3 * f->o->perplexity + 1);
    if (f->k > f->n - 1)
        f->k = f->n - 1;
    if (exact && f->n > LT_TSNE_MANY)
        return lt_fail(LT_EINVAL,
                       NAME ": method \"exact\" keeps all pairs of up to %d rows; for %lld take "
                            "\"interpolation\"",
                       LT_TSNE_MANY, (long long)f->n);
    if (f->dims == 3 && f->o->method == LT_TSNE_INTERPOLATION)
        return lt_fail(LT_EINVAL, NAME ": method \"interpolation\" is for one or two "
                                       "components, not three");
    return LT_OK;
}

static lt_status fit_rows(fit *f, lt_tsne_result *out, lt_tensor *x) {
    LT_TRY(check_options(x, f->o));
    f->n = x->shape[0];
    f->dims = f->o->n_components;
    LT_TRY(choose_method(f));
    double rate = f->o->learning_rate;
    f->rate = (float)(rate > 0 ? rate : fmax((double)f->n / f->o->exaggeration / 4, 50));
    double *trace = lt_take(&f->arena, (size_t)(f->o->max_iter / LT_TSNE_TRACE) * sizeof *trace);
    LT_TRY(take_memory(f));
    LT_TRY(find_graph(f, x));
    LT_TRY(start(f, x));
    return descend(f, out, trace);
}

lt_status lt_tsne(lt_tsne_result *out, lt_tensor *x, const lt_tsne_options *options) {
    lt_tensor rows LT_EMPTY;
    double unit;
    LT_TRY(lt_samples_in_reach(&rows, &unit, NAME, x));
    fit f = {.o = options};
    lt_status status = fit_rows(&f, out, &rows);
    if (status == LT_OK)
        status = write_result(&f, out, lt_dtype_is_float(x->dtype) ? x->dtype : lt_default_dtype());
    lt_repulsion_close(f.repulsion);
    lt_arena_drop(&f.arena);
    lt_release(&rows);
    if (status != LT_OK) {
        lt_release(&out->embedding);
        lt_release(&out->trace);
    }
    return status;
}
