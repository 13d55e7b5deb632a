#include "models/minibatch_kmeans.h"

#include <math.h>
#include <string.h>

#include "kernels/kmeans.h"
#include "models/arena.h"
#include "models/kmeans_start.h"
#include "tensor/interrupt.h"

#define NAME "MiniBatchKMeans"

#define PASSES_MAX 1000000000LL

/* Rows among which the start is sought, for each row of a batch; sets of that size are tried
 * until there are enough for k. */
enum { START_BATCHES = 3 };

/* ---- one batch ---- */

/* Sums [k, d] and numbers [k] of the batch's rows by label. */
static void sum_rows(const lt_tensor *batch, const int64_t *label, double *sums, int64_t *count) {
    bool single = batch->dtype == LT_FLOAT32;
    const lt_kmeans_kernels *kernels = single ? &lt_kmeans_float32 : &lt_kmeans_float64;
    int64_t d = batch->shape[1];
    size_t row = (size_t)d * lt_dtype_size((lt_dtype)batch->dtype);
    for (int64_t i = 0; i < batch->shape[0]; i++) {
        kernels->add((const char *)lt_data(batch) + (size_t)i * row, d, 1,
                     sums + (label[i] - 1) * d);
        count[label[i] - 1]++;
    }
}

static void pull(lt_tensor *centers, int64_t *counts, const double *sums, const int64_t *count) {
    int64_t k = centers->shape[0], d = centers->shape[1];
    for (int64_t c = 0; c < k; c++) {
        counts[c] += count[c];
        for (int64_t j = c * d; count[c] > 0 && j < (c + 1) * d; j++) {
            double center = lt_get_double(centers, j);
            double gap = sums[j] - center * (double)count[c];
            lt_set_double(centers, j, center + gap / (double)counts[c]);
        }
    }
}

/* Let one batch of rows pull centers [k, d] (float, dense), which have had counts [k] (int64) rows.
 * `inertia` of the batch before that. */
static lt_status learn_batch(lt_tensor *centers, lt_tensor *counts, lt_tensor *batch,
                             double *inertia) {
    lt_tensor labels LT_EMPTY;
    lt_arena a = {0};
    size_t k = (size_t)centers->shape[0], d = (size_t)centers->shape[1];
    double *sums = lt_take_zeroed(&a, k * d * sizeof *sums);
    int64_t *count = lt_take_zeroed(&a, k * sizeof *count);
    lt_status status =
        a.failed ? lt_no_memory(NAME) : lt_kmeans_assign(NAME, &labels, inertia, centers, batch);
    if (status == LT_OK) {
        sum_rows(batch, lt_data(&labels), sums, count);
        pull(centers, lt_data(counts), sums, count);
    }
    lt_release(&labels);
    lt_arena_drop(&a);
    return status;
}

/* ---- the fit ---- */

/* Random rows of x, with replacement. */
static void draw_batch(lt_tensor *batch, const lt_tensor *x, lt_draws *draws) {
    size_t row = (size_t)x->shape[1] * lt_dtype_size((lt_dtype)x->dtype);
    for (int64_t i = 0; i < batch->shape[0]; i++)
        memcpy((char *)lt_data(batch) + (size_t)i * row,
               (const char *)lt_data(x) + (size_t)lt_draws_below(draws, x->shape[0]) * row, row);
}

/* A centre that has had no row since the last look goes to a random one. */
static void revive(lt_tensor *centers, lt_tensor *counts, const lt_tensor *x, lt_draws *draws) {
    int64_t *count = lt_data(counts), d = x->shape[1];
    for (int64_t c = 0; c < counts->numel; c++) {
        if (count[c] > 0)
            continue;
        int64_t from = lt_draws_below(draws, x->shape[0]);
        for (int64_t j = 0; j < d; j++)
            lt_set_double(centers, c * d + j, lt_get_double(x, from * d + j));
    }
}

/* First centres, from a random part of the rows. */
static lt_status find_start(lt_tensor *centers, const lt_tensor *x, const lt_minibatch_options *o,
                            lt_draws *draws) {
    int64_t part = START_BATCHES * (o->batch_size > o->start.k ? o->batch_size : o->start.k);
    if (part >= x->shape[0] || o->start.init == LT_KMEANS_GIVEN)
        return lt_kmeans_start(centers, x, &o->start, 0);
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_empty(&rows, (lt_dtype)x->dtype, 2, (int64_t[]){part, x->shape[1]}));
    draw_batch(&rows, x, draws);
    lt_status status = lt_kmeans_start(centers, &rows, &o->start, 0);
    lt_release(&rows);
    return status;
}

typedef struct state {
    lt_tensor counts, batch;
    lt_draws draws;
    double smooth, best; /* inertia a row: moving average, and the least of it */
    int64_t stale;       /* batches since */
} state;

/* True when the moving average has stopped falling. */
static bool is_stale(state *s, double inertia, double weight, int64_t patience) {
    s->smooth = s->smooth < 0 ? inertia : s->smooth + weight * (inertia - s->smooth);
    s->stale = s->smooth < s->best ? 0 : s->stale + 1;
    s->best = s->smooth < s->best ? s->smooth : s->best;
    return patience > 0 && s->stale >= patience;
}

static lt_status run(state *s, lt_kmeans_result *out, const lt_tensor *x,
                     const lt_minibatch_options *o) {
    int64_t size = s->batch.shape[0], pass = (x->shape[0] + size - 1) / size;
    int64_t total = o->start.max_iter * pass;
    double weight = 2.0 * (double)size / (double)(x->shape[0] + 1);
    for (int64_t i = 0; i < total && !out->converged; i++) {
        double inertia;
        LT_TRY(lt_check_interrupt());
        draw_batch(&s->batch, x, &s->draws);
        LT_TRY(learn_batch(&out->centers, &s->counts, &s->batch, &inertia));
        out->n_iter = i + 1;
        out->converged = is_stale(s, inertia / (double)size, weight < 1 ? weight : 1, o->patience);
        if ((i + 1) % pass == 0)
            revive(&out->centers, &s->counts, x, &s->draws);
        lt_report(&o->start.watch, i + 1, total, s->smooth);
    }
    out->shift = s->smooth;
    return LT_OK;
}

static lt_status check_options(const lt_tensor *x, const lt_minibatch_options *o) {
    LT_TRY(lt_kmeans_check_k(x, &o->start));
    if (o->start.max_iter > PASSES_MAX)
        return lt_fail(LT_EINVAL, NAME ": max_iter must be at most %lld, not %lld", PASSES_MAX,
                       (long long)o->start.max_iter);
    if (o->batch_size < 1 || o->start.max_iter < 1)
        return lt_fail(LT_EINVAL,
                       NAME ": batch_size and max_iter must be at least 1, not %lld and %lld",
                       (long long)o->batch_size, (long long)o->start.max_iter);
    return LT_OK;
}

static lt_status fit(lt_kmeans_result *out, lt_tensor *x, const lt_minibatch_options *o) {
    LT_TRY(check_options(x, o));
    state s = {.draws = {.seed = o->start.seed, .stream = UINT64_C(1) << 32},
               .smooth = -1,
               .best = INFINITY};
    int64_t size = o->batch_size < x->shape[0] ? o->batch_size : x->shape[0];
    lt_status status = lt_zeros(&s.counts, LT_INT64, 1, &o->start.k);
    if (status == LT_OK)
        status = lt_empty(&s.batch, (lt_dtype)x->dtype, 2, (int64_t[]){size, x->shape[1]});
    if (status == LT_OK)
        status = find_start(&out->centers, x, o, &s.draws);
    if (status == LT_OK)
        status = run(&s, out, x, o);
    if (status == LT_OK)
        status = lt_kmeans_assign(NAME, &out->labels, &out->inertia, &out->centers, x);
    lt_release(&s.counts);
    lt_release(&s.batch);
    return status;
}

lt_status lt_minibatch_kmeans(lt_kmeans_result *out, lt_tensor *x, const lt_minibatch_options *o) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_samples(&rows, NAME, x));
    lt_status status = fit(out, &rows, o);
    lt_release(&rows);
    if (status != LT_OK)
        lt_kmeans_release(out);
    return status;
}
