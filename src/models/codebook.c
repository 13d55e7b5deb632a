#include "models/codebook.h"

#include <math.h>
#include <string.h>

#include "kernels/distance.h"
#include "kernels/parallel.h"
#include "kernels/workspace.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

/* Rows whose distances to all units are found together. */
enum { BLOCK = 256 };

enum { PASSES_MAX = 1000000000 };

/* Multiplications of one look at one row that are worth a thread. */
#define PART_WORK ((int64_t)1 << 19)

static const lt_codebook_kernels *kernels_of(lt_dtype dtype) {
    return dtype == LT_FLOAT32 ? &lt_codebook_float32 : &lt_codebook_float64;
}

/* ---- all rows at once ---- */

typedef struct search {
    const lt_tensor *x, *units;
    const lt_winners *out;
    lt_workspace scratch;      /* distances [BLOCK, k] */
    lt_distance_status status; /* the worst of any thread */
} search;

static void keep_winners(const search *s, int64_t row, const char *distances) {
    lt_dtype dtype = (lt_dtype)s->x->dtype;
    int64_t first, second;
    kernels_of(dtype)->two_smallest(distances, s->units->shape[0], &first, &second);
    if (s->out->first)
        s->out->first[row] = (int32_t)first;
    if (s->out->second)
        s->out->second[row] = (int32_t)second;
    if (s->out->distance)
        s->out->distance[row] = dtype == LT_FLOAT32 ? (double)((const float *)distances)[first]
                                                    : ((const double *)distances)[first];
}

static void search_block(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    search *s = context;
    int64_t d = s->x->shape[1], k = s->units->shape[0];
    size_t size = lt_dtype_size((lt_dtype)s->x->dtype);
    char *distances = lt_workspace_mine(&s->scratch);
    lt_distance w = {.dtype = (lt_dtype)s->x->dtype,
                     .p = 2,
                     .m = end - begin,
                     .n = k,
                     .d = d,
                     .a = (const char *)lt_data(s->x) + (size_t)(begin * d) * size,
                     .b = lt_data(s->units)};
    lt_distance_status status = lt_distance_run(&w, distances);
    if (status != LT_DISTANCE_DONE) {
#pragma omp atomic write
        s->status = status;
        return;
    }
    for (int64_t i = begin; i < end; i++)
        keep_winners(s, i, distances + (size_t)((i - begin) * k) * size);
}

lt_status lt_find_winners(const char *model, const lt_tensor *x, const lt_tensor *units,
                          const lt_winners *out) {
    search s = {.x = x, .units = units, .out = out, .status = LT_DISTANCE_DONE};
    size_t row = (size_t)units->shape[0] * lt_dtype_size((lt_dtype)x->dtype);
    if (!lt_workspace_take(&s.scratch, BLOCK * row))
        return lt_no_memory(model);
    bool done = lt_parallel(x->shape[0], BLOCK, search_block, &s);
    lt_workspace_drop(&s.scratch);
    if (s.status == LT_DISTANCE_MEMORY)
        return lt_no_memory(model);
    return done && s.status == LT_DISTANCE_DONE ? LT_OK : lt_stopped();
}

static lt_status predict_rows(lt_tensor *labels, const char *model, const lt_tensor *units,
                              const lt_tensor *x) {
    lt_arena a = {0};
    lt_winners w = {.first = lt_take(&a, (size_t)x->shape[0] * sizeof(int32_t))};
    lt_status status = a.failed ? lt_no_memory(model) : lt_find_winners(model, x, units, &w);
    if (status == LT_OK)
        status = lt_empty(labels, LT_INT64, 1, x->shape);
    for (int64_t i = 0; status == LT_OK && i < x->shape[0]; i++)
        ((int64_t *)lt_data(labels))[i] = w.first[i] + 1;
    lt_arena_drop(&a);
    return status;
}

lt_status lt_codebook_predict(lt_tensor *labels, const char *model, lt_tensor *units,
                              lt_tensor *x) {
    lt_tensor rows LT_EMPTY, dense LT_EMPTY, flat LT_EMPTY;
    if (units->ndim < 2 || units->numel == 0 || !lt_dtype_is_float((lt_dtype)units->dtype))
        return lt_fail(LT_EINVAL, "%s: weights must be a matrix of floats, not %s", model,
                       lt_shape_of(units));
    int64_t d = units->shape[units->ndim - 1], shape[2] = {units->numel / d, d};
    LT_TRY(lt_queries(&rows, model, x, d, (lt_dtype)units->dtype));
    lt_status status = lt_contiguous(&dense, units);
    if (status == LT_OK)
        status = lt_view(&flat, &dense, 2, shape, (int64_t[]){d, 1}, dense.offset);
    if (status == LT_OK)
        status = predict_rows(labels, model, &flat, &rows);
    lt_release(&flat);
    lt_release(&dense);
    lt_release(&rows);
    return status;
}

/* ---- one row at a time ---- */

void lt_codebook_take(lt_codebook *b, lt_arena *arena, lt_dtype dtype, int64_t k, int64_t d) {
    b->kernels = kernels_of(dtype);
    b->dtype = dtype;
    b->k = k;
    b->d = d;
    b->panels = lt_chunks(k, b->kernels->lanes);
    size_t column = (size_t)b->panels * LT_CODEBOOK_BYTES;
    b->units = lt_take_zeroed(arena, column * (size_t)d);
    b->gap = lt_take_zeroed(arena, column);
    b->share = lt_take_zeroed(arena, column);
}

typedef struct turn {
    lt_codebook *b;
    const void *row;
} turn;

static void look_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const turn *t = context;
    t->b->kernels->gaps(t->b->units, t->b->d, begin, end, t->row, t->b->gap);
}

static void pull_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const turn *t = context;
    t->b->kernels->pull(t->b->units, t->b->d, begin, end, t->row, t->b->share);
}

static int64_t grain(const lt_codebook *b) {
    return PART_WORK / (b->d * b->kernels->lanes) + 1;
}

bool lt_codebook_look(lt_codebook *b, const void *row) {
    return lt_parallel(b->panels, grain(b), look_chunk, &(turn){b, row});
}

bool lt_codebook_pull(lt_codebook *b, const void *row) {
    return lt_parallel(b->panels, grain(b), pull_chunk, &(turn){b, row});
}

static double get(const lt_codebook *b, const void *at, int64_t i) {
    return b->dtype == LT_FLOAT32 ? (double)((const float *)at)[i] : ((const double *)at)[i];
}

static void set(const lt_codebook *b, void *at, int64_t i, double value) {
    if (b->dtype == LT_FLOAT32)
        ((float *)at)[i] = (float)value;
    else
        ((double *)at)[i] = value;
}

void lt_codebook_clear(lt_codebook *b) {
    memset(b->share, 0, (size_t)b->panels * LT_CODEBOOK_BYTES);
}

void lt_codebook_share(lt_codebook *b, int64_t unit, double value) {
    set(b, b->share, unit, value);
}

double lt_codebook_gap(const lt_codebook *b, int64_t unit) {
    return get(b, b->gap, unit);
}

static int64_t place(const lt_codebook *b, int64_t unit, int64_t j) {
    int64_t lanes = b->kernels->lanes;
    return (unit / lanes * b->d + j) * lanes + unit % lanes;
}

double lt_codebook_get(const lt_codebook *b, int64_t unit, int64_t j) {
    return get(b, b->units, place(b, unit, j));
}

void lt_codebook_set(lt_codebook *b, int64_t unit, int64_t j, double value) {
    set(b, b->units, place(b, unit, j), value);
}

/* ---- schedules ---- */

double lt_decayed(lt_decay decay, double start, double end, double part) {
    return decay == LT_DECAY_LINEAR ? start + (end - start) * part : start * pow(end / start, part);
}

lt_status lt_check_schedule(const char *model, const char *name, double start, double end) {
    if (start > 0 && end > 0 && isfinite(start) && isfinite(end))
        return LT_OK;
    return lt_fail(LT_EINVAL, "%s: %s and %s_end must be positive and finite, not %g and %g", model,
                   name, name, start, end);
}

lt_status lt_check_passes(const char *model, int64_t max_iter) {
    if (max_iter < 1 || max_iter > PASSES_MAX)
        return lt_fail(LT_EINVAL, "%s: max_iter must be from 1 to %d, not %lld", model, PASSES_MAX,
                       (long long)max_iter);
    return LT_OK;
}

void lt_shuffle_rows(int64_t *order, int64_t n, lt_draws *draws) {
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = lt_draws_below(draws, i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

/* The first k of a shuffle; further rounds once all rows have been taken. */
lt_status lt_random_units(lt_tensor *units, const lt_tensor *x, int64_t k, lt_draws *draws) {
    lt_arena a = {0};
    int64_t n = x->shape[0], d = x->shape[1];
    size_t row = (size_t)d * lt_dtype_size((lt_dtype)x->dtype);
    int64_t *order = lt_take(&a, (size_t)n * sizeof *order);
    lt_status status = a.failed ? lt_no_memory("init") : LT_OK;
    if (status == LT_OK)
        status = lt_empty(units, (lt_dtype)x->dtype, 2, (int64_t[]){k, d});
    for (int64_t i = 0; status == LT_OK && i < k; i++) {
        if (i % n == 0)
            lt_shuffle_rows(order, n, draws);
        memcpy((char *)lt_data(units) + (size_t)i * row,
               (const char *)lt_data(x) + (size_t)order[i % n] * row, row);
    }
    lt_arena_drop(&a);
    return status;
}

lt_status lt_given_units(lt_tensor *units, const char *model, lt_tensor *given, const lt_tensor *x,
                         int64_t k) {
    if (given->ndim < 2 || given->numel != k * x->shape[1] ||
        given->shape[given->ndim - 1] != x->shape[1])
        return lt_fail(LT_EINVAL, "%s: init must be [%lld, %lld] for these rows, not %s", model,
                       (long long)k, (long long)x->shape[1], lt_shape_of(given));
    LT_TRY(lt_cast(units, given, (lt_dtype)x->dtype));
    for (int64_t i = 0; i < units->numel; i++)
        if (!isfinite(lt_get_double(units, i))) {
            lt_release(units);
            return lt_fail(LT_EINVAL, "%s: init holds values that are not finite", model);
        }
    units->ndim = 2;
    units->shape[0] = k;
    units->shape[1] = x->shape[1];
    units->stride[0] = x->shape[1];
    units->stride[1] = 1;
    return LT_OK;
}
