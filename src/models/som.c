#include "models/som.h"

#include <math.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/kmeans.h"
#include "kernels/parallel.h"
#include "models/pca.h"
#include "models/som_quality.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

#define NAME "SOM"

/* Units that are smoothed together; units whose rows are summed by one thread. */
enum { SMOOTH_UNITS = 64, SUM_UNITS = 16 };

/* Columns from which random directions find two components faster than the covariance. */
enum { WIDE = 128 };

/* A smaller radius reaches no other unit, and its square might vanish. */
#define RADIUS_MIN 1e-3

/* One fit at work. */
typedef struct fit {
    const lt_som_options *o;
    const lt_tensor *x; /* dense [n, d] */
    lt_dtype dtype;
    int64_t n, d, k;
    lt_arena arena;
    lt_tensor weights; /* [k, d] */
    lt_winners winners;
    lt_draws draws;

    /* Batch: */
    lt_codebook_map places; /* in double */
    int64_t *from;          /* [k + 1] first place in `member` of each unit */
    int64_t *member;        /* [n] rows by unit */
    double *sums, *counts;  /* [k, d], [k] of the rows of each unit */
    lt_workspace scratch;
    double now; /* radius of this pass */

    /* Online: */
    lt_codebook codebook;
    lt_codebook_map grid; /* in the dtype of x */
    int64_t *order;       /* [n] rows as this pass takes them */
} fit;

/* ---- first weights ---- */

/* Position -1..1 of i among n. */
static double spread(int64_t i, int64_t n) {
    return n > 1 ? 2 * (double)i / (double)(n - 1) - 1 : 0;
}

/* The first component along the longer side of the map, two standard deviations long. */
static void lay_plane(fit *f, const lt_pca_result *plane) {
    const lt_som_map *map = &f->o->map;
    int64_t have = plane->components.shape[0];
    for (int64_t u = 0; u < f->k; u++) {
        double across = spread(u % map->cols, map->cols), down = spread(u / map->cols, map->rows);
        double at[2] = {map->cols >= map->rows ? across : down,
                        map->cols >= map->rows ? down : across};
        for (int64_t j = 0; j < f->d; j++) {
            double v = lt_get_double(&plane->mean, j);
            for (int64_t c = 0; c < have; c++)
                v += at[c] * sqrt(fmax(0, lt_get_double(&plane->variance, c))) *
                     lt_get_double(&plane->components, c * f->d + j);
            lt_set_double(&f->weights, u * f->d + j, v);
        }
    }
}

static lt_status start_in_plane(fit *f) {
    lt_pca_result plane = {.components = {.storage = NULL}};
    int64_t most = f->n < f->d ? f->n : f->d;
    lt_pca_options o = {.n_components = most < 2 ? most : 2,
                        .share = 1,
                        .solver = f->d < WIDE ? LT_PCA_AUTO : LT_PCA_RANDOMIZED,
                        .seed = f->o->seed};
    LT_TRY(lt_pca(&plane, (lt_tensor *)f->x, &o));
    lt_status status = lt_empty(&f->weights, f->dtype, 2, (int64_t[]){f->k, f->d});
    if (status == LT_OK)
        lay_plane(f, &plane);
    lt_pca_release(&plane);
    return status;
}

static lt_status find_start(fit *f) {
    if (f->o->init == LT_SOM_GIVEN)
        return lt_given_units(&f->weights, NAME, f->o->start, f->x, f->k);
    if (f->o->init == LT_SOM_PCA && f->n > 1)
        return start_in_plane(f);
    return lt_random_units(&f->weights, f->x, f->k, &f->draws);
}

/* ---- getting ready ---- */

/* Places of the units in `dtype`. */
static void take_places(fit *f, lt_codebook_map *map, lt_dtype dtype) {
    size_t bytes = (size_t)f->k * lt_dtype_size(dtype);
    void *xs = lt_take(&f->arena, bytes), *ys = lt_take(&f->arena, bytes);
    *map = (lt_codebook_map){.x = xs,
                             .y = ys,
                             .width = lt_som_width(&f->o->map),
                             .height = lt_som_height(&f->o->map),
                             .n = f->k};
    for (int64_t u = 0; !f->arena.failed && u < f->k; u++) {
        double x, y;
        lt_som_place(&f->o->map, u, &x, &y);
        if (dtype == LT_FLOAT32)
            ((float *)xs)[u] = (float)x, ((float *)ys)[u] = (float)y;
        else
            ((double *)xs)[u] = x, ((double *)ys)[u] = y;
    }
}

static lt_status take_memory(fit *f) {
    lt_arena *a = &f->arena;
    size_t n = (size_t)f->n, k = (size_t)f->k, d = (size_t)f->d;
    f->winners.first = lt_take(a, n * sizeof(int32_t));
    f->winners.second = lt_take(a, n * sizeof(int32_t));
    f->winners.distance = lt_take(a, n * sizeof(double));
    if (f->o->online) {
        lt_codebook_take(&f->codebook, a, f->dtype, f->k, f->d);
        take_places(f, &f->grid, f->dtype);
        f->order = lt_take(a, n * sizeof *f->order);
    } else {
        take_places(f, &f->places, LT_FLOAT64);
        f->from = lt_take(a, (k + 1) * sizeof *f->from);
        f->member = lt_take(a, n * sizeof *f->member);
        f->sums = lt_take(a, k * d * sizeof *f->sums);
        f->counts = lt_take(a, k * sizeof *f->counts);
        if (!lt_workspace_take(&f->scratch, SMOOTH_UNITS * (k + d) * sizeof(double)))
            a->failed = true;
    }
    return a->failed ? lt_no_memory(NAME) : LT_OK;
}

/* ---- batch training ---- */

/* Rows by unit: a counting sort. */
static void sort_rows(fit *f) {
    memset(f->from, 0, (size_t)(f->k + 1) * sizeof *f->from);
    for (int64_t i = 0; i < f->n; i++)
        f->from[f->winners.first[i] + 1]++;
    for (int64_t u = 0; u < f->k; u++) {
        f->counts[u] = (double)f->from[u + 1];
        f->from[u + 1] += f->from[u];
    }
    for (int64_t i = 0; i < f->n; i++)
        f->member[f->from[f->winners.first[i]]++] = i;
    memmove(f->from + 1, f->from, (size_t)f->k * sizeof *f->from);
    f->from[0] = 0;
}

static void sum_units(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const fit *f = context;
    const lt_kmeans_kernels *kernels =
        f->dtype == LT_FLOAT32 ? &lt_kmeans_float32 : &lt_kmeans_float64;
    int64_t row = f->d * (int64_t)lt_dtype_size(f->dtype);
    memset(f->sums + begin * f->d, 0, (size_t)((end - begin) * f->d) * sizeof *f->sums);
    for (int64_t u = begin; u < end; u++)
        for (int64_t i = f->from[u]; i < f->from[u + 1]; i++)
            kernels->add((const char *)lt_data(f->x) + f->member[i] * row, f->d, 1,
                         f->sums + u * f->d);
}

/* Each unit becomes the mean of all rows, weighted by the neighbourhoods of their units: products
 * of shares [units, k] with sums [k, d]. A unit that no row reaches stays where it is. */
static void smooth_units(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    fit *f = context;
    double *share = lt_workspace_mine(&f->scratch), *mean = share + SMOOTH_UNITS * f->k;
    const lt_codebook_kernels *kernels = &lt_codebook_float64;
    for (int64_t u = begin; u < end; u++)
        (f->o->bubble ? kernels->bubble : kernels->gaussian)(
            &f->places, ((const double *)f->places.x)[u], ((const double *)f->places.y)[u], f->now,
            1, share + (u - begin) * f->k);
    lt_gemm(LT_FLOAT64, false, false, end - begin, f->d, f->k, 1, share, f->k, f->sums, f->d, 0,
            mean, f->d);
    for (int64_t u = begin; u < end; u++) {
        double weight = 0;
        for (int64_t c = 0; c < f->k; c++)
            weight += share[(u - begin) * f->k + c] * f->counts[c];
        for (int64_t j = 0; weight > 0 && j < f->d; j++)
            lt_set_double(&f->weights, u * f->d + j, mean[(u - begin) * f->d + j] / weight);
    }
}

static double mean_of(const double *values, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += values[i];
    return sum / (double)n;
}

static lt_status learn_batch(fit *f, int64_t pass) {
    double part = f->o->max_iter > 1 ? (double)pass / (double)(f->o->max_iter - 1) : 0;
    f->now = fmax(RADIUS_MIN, lt_decayed(f->o->decay, f->o->radius, f->o->radius_end, part));
    LT_TRY(lt_find_winners(NAME, f->x, &f->weights, &f->winners));
    sort_rows(f);
    if (!lt_parallel(f->k, SUM_UNITS, sum_units, f) ||
        !lt_parallel(f->k, SMOOTH_UNITS, smooth_units, f))
        return lt_stopped();
    lt_report(&f->o->watch, pass + 1, f->o->max_iter, mean_of(f->winners.distance, f->n));
    return LT_OK;
}

/* ---- online training ---- */

/* Pull the map towards one row; returns its squared distance to the nearest unit before that. */
static bool learn_row(fit *f, const void *row, double radius, double rate, double *gap) {
    lt_codebook *b = &f->codebook;
    int64_t first, second;
    double x, y;
    if (!lt_codebook_look(b, row))
        return false;
    b->kernels->two_smallest(b->gap, b->k, &first, &second);
    *gap = lt_codebook_gap(b, first);
    lt_som_place(&f->o->map, first, &x, &y);
    (f->o->bubble ? b->kernels->bubble : b->kernels->gaussian)(&f->grid, x, y, radius, rate,
                                                               b->share);
    return lt_codebook_pull(b, row);
}

static lt_status learn_online(fit *f, int64_t pass) {
    const lt_som_options *o = f->o;
    int64_t row = f->d * (int64_t)lt_dtype_size(f->dtype);
    double sum = 0, gap;
    lt_shuffle_rows(f->order, f->n, &f->draws);
    for (int64_t i = 0; i < f->n; i++) {
        double part = ((double)pass + (double)i / (double)f->n) / (double)o->max_iter;
        double radius = fmax(RADIUS_MIN, lt_decayed(o->decay, f->o->radius, o->radius_end, part));
        double rate = lt_decayed(o->decay, o->rate, o->rate_end, part);
        const char *x = (const char *)lt_data(f->x) + f->order[i] * row;
        if (lt_interrupted() || !learn_row(f, x, radius, rate, &gap))
            return lt_stopped();
        sum += sqrt(gap);
        lt_report(&o->watch, pass * f->n + i + 1, o->max_iter * f->n, sum / (double)(i + 1));
    }
    f->codebook.kernels->unpack(f->codebook.units, f->k, f->d, lt_data(&f->weights));
    return LT_OK;
}

/* ---- the fit ---- */

static lt_status begin_trace(fit *f, lt_som_result *out) {
    const lt_som_map *map = &f->o->map;
    int64_t shape[4] = {f->o->max_iter + 1, map->rows, map->cols, f->d};
    LT_TRY(lt_empty(&out->trace_weights, f->dtype, 4, shape));
    return lt_empty(&out->trace_error, LT_FLOAT64, 1, shape);
}

/* Entry `at` of the trace: the map as it is. */
static lt_status keep_trace(fit *f, lt_som_result *out, int64_t at) {
    size_t bytes = (size_t)(f->k * f->d) * lt_dtype_size(f->dtype);
    if (!f->o->trace)
        return LT_OK;
    LT_TRY(lt_find_winners(NAME, f->x, &f->weights, &f->winners));
    lt_set_double(&out->trace_error, at, mean_of(f->winners.distance, f->n));
    memcpy((char *)lt_data(&out->trace_weights) + (size_t)at * bytes, lt_data(&f->weights), bytes);
    return LT_OK;
}

static lt_status run(fit *f, lt_som_result *out) {
    if (f->o->trace)
        LT_TRY(begin_trace(f, out));
    LT_TRY(keep_trace(f, out, 0));
    if (f->o->online)
        f->codebook.kernels->pack(lt_data(&f->weights), f->k, f->d, f->codebook.units);
    for (int64_t pass = 0; pass < f->o->max_iter; pass++) {
        LT_TRY(lt_check_interrupt());
        LT_TRY(f->o->online ? learn_online(f, pass) : learn_batch(f, pass));
        LT_TRY(keep_trace(f, out, pass + 1));
    }
    LT_TRY(lt_find_winners(NAME, f->x, &f->weights, &f->winners));
    out->quantization_error = mean_of(f->winners.distance, f->n);
    out->topographic_error = lt_som_breaks(&f->o->map, &f->winners, f->n);
    return LT_OK;
}

/* weights [k, d] as [rows, cols, d]. */
static lt_status write_result(fit *f, lt_som_result *out) {
    const lt_som_map *map = &f->o->map;
    LT_TRY(lt_view(&out->weights, &f->weights, 3, (int64_t[]){map->rows, map->cols, f->d},
                   (int64_t[]){map->cols * f->d, f->d, 1}, f->weights.offset));
    LT_TRY(lt_empty(&out->labels, LT_INT64, 1, &f->n));
    for (int64_t i = 0; i < f->n; i++)
        ((int64_t *)lt_data(&out->labels))[i] = f->winners.first[i] + 1;
    return LT_OK;
}

static lt_status check_options(const lt_som_options *o) {
    LT_TRY(lt_som_check_map(&o->map));
    LT_TRY(lt_check_schedule(NAME, "radius", o->radius, o->radius_end));
    LT_TRY(lt_check_schedule(NAME, "learning_rate", o->rate, o->rate_end));
    if (o->rate > 1 || o->rate_end > 1)
        return lt_fail(LT_EINVAL, NAME ": learning_rate must be at most 1, not %g and %g", o->rate,
                       o->rate_end);
    return lt_check_passes(NAME, o->max_iter);
}

static lt_status fit_rows(lt_som_result *out, const lt_tensor *x, const lt_som_options *o) {
    fit f = {.o = o,
             .x = x,
             .dtype = (lt_dtype)x->dtype,
             .n = x->shape[0],
             .d = x->shape[1],
             .k = lt_som_units(&o->map),
             .draws = {.seed = o->seed}};
    lt_status status = take_memory(&f);
    if (status == LT_OK)
        status = find_start(&f);
    if (status == LT_OK)
        status = run(&f, out);
    if (status == LT_OK)
        status = write_result(&f, out);
    lt_workspace_drop(&f.scratch);
    lt_arena_drop(&f.arena);
    lt_release(&f.weights);
    return status;
}

lt_status lt_som(lt_som_result *out, lt_tensor *x, const lt_som_options *options) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(check_options(options));
    LT_TRY(lt_samples(&rows, NAME, x));
    lt_status status = fit_rows(out, &rows, options);
    lt_release(&rows);
    if (status != LT_OK)
        lt_som_release(out);
    return status;
}

void lt_som_release(lt_som_result *r) {
    lt_release(&r->weights);
    lt_release(&r->labels);
    lt_release(&r->trace_weights);
    lt_release(&r->trace_error);
}
