#include "models/umap.h"

#include <math.h>

#include "kernels/layout.h"
#include "models/fuzzy.h"
#include "models/layout.h"
#include "models/neighbours.h"
#include "models/spectral.h"
#include "models/starts.h"
#include "ops/create.h"

#define NAME "UMAP"

enum { EPOCHS = 500, FEW_EPOCHS = 200, MOST_EPOCHS = 100000000, STREAM = 14 };

#define SIDE  10.0 /* of the square where embeddings start */
#define NOISE 1e-4 /* of their coordinates */
#define REACH 1e4  /* of coordinates given as a start */

typedef struct fit {
    const lt_umap_options *o;
    int64_t n;
    int dims;
    int64_t epochs;
    lt_arena arena;
    lt_graph graph;
    float *y; /* [n, dims] */
} fit;

/* ---- options ---- */

static lt_status check_numbers(const lt_umap_options *o) {
    if (!(o->spread > 0) || !isfinite(o->spread) || !(o->min_dist >= 0) ||
        !(o->min_dist <= o->spread))
        return lt_fail(LT_EINVAL,
                       NAME ": min_dist must be from 0 to spread, and spread positive; they are %g "
                            "and %g",
                       o->min_dist, o->spread);
    if (!(o->mix >= 0 && o->mix <= 1))
        return lt_fail(LT_EINVAL, NAME ": set_op_mix_ratio must be from 0 to 1, not %g", o->mix);
    if (!(o->connectivity >= 1) || !isfinite(o->connectivity))
        return lt_fail(LT_EINVAL, NAME ": local_connectivity must be at least 1, not %g",
                       o->connectivity);
    if (!(o->repulsion >= 0 && o->repulsion <= 1e6))
        return lt_fail(LT_EINVAL, NAME ": repulsion_strength must be from 0 to 1e6, not %g",
                       o->repulsion);
    if (!(o->learning_rate > 0 && o->learning_rate <= 100))
        return lt_fail(LT_EINVAL, NAME ": learning_rate must be above 0 and at most 100, not %g",
                       o->learning_rate);
    if (o->negatives < 0 || o->negatives > 1000)
        return lt_fail(LT_EINVAL, NAME ": negative_sample_rate must be from 0 to 1000, not %lld",
                       (long long)o->negatives);
    if (o->max_iter < 0 || o->max_iter > MOST_EPOCHS)
        return lt_fail(LT_EINVAL, NAME ": max_iter must be from 1 to %d, not %lld", MOST_EPOCHS,
                       (long long)o->max_iter);
    return LT_OK;
}

static lt_status check_options(const lt_tensor *x, const lt_umap_options *o) {
    if (o->n_components < 1 || o->n_components > LT_LAYOUT_DIMS)
        return lt_fail(LT_EINVAL, NAME ": n_components must be from 1 to %d, not %lld",
                       LT_LAYOUT_DIMS, (long long)o->n_components);
    if (o->n_neighbors < 2)
        return lt_fail(LT_EINVAL,
                       NAME ": n_neighbors must be at least 2, a row and another one, not %lld",
                       (long long)o->n_neighbors);
    if (o->n_neighbors >= x->shape[0])
        return lt_fail(LT_EINVAL,
                       NAME ": n_neighbors must be less than the number of rows, %lld, but is %lld",
                       (long long)x->shape[0], (long long)o->n_neighbors);
    if (x->shape[0] > INT32_MAX)
        return lt_fail(LT_EINVAL, NAME ": too many rows: %lld", (long long)x->shape[0]);
    return check_numbers(o);
}

/* ---- the graph ---- */

/* Distances of rows of length 1 to 1 - cosine. */
static void to_cosine(float *distance, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        distance[i] *= distance[i] / 2;
}

/* Edges that would pull in no epoch at all are left out. */
static void drop_weak(lt_graph *g, int64_t epochs) {
    float most = 0;
    int64_t kept = 0, from = 0;
    for (int64_t e = 0; e < g->start[g->n]; e++)
        most = g->weight[e] > most ? g->weight[e] : most;
    for (int64_t i = 0; i < g->n; i++) {
        int64_t end = g->start[i + 1];
        for (int64_t e = from; e < end; e++)
            if ((double)g->weight[e] >= (double)most / (double)epochs) {
                g->to[kept] = g->to[e];
                g->weight[kept++] = g->weight[e];
            }
        from = end;
        g->start[i + 1] = kept;
    }
}

static lt_status find_graph(fit *f, const lt_tensor *x) {
    lt_arena a = {0};
    lt_points p;
    int32_t *id;
    float *distance, *weight = NULL;
    int64_t k = f->o->n_neighbors - 1;
    lt_status status = lt_points_take(&p, &a, NAME, x);
    if (status == LT_OK)
        status = lt_neighbours(&id, &distance, &a, NAME, &p, k, f->o->seed);
    if (status == LT_OK) {
        weight = lt_take(&a, (size_t)(f->n * k) * sizeof *weight);
        status = weight ? LT_OK : lt_no_memory(NAME);
    }
    if (status == LT_OK) {
        if (f->o->cosine)
            to_cosine(distance, f->n * k);
        status = lt_fuzzy_weights(weight, distance, f->n, k, f->o->connectivity, (double)k + 1);
    }
    if (status == LT_OK)
        status = lt_graph_join_lists(&f->graph, &f->arena, NAME, f->n, k, id, weight,
                                     lt_graph_mix(f->o->mix));
    if (status == LT_OK)
        drop_weak(&f->graph, f->epochs);
    lt_arena_drop(&a);
    return status;
}

/* ---- the start ---- */

/* Coordinates [dims, n], each stretched to the side of the square. */
static void stretch(fit *f, const float *from) {
    for (int d = 0; d < f->dims; d++) {
        const float *column = from + d * f->n;
        double low = INFINITY, high = -INFINITY;
        for (int64_t i = 0; i < f->n; i++) {
            low = fmin(low, (double)column[i]);
            high = fmax(high, (double)column[i]);
        }
        double factor = high > low ? SIDE / (high - low) : 0;
        for (int64_t i = 0; i < f->n; i++)
            f->y[i * f->dims + d] = (float)(((double)column[i] - low) * factor);
    }
}

static lt_status start(fit *f, lt_tensor *x, int64_t *parts) {
    lt_draws draws = {.seed = f->o->seed, .stream = STREAM};
    lt_status status = LT_OK;
    if (f->o->init == LT_UMAP_GIVEN) {
        LT_TRY(lt_start_given(f->y, f->o->start, f->n, f->dims, REACH, NAME));
    } else {
        lt_arena a = {0};
        float *y = lt_take(&a, (size_t)(f->n * f->dims) * sizeof *y);
        if (!y)
            status = lt_no_memory(NAME);
        else if (f->o->init == LT_UMAP_SPECTRAL)
            status = lt_spectral_start(y, &f->graph, x, f->dims, parts, NAME, f->o->seed);
        else if (f->o->init == LT_UMAP_PCA)
            status = lt_start_pca(y, x, f->dims, f->o->seed);
        else
            for (int64_t i = 0; i < f->n * f->dims; i++)
                y[i] = (float)lt_draws_uniform(&draws);
        if (status == LT_OK)
            stretch(f, y);
        lt_arena_drop(&a);
    }
    for (int64_t i = 0; i < f->n * f->dims; i++) /* nobody starts in the very same place */
        f->y[i] += (float)(NOISE * lt_draws_normal(&draws));
    return status;
}

/* ---- the fit ---- */

static lt_layout_options layout_options(const lt_umap_options *o, int64_t epochs) {
    lt_layout_options l = {.dims = (int)o->n_components,
                           .repulsion = o->repulsion,
                           .learning_rate = o->learning_rate,
                           .negatives = (int)o->negatives,
                           .epochs = epochs,
                           .seed = o->seed,
                           .watch = o->watch};
    lt_fuzzy_curve(&l.a, &l.b, o->spread, o->min_dist);
    return l;
}

static lt_status write_embedding(lt_tensor *out, const float *y, int64_t n, int64_t dims,
                                 lt_dtype dtype) {
    LT_TRY(lt_empty(out, dtype, 2, (int64_t[]){n, dims}));
    for (int64_t i = 0; i < n * dims; i++)
        lt_set_double(out, i, (double)y[i]);
    return LT_OK;
}

static lt_status write_graph(lt_umap_result *out, const lt_graph *g) {
    int64_t edges = g->start[g->n];
    LT_TRY(lt_empty(&out->rows, LT_INT64, 1, &edges));
    LT_TRY(lt_empty(&out->columns, LT_INT64, 1, &edges));
    LT_TRY(lt_empty(&out->weights, LT_FLOAT32, 1, &edges));
    int64_t *rows = lt_data(&out->rows), *columns = lt_data(&out->columns);
    float *weights = lt_data(&out->weights);
    for (int64_t i = 0; i < g->n; i++)
        for (int64_t e = g->start[i]; e < g->start[i + 1]; e++) {
            rows[e] = i + 1;
            columns[e] = g->to[e] + 1;
            weights[e] = g->weight[e];
        }
    return LT_OK;
}

static lt_status fit_rows(fit *f, lt_umap_result *out, lt_tensor *x) {
    LT_TRY(check_options(x, f->o));
    f->n = x->shape[0];
    f->dims = (int)f->o->n_components;
    f->epochs = f->o->max_iter > 0 ? f->o->max_iter : f->n <= LT_UMAP_MANY ? EPOCHS : FEW_EPOCHS;
    f->y = lt_take(&f->arena, (size_t)(f->n * f->dims) * sizeof *f->y);
    if (!f->y)
        return lt_no_memory(NAME);
    LT_TRY(find_graph(f, x));
    LT_TRY(start(f, x, &out->parts));
    lt_layout_options l = layout_options(f->o, f->epochs);
    LT_TRY(lt_layout_fit(f->y, &f->graph, NAME, &l));
    out->a = l.a;
    out->b = l.b;
    out->n_iter = f->epochs;
    return write_graph(out, &f->graph);
}

lt_status lt_umap(lt_umap_result *out, lt_tensor *x, const lt_umap_options *options) {
    lt_tensor rows LT_EMPTY;
    double unit;
    LT_TRY(lt_samples_in_reach(&rows, &unit, NAME, x));
    fit f = {.o = options};
    lt_status status = fit_rows(&f, out, &rows);
    if (status == LT_OK)
        status = write_embedding(&out->embedding, f.y, f.n, f.dims,
                                 lt_dtype_is_float(x->dtype) ? x->dtype : lt_default_dtype());
    lt_arena_drop(&f.arena);
    lt_release(&rows);
    if (status != LT_OK) {
        lt_release(&out->embedding);
        lt_release(&out->rows);
        lt_release(&out->columns);
        lt_release(&out->weights);
    }
    return status;
}

/* ---- new rows ---- */

typedef struct joining {
    const lt_umap_options *o;
    lt_arena arena;
    lt_graph lists;
    float *y, *target; /* [m, dims], [n, dims] */
    double unit;       /* that the old rows were divided by */
    int64_t epochs;
} joining;

static lt_status find_lists(joining *j, const lt_tensor *x, const lt_tensor *rows) {
    lt_points new, old;
    float *distance;
    int64_t m = x->shape[0], k = j->o->n_neighbors;
    j->lists.n = m;
    LT_TRY(lt_points_take(&old, &j->arena, NAME, rows));
    LT_TRY(lt_points_take_like(&new, &j->arena, NAME, x, &old, j->unit));
    LT_TRY(lt_neighbours_exact(&j->lists.to, &distance, &j->arena, NAME, &new, &old, k));
    j->lists.start = lt_take(&j->arena, (size_t)(m + 1) * sizeof *j->lists.start);
    j->lists.weight = lt_take(&j->arena, (size_t)(m * k) * sizeof *j->lists.weight);
    if (j->arena.failed)
        return lt_no_memory(NAME);
    for (int64_t i = 0; i <= m; i++)
        j->lists.start[i] = i * k;
    if (j->o->cosine)
        to_cosine(distance, m * k);
    return lt_fuzzy_weights(j->lists.weight, distance, m, k, j->o->connectivity - 1, (double)k);
}

/* The mean of the neighbours, by weight. */
static void start_between(joining *j, int dims) {
    for (int64_t i = 0; i < j->lists.n; i++)
        for (int d = 0; d < dims; d++) {
            double sum = 0, weight = 0;
            for (int64_t e = j->lists.start[i]; e < j->lists.start[i + 1]; e++) {
                sum += (double)j->lists.weight[e] *
                       (double)j->target[(int64_t)j->lists.to[e] * dims + d];
                weight += (double)j->lists.weight[e];
            }
            j->y[i * dims + d] = (float)(sum / weight);
        }
}

static lt_status join_rows(joining *j, lt_tensor *out, const lt_tensor *x, const lt_tensor *rows,
                           const lt_tensor *embedding) {
    int64_t m = x->shape[0], n = rows->shape[0], dims = embedding->shape[1];
    LT_TRY(check_options(rows, j->o));
    j->y = lt_take(&j->arena, (size_t)(m * dims) * sizeof *j->y);
    j->target = lt_take(&j->arena, (size_t)(n * dims) * sizeof *j->target);
    if (j->arena.failed)
        return lt_no_memory(NAME);
    for (int64_t i = 0; i < n * dims; i++)
        j->target[i] = (float)lt_get_double(embedding, i);
    LT_TRY(find_lists(j, x, rows));
    j->epochs = j->o->max_iter > 0 ? j->o->max_iter / 3 : m <= LT_UMAP_MANY ? 100 : 30;
    start_between(j, (int)dims);
    if (j->epochs > 0)
        drop_weak(&j->lists, j->epochs);
    lt_layout_options l = layout_options(j->o, j->epochs);
    l.learning_rate /= 4;
    LT_TRY(lt_layout_join(j->y, &j->lists, j->target, n, NAME, &l));
    return write_embedding(out, j->y, m, dims, (lt_dtype)embedding->dtype);
}

lt_status lt_umap_transform(lt_tensor *out, lt_tensor *x, lt_tensor *rows, lt_tensor *embedding,
                            const lt_umap_options *options) {
    lt_tensor new LT_EMPTY, old LT_EMPTY, dense LT_EMPTY;
    joining j = {.o = options};
    lt_status status = lt_samples_in_reach(&old, &j.unit, NAME, rows);
    if (status == LT_OK)
        status = lt_queries(&new, NAME, x, old.shape[1], (lt_dtype)old.dtype);
    if (status == LT_OK)
        status = lt_contiguous(&dense, embedding);
    if (status == LT_OK && (dense.ndim != 2 || dense.shape[0] != old.shape[0] ||
                            dense.shape[1] != options->n_components))
        status =
            lt_fail(LT_EINVAL, NAME ": embedding must be [%lld, %lld], not %s",
                    (long long)old.shape[0], (long long)options->n_components, lt_shape_of(&dense));
    if (status == LT_OK)
        status = join_rows(&j, out, &new, &old, &dense);
    lt_arena_drop(&j.arena);
    lt_release(&new);
    lt_release(&old);
    lt_release(&dense);
    return status;
}
