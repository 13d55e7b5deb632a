#include "models/kmeans_steps.h"

#include <math.h>
#include <string.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"
#include "ops/create.h"
#include "ops/reduce.h"

/* Bounds take n k values: no more of them than this. */
#define BOUNDS_MAX ((int64_t)1 << 28)

/* Sums of wide rows are made in stretches of rows, each with sums [k, d] of its own. */
#define STRETCH_SUMS ((int64_t)1 << 24)
enum { STRETCHES_MIN = 2, STRETCHES_MAX = 8 };

/* Fewer changed values than this are added up in one thread. */
#define FEW_CHANGES ((int64_t)1 << 18)

static const char *row_of(const lt_lloyd *f, int64_t i) {
    return (const char *)lt_data(f->x) + i * f->d * f->size;
}

static double get(const lt_lloyd *f, const void *at, int64_t i) {
    return f->dtype == LT_FLOAT32 ? (double)((const float *)at)[i] : ((const double *)at)[i];
}

static void set(const lt_lloyd *f, void *at, int64_t i, double value) {
    if (f->dtype == LT_FLOAT32)
        ((float *)at)[i] = (float)value;
    else
        ((double *)at)[i] = value;
}

/* ---- getting ready ---- */

static lt_status take_memory(lt_lloyd *f) {
    lt_arena *a = &f->arena;
    size_t n = (size_t)f->n, k = (size_t)f->k, d = (size_t)f->d, size = (size_t)f->size;
    size_t chunks = (size_t)lt_chunks(f->n, LT_KMEANS_NARROW_ROWS);
    f->label = lt_take(a, n * sizeof *f->label);
    f->sums = lt_take(a, k * d * sizeof *f->sums);
    f->counts = lt_take(a, k * sizeof *f->counts);
    f->exact = lt_take(a, k * d * sizeof *f->exact);
    f->centers = lt_take(a, k * d * size);
    f->step.moved = lt_take(a, k * size);
    if (f->is_narrow) {
        f->step.columns = lt_take(a, n * d * size);
        f->step.sums = lt_take_zeroed(a, chunks * k * d * sizeof(double));
        f->step.counts = lt_take_zeroed(a, chunks * k * sizeof(int64_t));
        f->step.changes = lt_take(a, chunks * sizeof(int64_t));
        f->step.inertia = lt_take(a, chunks * sizeof(double));
    } else {
        f->before = lt_take(a, n * sizeof *f->before);
        f->changed = lt_take(a, n * sizeof *f->changed);
        f->stretch_sums = lt_take(a, (size_t)f->stretches * k * d * sizeof(double));
        f->step.origin = lt_take(a, d * size);
        f->step.shifted = lt_take(a, k * d * size);
        f->step.norms = lt_take(a, k * size);
        if (f->o->max_iter > 1 && f->n <= BOUNDS_MAX / f->k) {
            f->step.upper = lt_take(a, n * size);
            f->step.lower = lt_take(a, n * k * size);
        }
        if (!lt_workspace_take(&f->step.scratch, lt_kmeans_scratch(f->d, f->k, size)))
            a->failed = true;
    }
    return a->failed ? lt_no_memory(f->o->model) : LT_OK;
}

/* Mean and variance of the columns: the origin of products, the unit of tol. */
static lt_status measure(lt_lloyd *f) {
    lt_tensor x LT_EMPTY, figure LT_EMPTY;
    lt_status status = lt_alias(&x, (lt_tensor *)f->x);
    if (status == LT_OK && !f->is_narrow) {
        status = lt_reduce(&figure, LT_RE_mean, &x, 1, (int[]){0}, false);
        if (status == LT_OK)
            memcpy((void *)f->step.origin, lt_data(&figure), (size_t)(f->d * f->size));
        lt_release(&figure);
    }
    if (status == LT_OK && f->o->tol > 0) {
        status = lt_reduce_p(&figure, LT_RE_var, &x, 1, (int[]){0}, false, 0);
        for (int64_t j = 0; status == LT_OK && j < f->d; j++)
            f->spread += get(f, lt_data(&figure), j) / (double)f->d;
        lt_release(&figure);
    }
    lt_release(&x);
    return status;
}

lt_status lt_lloyd_begin(lt_lloyd *f, const lt_tensor *x, const lt_kmeans_options *o,
                         const void *centers) {
    f->o = o;
    f->x = x;
    f->dtype = (lt_dtype)x->dtype;
    f->kernels = f->dtype == LT_FLOAT32 ? &lt_kmeans_float32 : &lt_kmeans_float64;
    f->size = (int64_t)lt_dtype_size(f->dtype);
    f->n = x->shape[0];
    f->d = x->shape[1];
    f->k = o->k;
    f->is_narrow = f->d <= LT_KMEANS_NARROW;
    int64_t stretches = STRETCH_SUMS / (f->k * f->d);
    f->stretches = stretches < STRETCHES_MIN   ? STRETCHES_MIN
                   : stretches > STRETCHES_MAX ? STRETCHES_MAX
                                               : stretches;
    LT_TRY(take_memory(f));
    f->step.x = lt_data(x);
    f->step.n = f->n;
    f->step.d = f->d;
    f->step.k = f->k;
    f->step.label = f->label;
    f->step.centers = f->centers;
    memset(f->label, -1, (size_t)f->n * sizeof *f->label);
    memcpy(f->centers, centers, (size_t)(f->k * f->d * f->size));
    if (f->is_narrow && !lt_parallel(f->n, LT_KMEANS_NARROW_ROWS, f->kernels->split, &f->step))
        return lt_stopped();
    return measure(f);
}

void lt_lloyd_end(lt_lloyd *f) {
    lt_workspace_drop(&f->step.scratch);
    lt_arena_drop(&f->arena);
}

/* ---- E step: assign rows to centres ---- */

/* The centres about the origin, for products. */
static void shift_centers(lt_lloyd *f) {
    char *shifted = (char *)f->step.shifted;
    for (int64_t c = 0; c < f->k; c++) {
        double norm = 0;
        for (int64_t j = 0; j < f->d; j++) {
            int64_t at = c * f->d + j;
            set(f, shifted, at, get(f, f->centers, at) - get(f, f->step.origin, j));
            norm += get(f, shifted, at) * get(f, shifted, at);
        }
        set(f, (void *)f->step.norms, c, norm);
    }
}

static lt_status assign_narrow(lt_lloyd *f) {
    int64_t chunks = lt_chunks(f->n, LT_KMEANS_NARROW_ROWS);
    memset(f->step.changes, 0, (size_t)chunks * sizeof *f->step.changes);
    if (!lt_parallel(f->n, LT_KMEANS_NARROW_ROWS, f->kernels->narrow, &f->step))
        return lt_stopped();
    f->changes = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        f->changes += f->step.changes[chunk];
    return LT_OK;
}

static lt_status assign_wide(lt_lloyd *f, bool first) {
    bool plain = first || !f->step.lower;
    memcpy(f->before, f->label, (size_t)f->n * sizeof *f->label);
    shift_centers(f);
    if (!lt_parallel(f->n, LT_KMEANS_WIDE_ROWS, plain ? f->kernels->wide : f->kernels->bounded,
                     &f->step))
        return lt_stopped();
    f->changes = 0;
    for (int64_t i = 0; i < f->n; i++)
        if (f->label[i] != f->before[i])
            f->changed[f->changes++] = i;
    return LT_OK;
}

lt_status lt_lloyd_assign(lt_lloyd *f, bool first) {
    return f->is_narrow ? assign_narrow(f) : assign_wide(f, first);
}

/* ---- M step: sums of the rows of each centre ---- */

static void collect_chunk_sums(lt_lloyd *f) {
    int64_t kd = f->k * f->d;
    memset(f->sums, 0, (size_t)kd * sizeof *f->sums);
    memset(f->counts, 0, (size_t)f->k * sizeof *f->counts);
    for (int64_t chunk = 0; chunk < lt_chunks(f->n, LT_KMEANS_NARROW_ROWS); chunk++) {
        for (int64_t i = 0; i < kd; i++)
            f->sums[i] += f->step.sums[chunk * kd + i];
        for (int64_t c = 0; c < f->k; c++)
            f->counts[c] += f->step.counts[chunk * f->k + c];
    }
}

/* Take the changed rows [from, to) from the sums of their old centres and give them to the new. */
static void move_rows(const lt_lloyd *f, int64_t from, int64_t to, double *sums) {
    for (int64_t i = from; i < to; i++) {
        int64_t row = f->changed[i];
        f->kernels->add(row_of(f, row), f->d, 1, sums + f->label[row] * f->d);
        if (f->before[row] >= 0)
            f->kernels->add(row_of(f, row), f->d, -1, sums + f->before[row] * f->d);
    }
}

static void move_stretch(void *context, int64_t from, int64_t to, int64_t stretch) {
    const lt_lloyd *f = context;
    double *sums = f->stretch_sums + stretch * f->k * f->d;
    memset(sums, 0, (size_t)(f->k * f->d) * sizeof *sums);
    move_rows(f, from, to, sums);
}

static lt_status collect_changes(lt_lloyd *f, bool first) {
    int64_t kd = f->k * f->d;
    if (first) {
        memset(f->sums, 0, (size_t)kd * sizeof *f->sums);
        memset(f->counts, 0, (size_t)f->k * sizeof *f->counts);
    }
    for (int64_t i = 0; i < f->changes; i++) {
        int64_t row = f->changed[i];
        f->counts[f->label[row]]++;
        if (!first)
            f->counts[f->before[row]]--;
    }
    if (f->changes * f->d < FEW_CHANGES) {
        move_rows(f, 0, f->changes, f->sums);
        return LT_OK;
    }
    int64_t grain = lt_chunks(f->changes, f->stretches);
    if (!lt_parallel(f->changes, grain, move_stretch, f))
        return lt_stopped();
    for (int64_t s = 0; s < lt_chunks(f->changes, grain); s++)
        for (int64_t i = 0; i < kd; i++)
            f->sums[i] += f->stretch_sums[s * kd + i];
    return LT_OK;
}

/* ---- new centres ---- */

static void gap_chunk(void *context, int64_t from, int64_t to, int64_t chunk) {
    (void)chunk;
    const lt_lloyd *f = context;
    for (int64_t i = from; i < to; i++)
        f->gaps[i] =
            f->kernels->distance(row_of(f, i), f->centers + f->label[i] * f->d * f->size, f->d);
}

/* Squared distance of every row to its centre. */
static lt_status measure_gaps(lt_lloyd *f) {
    if (!f->gaps)
        f->gaps = lt_take(&f->arena, (size_t)f->n * sizeof *f->gaps);
    if (!f->gaps)
        return lt_no_memory(f->o->model);
    double *sums = f->step.sums; /* narrow rows are simply compared once more, for the gaps alone */
    f->step.gaps = f->gaps;
    f->step.sums = NULL;
    bool done = f->is_narrow
                    ? lt_parallel(f->n, LT_KMEANS_NARROW_ROWS, f->kernels->narrow, &f->step)
                    : lt_parallel(f->n, LT_KMEANS_NARROW_ROWS, gap_chunk, f);
    f->step.gaps = NULL;
    f->step.sums = sums;
    return done ? LT_OK : lt_stopped();
}

/* Place of the largest of n values, the first of equals. */
static LT_SIMD int64_t farthest(const double *gaps, int64_t n) {
    double most = -1;
    int64_t at = 0;
#pragma omp simd reduction(max : most)
    for (int64_t i = 0; i < n; i++)
        most = gaps[i] > most ? gaps[i] : most;
    while (at < n - 1 && gaps[at] != most)
        at++;
    return at;
}

/* Move each empty centre to the row that is farthest from its own centre and not the last of it;
 * the row leaves that centre's mean. */
static lt_status relocate(lt_lloyd *f) {
    LT_TRY(measure_gaps(f));
    for (int64_t c = 0; c < f->k; c++) {
        if (f->counts[c] > 0)
            continue;
        int64_t far = farthest(f->gaps, f->n);
        double *to = f->exact + c * f->d, *from = f->exact + f->label[far] * f->d;
        double left = (double)f->counts[f->label[far]] - 1;
        for (int64_t j = 0; j < f->d; j++) {
            to[j] = get(f, row_of(f, far), j);
            if (left > 0)
                from[j] += (from[j] - to[j]) / left;
        }
        f->gaps[far] = -1;
    }
    return LT_OK;
}

/* Means of the rows of each centre, in f->exact. */
static lt_status find_means(lt_lloyd *f) {
    bool empty = false;
    for (int64_t c = 0; c < f->k; c++) {
        double count = (double)f->counts[c];
        empty |= f->counts[c] == 0;
        for (int64_t j = 0; j < f->d; j++)
            f->exact[c * f->d + j] = f->counts[c] > 0                ? f->sums[c * f->d + j] / count
                                     : f->o->empty == LT_KMEANS_KEEP ? NAN
                                                                     : 0;
    }
    return empty && f->o->empty == LT_KMEANS_RELOCATE ? relocate(f) : LT_OK;
}

/* Take over the means as centres; returns the sum of their squared shifts. */
static double move_centers(lt_lloyd *f) {
    double total = 0;
    for (int64_t c = 0; c < f->k; c++) {
        double shift = 0;
        for (int64_t j = 0; j < f->d; j++) {
            int64_t at = c * f->d + j;
            double old = get(f, f->centers, at);
            set(f, f->centers, at, f->exact[at]);
            double gap = get(f, f->centers, at) - old;
            shift += gap * gap;
        }
        if (shift != shift) /* an empty one: it is nowhere */
            shift = 0;
        set(f, (void *)f->step.moved, c, sqrt(shift) * (1 + 1e-6));
        total += shift;
    }
    return total;
}

lt_status lt_lloyd_update(lt_lloyd *f, bool first, double *shift) {
    if (f->is_narrow)
        collect_chunk_sums(f);
    else
        LT_TRY(collect_changes(f, first));
    LT_TRY(find_means(f));
    *shift = move_centers(f);
    return LT_OK;
}

/* ---- the end ---- */

void lt_lloyd_settle(lt_lloyd *f) {
    f->step.sums = NULL;
    f->step.counts = NULL;
}

/* The narrow kernels have just found it. */
lt_status lt_lloyd_inertia(lt_lloyd *f, double *inertia) {
    int64_t count = f->is_narrow ? lt_chunks(f->n, LT_KMEANS_NARROW_ROWS) : f->n;
    if (!f->is_narrow)
        LT_TRY(measure_gaps(f));
    const double *part = f->is_narrow ? f->step.inertia : f->gaps;
    *inertia = 0;
    for (int64_t i = 0; i < count; i++)
        *inertia += part[i];
    return LT_OK;
}

lt_status lt_lloyd_labels(const lt_lloyd *f, lt_tensor *out) {
    LT_TRY(lt_empty(out, LT_INT64, 1, &f->n));
    int64_t *labels = lt_data(out);
    for (int64_t i = 0; i < f->n; i++)
        labels[i] = f->label[i] + 1;
    return LT_OK;
}
