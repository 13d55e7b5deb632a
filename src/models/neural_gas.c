#include "models/neural_gas.h"

#include <math.h>
#include <string.h>

#include "ops/create.h"
#include "tensor/interrupt.h"

#define NAME "NeuralGas"

typedef struct ranked {
    double gap; /* squared distance from the row */
    int64_t unit;
} ranked;

/* One fit at work. */
typedef struct fit {
    const lt_gas_options *o;
    lt_gas gas;
    ranked *heap; /* [k] units, the nearest of those left on top */
} fit;

static lt_status begin(fit *f, lt_tensor *x) {
    lt_gas *g = &f->gas;
    lt_tensor start LT_EMPTY;
    LT_TRY(lt_gas_begin(g, NAME, x, f->o->k, f->o->seed));
    f->heap = lt_take(&g->arena, (size_t)f->o->k * sizeof *f->heap);
    if (g->arena.failed)
        return lt_no_memory(NAME);
    if (f->o->start)
        LT_TRY(lt_given_units(&start, NAME, f->o->start, &g->rows, f->o->k));
    else
        LT_TRY(lt_random_units(&start, &g->rows, f->o->k, &g->draws));
    g->codebook.kernels->pack(lt_data(&start), f->o->k, g->d, g->codebook.units);
    lt_release(&start);
    return LT_OK;
}

/* Ranks beyond this one have shares too small to move anything. */
static int64_t last_rank(const fit *f, double reach) {
    double most = ceil(-log(f->gas.dtype == LT_FLOAT32 ? 0x1p-24 : 0x1p-53) * reach) + 1;
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
        f->heap[u] = (ranked){lt_codebook_gap(&f->gas.codebook, u), u};
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
static lt_status learn_row(void *context, const void *row, double part, double *gap) {
    fit *f = context;
    lt_codebook *b = &f->gas.codebook;
    stage s = stage_at(f->o, part);
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
        lt_links_age(&f->gas.links, nearest[0], s.lifetime);
        lt_links_join(&f->gas.links, nearest[0], nearest[1]);
    }
    return f->gas.arena.failed ? lt_no_memory(NAME) : LT_OK;
}

/* The units, dense [k, d]. */
static void write_units(const fit *f, void *to) {
    const lt_codebook *b = &f->gas.codebook;
    b->kernels->unpack(b->units, b->k, b->d, to);
}

static void keep_trace(const fit *f, lt_gas_result *out, int64_t at) {
    size_t bytes = (size_t)(f->o->k * f->gas.d) * lt_dtype_size(f->gas.dtype);
    if (f->o->trace)
        write_units(f, (char *)lt_data(&out->trace_weights) + (size_t)at * bytes);
}

static lt_status run(fit *f, lt_gas_result *out) {
    lt_gas *g = &f->gas;
    int64_t k = f->o->k, passes = f->o->max_iter;
    if (f->o->trace)
        LT_TRY(lt_empty(&out->trace_weights, g->dtype, 3, (int64_t[]){passes + 1, k, g->d}));
    keep_trace(f, out, 0);
    for (int64_t pass = 0; pass < passes; pass++) {
        LT_TRY(lt_gas_pass(g, learn_row, f, pass, passes, &f->o->watch));
        keep_trace(f, out, pass + 1);
    }
    LT_TRY(lt_empty(&out->weights, g->dtype, 2, (int64_t[]){k, g->d}));
    write_units(f, lt_data(&out->weights));
    for (int64_t u = 0; u < k; u++)
        g->name[u] = u + 1;
    return lt_gas_finish(g, out);
}

static lt_status check_options(const lt_gas_options *o) {
    if (o->k < 1 || o->k > LT_GAS_UNITS)
        return lt_fail(LT_EINVAL, NAME ": k must be from 1 to %lld, not %lld",
                       (long long)LT_GAS_UNITS, (long long)o->k);
    LT_TRY(lt_check_schedule(NAME, "epsilon", o->rate, o->rate_end));
    if (o->rate > 1 || o->rate_end > 1)
        return lt_fail(LT_EINVAL, NAME ": epsilon must be at most 1, not %g and %g", o->rate,
                       o->rate_end);
    LT_TRY(lt_check_schedule(NAME, "lambda", o->reach, o->reach_end));
    LT_TRY(lt_check_schedule(NAME, "lifetime", o->lifetime, o->lifetime_end));
    return lt_check_passes(NAME, o->max_iter);
}

lt_status lt_neural_gas(lt_gas_result *out, lt_tensor *x, const lt_gas_options *options) {
    LT_TRY(check_options(options));
    fit f = {.o = options};
    lt_status status = begin(&f, x);
    if (status == LT_OK)
        status = run(&f, out);
    lt_gas_end(&f.gas);
    if (status != LT_OK)
        lt_gas_release(out);
    return status;
}
