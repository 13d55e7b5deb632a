#include "models/growing_neural_gas.h"

#include <math.h>
#include <string.h>

#include "ops/create.h"
#include "tensor/interrupt.h"

#define NAME "GrowingNeuralGas"

/* One fit at work. Slots without a unit hold NaN, which is nearest to nothing. */
typedef struct fit {
    const lt_growing_options *o;
    lt_gas gas;
    double *error; /* [k] of each unit */
    bool *lives;   /* [k] */
    int64_t count, steps;
} fit;

/* ---- units ---- */

/* A free slot; there is one while count < k. */
static int64_t take_slot(fit *f) {
    int64_t slot = 0;
    while (f->lives[slot])
        slot++;
    f->lives[slot] = true;
    f->error[slot] = 0;
    f->count++;
    return slot;
}

static void remove_unit(fit *f, int64_t unit) {
    f->lives[unit] = false;
    f->error[unit] = 0;
    f->count--;
    for (int64_t j = 0; j < f->gas.d; j++)
        lt_codebook_set(&f->gas.codebook, unit, j, NAN);
}

static lt_status begin(fit *f, lt_tensor *x) {
    lt_gas *g = &f->gas;
    size_t k = (size_t)f->o->k;
    LT_TRY(lt_gas_begin(g, NAME, x, f->o->k, f->o->seed));
    f->error = lt_take(&g->arena, k * sizeof *f->error);
    f->lives = lt_take(&g->arena, k * sizeof *f->lives);
    if (g->arena.failed)
        return lt_no_memory(NAME);
    f->count = f->o->k;
    for (int64_t u = 0; u < f->o->k; u++)
        remove_unit(f, u);
    lt_tensor start LT_EMPTY;
    LT_TRY(lt_random_units(&start, &g->rows, 2, &g->draws));
    for (int64_t u = 0; u < 2; u++) {
        take_slot(f);
        for (int64_t j = 0; j < g->d; j++)
            lt_codebook_set(&g->codebook, u, j, lt_get_double(&start, u * g->d + j));
    }
    lt_release(&start);
    return LT_OK;
}

/* Edges of a unit that has won grow older; units that lose their last one are removed. */
static void age_edges(fit *f, int64_t unit) {
    lt_links *l = &f->gas.links;
    lt_links_age(l, unit, f->o->lifetime);
    for (int64_t u = 0; u < f->o->k; u++)
        if (f->lives[u] && l->count[u] == 0 && u != unit && f->count > 2)
            remove_unit(f, u);
}

/* The unit of largest error among all, or among those joined to `near`. */
static int64_t worst(const fit *f, int64_t near) {
    const lt_links *l = &f->gas.links;
    int64_t worst = -1, candidates = near < 0 ? f->o->k : l->count[near];
    for (int64_t i = 0; i < candidates; i++) {
        int64_t u = near < 0 ? i : l->link[near][i].to;
        if (f->lives[u] && (worst < 0 || f->error[u] > f->error[worst]))
            worst = u;
    }
    return worst;
}

/* A new unit half-way between the one of largest error and its worst neighbour. */
static void grow(fit *f) {
    int64_t q = worst(f, -1), p = worst(f, q);
    if (p < 0)
        return;
    int64_t r = take_slot(f);
    for (int64_t j = 0; j < f->gas.d; j++)
        lt_codebook_set(&f->gas.codebook, r, j,
                        0.5 * (lt_codebook_get(&f->gas.codebook, q, j) +
                               lt_codebook_get(&f->gas.codebook, p, j)));
    lt_links_cut(&f->gas.links, q, p);
    lt_links_join(&f->gas.links, q, r);
    lt_links_join(&f->gas.links, r, p);
    f->error[q] *= f->o->split;
    f->error[p] *= f->o->split;
    f->error[r] = f->error[q];
}

/* ---- training ---- */

static lt_status learn_row(void *context, const void *row, double part, double *gap) {
    (void)part; /* nothing decays */
    fit *f = context;
    lt_codebook *b = &f->gas.codebook;
    int64_t first, second;
    if (!lt_codebook_look(b, row))
        return lt_stopped();
    b->kernels->two_smallest(b->gap, b->k, &first, &second);
    *gap = lt_codebook_gap(b, first);
    if (second < 0 || !f->lives[first] || !f->lives[second]) /* distances that overflow */
        return LT_OK;
    f->error[first] += *gap;
    lt_codebook_share(b, first, f->o->rate);
    for (int32_t i = 0; i < f->gas.links.count[first]; i++)
        lt_codebook_share(b, f->gas.links.link[first][i].to, f->o->rate_neighbours);
    if (!lt_codebook_pull(b, row))
        return lt_stopped();
    lt_codebook_clear(b);
    lt_links_join(&f->gas.links, first, second);
    if (f->gas.arena.failed)
        return lt_no_memory(NAME);
    age_edges(f, first);
    if (++f->steps % f->o->interval == 0 && f->count < f->o->k)
        grow(f);
    for (int64_t u = 0; u < f->o->k; u++)
        f->error[u] *= f->o->decay;
    return f->gas.arena.failed ? lt_no_memory(NAME) : LT_OK;
}

/* The units that live, numbered from 1. */
static lt_status write_units(fit *f, lt_gas_result *out) {
    int64_t next = 0;
    LT_TRY(lt_empty(&out->weights, f->gas.dtype, 2, (int64_t[]){f->count, f->gas.d}));
    for (int64_t u = 0; u < f->o->k; u++) {
        if (!f->lives[u])
            continue;
        for (int64_t j = 0; j < f->gas.d; j++)
            lt_set_double(&out->weights, next * f->gas.d + j,
                          lt_codebook_get(&f->gas.codebook, u, j));
        f->gas.name[u] = ++next;
    }
    return LT_OK;
}

static lt_status run(fit *f, lt_gas_result *out) {
    for (int64_t pass = 0; pass < f->o->max_iter; pass++)
        LT_TRY(lt_gas_pass(&f->gas, learn_row, f, pass, f->o->max_iter, &f->o->watch));
    LT_TRY(write_units(f, out));
    return lt_gas_finish(&f->gas, out);
}

static bool is_share(double v) {
    return v >= 0 && v <= 1;
}

static lt_status check_options(const lt_growing_options *o) {
    if (o->k < 2 || o->k > LT_GAS_UNITS)
        return lt_fail(LT_EINVAL, NAME ": k must be from 2 to %lld, not %lld",
                       (long long)LT_GAS_UNITS, (long long)o->k);
    if (o->interval < 1)
        return lt_fail(LT_EINVAL, NAME ": interval must be at least 1, not %lld",
                       (long long)o->interval);
    LT_TRY(lt_check_passes(NAME, o->max_iter));
    if (!is_share(o->rate) || !is_share(o->rate_neighbours) || !is_share(o->split) ||
        !is_share(o->decay))
        return lt_fail(LT_EINVAL,
                       NAME ": epsilon, epsilon_neighbours, error_split and error_decay must be "
                            "from 0 to 1, not %g, %g, %g and %g",
                       o->rate, o->rate_neighbours, o->split, o->decay);
    if (!(o->lifetime >= 1))
        return lt_fail(LT_EINVAL, NAME ": lifetime must be at least 1, not %g", o->lifetime);
    return LT_OK;
}

lt_status lt_growing_neural_gas(lt_gas_result *out, lt_tensor *x,
                                const lt_growing_options *options) {
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
