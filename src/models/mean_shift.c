#include "models/mean_shift.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/parallel.h"
#include "kernels/workspace.h"
#include "models/arena.h"
#include "models/kmeans.h"
#include "models/tree.h"
#include "tensor/interrupt.h"

#define NAME "MeanShift"

enum { GRAIN = 16 };

/* A start has arrived when it moves by less than this part of the bandwidth. */
#define STILL 1e-3

/* Where a start has come to. */
typedef struct peak {
    double *at; /* [d] */
    int64_t d, rows, steps, order;
} peak;

typedef struct fit {
    const lt_mean_shift_options *o;
    lt_tree tree;
    int64_t d, count;
    peak *peaks;          /* [count] */
    lt_workspace scratch; /* [d] each */
    lt_arena arena;
} fit;

/* ---- starts ---- */

static lt_status take_peaks(fit *f, int64_t count) {
    f->count = count;
    f->peaks = lt_take(&f->arena, (size_t)count * sizeof *f->peaks);
    double *at = lt_take(&f->arena, (size_t)(count * f->d) * sizeof *at);
    if (f->arena.failed)
        return lt_no_memory(NAME);
    for (int64_t i = 0; i < count; i++)
        f->peaks[i] = (peak){.at = at + i * f->d, .d = f->d, .order = i};
    return LT_OK;
}

static lt_status start_at_rows(fit *f, const lt_tensor *x) {
    LT_TRY(take_peaks(f, x->shape[0]));
    for (int64_t i = 0; i < x->numel; i++)
        f->peaks[i / f->d].at[i % f->d] = lt_get_double(x, i);
    return LT_OK;
}

/* qsort has no context: all that a comparison needs stands beside the values. */
typedef struct cell {
    const double *place; /* [d] */
    int64_t d;
} cell;

static int by_place(const void *a, const void *b) {
    const cell *p = a, *q = b;
    for (int64_t j = 0; j < p->d; j++)
        if (p->place[j] != q->place[j])
            return p->place[j] < q->place[j] ? -1 : 1;
    return 0;
}

/* One start for each cell of a grid that has rows: its corner, as scikit-learn takes it. */
static lt_status start_at_cells(fit *f, const lt_tensor *x) {
    int64_t n = x->shape[0], count = 0, d = f->d;
    double *places = lt_take(&f->arena, (size_t)(n * d) * sizeof *places);
    cell *cells = lt_take(&f->arena, (size_t)n * sizeof *cells);
    if (f->arena.failed)
        return lt_no_memory(NAME);
    for (int64_t i = 0; i < n * d; i++)
        places[i] = rint(lt_get_double(x, i) / f->o->bandwidth);
    for (int64_t i = 0; i < n; i++)
        cells[i] = (cell){places + i * d, d};
    qsort(cells, (size_t)n, sizeof *cells, by_place);
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || by_place(&cells[i], &cells[count - 1]) != 0)
            cells[count++] = cells[i];
    LT_TRY(take_peaks(f, count));
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < d; j++)
            f->peaks[i].at[j] = cells[i].place[j] * f->o->bandwidth;
    return LT_OK;
}

/* ---- climbing ---- */

/* Move to the mean of the rows within the bandwidth until that is here. */
static void climb(const fit *f, peak *p, double *sum) {
    double limit = STILL * f->o->bandwidth;
    for (p->steps = 0; !lt_interrupted(); p->steps++) {
        double move = 0;
        p->rows = lt_tree_sum(&f->tree, p->at, f->o->bandwidth, sum);
        if (p->rows == 0)
            return;
        for (int64_t j = 0; j < f->d; j++) {
            double mean = sum[j] / (double)p->rows, gap = mean - p->at[j];
            move += gap * gap;
            p->at[j] = mean;
        }
        if (sqrt(move) < limit || p->steps == f->o->max_iter)
            return;
    }
}

static void climb_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const fit *f = context;
    for (int64_t i = begin; i < end; i++)
        climb(f, &f->peaks[i], lt_workspace_mine(&f->scratch));
}

/* ---- peaks ---- */

/* More rows first; equal ones by place, the larger first, as scikit-learn orders them. */
static int by_rows(const void *a, const void *b) {
    const peak *p = a, *q = b;
    if (p->rows != q->rows)
        return p->rows > q->rows ? -1 : 1;
    for (int64_t j = 0; j < p->d; j++)
        if (p->at[j] != q->at[j])
            return p->at[j] > q->at[j] ? -1 : 1;
    return p->order < q->order ? -1 : 1;
}

static bool are_near(const fit *f, const peak *p, const peak *q) {
    double sum = 0;
    for (int64_t j = 0; j < f->d; j++)
        sum += (p->at[j] - q->at[j]) * (p->at[j] - q->at[j]);
    return sum <= f->o->bandwidth * f->o->bandwidth;
}

/* Keep those peaks that no higher one is near to. */
static lt_status merge(fit *f) {
    int64_t kept = 0;
    qsort(f->peaks, (size_t)f->count, sizeof *f->peaks, by_rows);
    for (int64_t i = 0; i < f->count && f->peaks[i].rows > 0; i++) {
        bool is_new = true;
        for (int64_t k = 0; k < kept && is_new; k++)
            is_new = !are_near(f, &f->peaks[i], &f->peaks[k]);
        if (is_new)
            f->peaks[kept++] = f->peaks[i];
        if (lt_interrupted())
            return lt_stopped();
    }
    f->count = kept;
    if (kept == 0)
        return lt_fail(LT_EINVAL,
                       NAME ": no row is within the bandwidth %g of a start; without bin_seeding "
                            "the rows themselves are starts",
                       f->o->bandwidth);
    return LT_OK;
}

static lt_status write_result(const fit *f, lt_mean_shift_result *out, lt_tensor *x) {
    LT_TRY(lt_empty(&out->centers, (lt_dtype)x->dtype, 2, (int64_t[]){f->count, f->d}));
    for (int64_t i = 0; i < f->count * f->d; i++)
        lt_set_double(&out->centers, i, f->peaks[i / f->d].at[i % f->d]);
    return lt_kmeans_assign(NAME, &out->labels, NULL, &out->centers, x);
}

/* Climb in parts, so that whoever watches hears of it. */
static lt_status climb_all(fit *f, lt_mean_shift_result *out) {
    int64_t part = f->count / 16 > 64 ? f->count / 16 : 64;
    peak *all = f->peaks;
    int64_t count = f->count;
    out->converged = true;
    for (int64_t from = 0; from < count; from += part) {
        f->peaks = all + from;
        bool done = lt_parallel(count - from < part ? count - from : part, GRAIN, climb_chunk, f);
        f->peaks = all;
        if (!done || lt_interrupted())
            return lt_stopped();
        lt_report(&f->o->watch, from, count, (double)count);
    }
    for (int64_t i = 0; i < count; i++) {
        out->n_iter = all[i].steps > out->n_iter ? all[i].steps : out->n_iter;
        out->converged = out->converged && all[i].steps < f->o->max_iter;
    }
    return LT_OK;
}

static lt_status fit_rows(fit *f, lt_mean_shift_result *out, lt_tensor *x) {
    if (!lt_workspace_take(&f->scratch, (size_t)f->d * sizeof(double)))
        return lt_no_memory(NAME);
    LT_TRY(lt_tree_build(&f->tree, NAME, x));
    LT_TRY(f->o->bin_seeding ? start_at_cells(f, x) : start_at_rows(f, x));
    LT_TRY(climb_all(f, out));
    LT_TRY(merge(f));
    return write_result(f, out, x);
}

lt_status lt_mean_shift(lt_mean_shift_result *out, lt_tensor *x,
                        const lt_mean_shift_options *options) {
    lt_tensor rows LT_EMPTY;
    if (!(options->bandwidth > 0) || !isfinite(options->bandwidth))
        return lt_fail(LT_EINVAL, NAME ": bandwidth must be positive and finite, not %g",
                       options->bandwidth);
    if (options->max_iter < 1)
        return lt_fail(LT_EINVAL, NAME ": max_iter must be at least 1, not %lld",
                       (long long)options->max_iter);
    LT_TRY(lt_samples(&rows, NAME, x));
    fit f = {.o = options, .d = rows.shape[1]};
    lt_status status = fit_rows(&f, out, &rows);
    lt_tree_drop(&f.tree);
    lt_workspace_drop(&f.scratch);
    lt_arena_drop(&f.arena);
    lt_release(&rows);
    if (status != LT_OK) {
        lt_release(&out->centers);
        lt_release(&out->labels);
    }
    return status;
}
