#include "models/neural_gas.h"

#include <math.h>
#include <string.h>

#include "models/links.h"
#include "tensor/interrupt.h"

#define NAME "NeuralGas"

#define UNITS_MAX ((int64_t)1 << 24)

typedef struct ranked {
    double gap; /* squared distance from the row */
    int64_t unit;
} ranked;

/* One fit at work. */
typedef struct fit {
    const lt_gas_options *o;
    const lt_tensor *x; /* dense [n, d] */
    lt_dtype dtype;
    int64_t n, d;
    lt_arena arena;
    lt_draws draws;
    lt_codebook codebook;
    lt_links links;
    lt_tensor start;
    int64_t *order; /* [n] rows as this pass takes them */
    int64_t *name;  /* [k] numbers of the units, from 1 */
    ranked *heap;   /* [k] units, the nearest of those left on top */
} fit;

static lt_status begin(fit *f) {
    lt_arena *a = &f->arena;
    size_t k = (size_t)f->o->k;
    lt_codebook_take(&f->codebook, a, f->dtype, f->o->k, f->d);
    lt_links_take(&f->links, a, f->o->k);
    f->order = lt_take(a, (size_t)f->n * sizeof *f->order);
    f->name = lt_take(a, k * sizeof *f->name);
    f->heap = lt_take(a, k * sizeof *f->heap);
    if (a->failed)
        return lt_no_memory(NAME);
    if (f->o->start)
        LT_TRY(lt_given_units(&f->start, NAME, f->o->start, f->x, f->o->k));
    else
        LT_TRY(lt_random_units(&f->start, f->x, f->o->k, &f->draws));
    f->codebook.kernels->pack(lt_data(&f->start), f->o->k, f->d, f->codebook.units);
    return LT_OK;
}

/* Ranks beyond this one have shares too small to move anything. */
static int64_t last_rank(const fit *f, double reach) {
    double most = ceil(-log(f->dtype == LT_FLOAT32 ? 0x1p-24 : 0x1p-53) * reach) + 1;
    most = most < 2 ? 2 : most;
    return most < (double)f->o->k ? (int64_t)most : f->o->k;
}

/* How far training is, and what follows from it. */
typedef struct stage {
    double rate, reach, lifetime;
} stage;

static stage stage_at(const lt_gas_options *o, double part) {
    return (stage){lt_decayed(LT_DECAY_EXPONENTIAL, o->rate, o->rate_end, part),
                   lt_decayed(LT_DECAY_EXPONENTIAL, o->reach, o->reach_end, part),
                   lt_decayed(LT_DECAY_EXPONENTIAL, o->lifetime, o->lifetime_end, part)};
}

static bool is_nearer(ranked a, ranked b) {
    return a.gap < b.gap || (a.gap == b.gap && a.unit < b.unit);
}

/* Let the unit at place i of a heap of n sink to where it belongs. */
static void sink(ranked *heap, int64_t i, int64_t n) {
    ranked moved = heap[i];
    for (int64_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && is_nearer(heap[child + 1], heap[child]))
            child++;
        if (!is_nearer(heap[child], moved))
            break;
        heap[i] = heap[child];
    }
    heap[i] = moved;
}

/* All units in the heap, as the last row sees them. */
static void fill_heap(fit *f) {
    int64_t k = f->o->k;
    for (int64_t u = 0; u < k; u++)
        f->heap[u] = (ranked){lt_codebook_gap(&f->codebook, u), u};
    for (int64_t i = k / 2 - 1; i >= 0; i--)
        sink(f->heap, i, k);
}

/* The next unit by rank; `left` are still in the heap, this one among them. */
static ranked take_nearest(fit *f, int64_t left) {
    ranked top = f->heap[0];
    f->heap[0] = f->heap[left - 1];
    sink(f->heap, 0, left - 1);
    return top;
}

/* Every unit moves towards the row, by its rank; the two nearest are joined. */
static lt_status learn_row(fit *f, const void *row, stage s, double *gap) {
    lt_codebook *b = &f->codebook;
    int64_t ranks = last_rank(f, s.reach);
    if (!lt_codebook_look(b, row))
        return lt_stopped();
    fill_heap(f);
    lt_codebook_clear(b);
    int64_t nearest[2] = {0, 0};
    for (int64_t i = 0; i < ranks; i++) {
        ranked next = take_nearest(f, f->o->k - i);
        lt_codebook_share(b, next.unit, s.rate * exp(-(double)i / s.reach));
        if (i < 2)
            nearest[i] = next.unit;
    }
    *gap = lt_codebook_gap(b, nearest[0]);
    if (!lt_codebook_pull(b, row))
        return lt_stopped();
    if (ranks > 1) {
        lt_links_age(&f->links, nearest[0], s.lifetime);
        lt_links_join(&f->links, nearest[0], nearest[1]);
    }
    return f->arena.failed ? lt_no_memory(NAME) : LT_OK;
}

static lt_status learn_pass(fit *f, int64_t pass) {
    int64_t row = f->d * (int64_t)lt_dtype_size(f->dtype);
    double sum = 0, gap = 0;
    lt_shuffle_rows(f->order, f->n, &f->draws);
    for (int64_t i = 0; i < f->n; i++) {
        double part = ((double)pass + (double)i / (double)f->n) / (double)f->o->max_iter;
        LT_TRY(lt_check_interrupt());
        LT_TRY(learn_row(f, (const char *)lt_data(f->x) + f->order[i] * row, stage_at(f->o, part),
                         &gap));
        sum += sqrt(gap);
        lt_report(&f->o->watch, pass * f->n + i + 1, f->o->max_iter * f->n, sum / (double)(i + 1));
    }
    return LT_OK;
}

static void keep_trace(const fit *f, lt_gas_result *out, int64_t at) {
    size_t bytes = (size_t)(f->o->k * f->d) * lt_dtype_size(f->dtype);
    if (f->o->trace)
        f->codebook.kernels->unpack(f->codebook.units, f->o->k, f->d,
                                    (char *)lt_data(&out->trace_weights) + (size_t)at * bytes);
}

static lt_status run(fit *f, lt_gas_result *out) {
    int64_t k = f->o->k;
    if (f->o->trace)
        LT_TRY(
            lt_empty(&out->trace_weights, f->dtype, 3, (int64_t[]){f->o->max_iter + 1, k, f->d}));
    keep_trace(f, out, 0);
    for (int64_t pass = 0; pass < f->o->max_iter; pass++) {
        LT_TRY(learn_pass(f, pass));
        keep_trace(f, out, pass + 1);
    }
    LT_TRY(lt_empty(&out->weights, f->dtype, 2, (int64_t[]){k, f->d}));
    f->codebook.kernels->unpack(f->codebook.units, k, f->d, lt_data(&out->weights));
    for (int64_t u = 0; u < k; u++)
        f->name[u] = u + 1;
    LT_TRY(lt_links_list(&f->links, f->name, &out->edges));
    return lt_gas_finish(out, NAME, f->x);
}

lt_status lt_gas_finish(lt_gas_result *r, const char *model, const lt_tensor *x) {
    lt_arena a = {0};
    int64_t n = x->shape[0];
    lt_winners w = {.first = lt_take(&a, (size_t)n * sizeof(int32_t)),
                    .distance = lt_take(&a, (size_t)n * sizeof(double))};
    lt_status status = a.failed ? lt_no_memory(model) : lt_find_winners(model, x, &r->weights, &w);
    if (status == LT_OK)
        status = lt_empty(&r->labels, LT_INT64, 1, &n);
    double sum = 0;
    for (int64_t i = 0; status == LT_OK && i < n; i++) {
        ((int64_t *)lt_data(&r->labels))[i] = w.first[i] + 1;
        sum += w.distance[i];
    }
    r->quantization_error = sum / (double)n;
    lt_arena_drop(&a);
    return status;
}

static lt_status check_options(const lt_gas_options *o) {
    if (o->k < 1 || o->k > UNITS_MAX)
        return lt_fail(LT_EINVAL, NAME ": k must be from 1 to %lld, not %lld", (long long)UNITS_MAX,
                       (long long)o->k);
    LT_TRY(lt_check_schedule(NAME, "epsilon", o->rate, o->rate_end));
    if (o->rate > 1 || o->rate_end > 1)
        return lt_fail(LT_EINVAL, NAME ": epsilon must be at most 1, not %g and %g", o->rate,
                       o->rate_end);
    LT_TRY(lt_check_schedule(NAME, "lambda", o->reach, o->reach_end));
    LT_TRY(lt_check_schedule(NAME, "lifetime", o->lifetime, o->lifetime_end));
    return lt_check_passes(NAME, o->max_iter);
}

lt_status lt_neural_gas(lt_gas_result *out, lt_tensor *x, const lt_gas_options *options) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(check_options(options));
    LT_TRY(lt_samples(&rows, NAME, x));
    fit f = {.o = options,
             .x = &rows,
             .dtype = (lt_dtype)rows.dtype,
             .n = rows.shape[0],
             .d = rows.shape[1],
             .draws = {.seed = options->seed}};
    lt_status status = begin(&f);
    if (status == LT_OK)
        status = run(&f, out);
    lt_release(&f.start);
    lt_arena_drop(&f.arena);
    lt_release(&rows);
    if (status != LT_OK)
        lt_gas_release(out);
    return status;
}

void lt_gas_release(lt_gas_result *r) {
    lt_release(&r->weights);
    lt_release(&r->labels);
    lt_release(&r->edges);
    lt_release(&r->trace_weights);
}
