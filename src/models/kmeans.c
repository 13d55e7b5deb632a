#include "models/kmeans.h"

#include <math.h>
#include <string.h>

#include "kernels/kmeans.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"
#include "models/arena.h"
#include "models/kmeans_start.h"
#include "models/kmeans_trace.h"
#include "ops/create.h"
#include "ops/reduce.h"
#include "tensor/interrupt.h"

/* Bounds take n k values: no more of them than this. */
#define BOUNDS_MAX ((int64_t)1 << 28)

/* Sums of wide rows are made in stretches of rows, each with sums [k, d] of its own. */
#define STRETCH_SUMS ((int64_t)1 << 24)
enum { STRETCHES_MIN = 2, STRETCHES_MAX = 8 };

/* Fewer changed values than this are added up in one thread. */
#define FEW_CHANGES ((int64_t)1 << 18)

#define K_MAX ((int64_t)1 << 24) /* narrow kernels number the centres in floats */

/* One fit at work. */
typedef struct fit {
    const lt_kmeans_options *o;
    const lt_kmeans_kernels *kernels;
    const lt_tensor *x; /* dense [n, d] */
    lt_dtype dtype;
    int64_t size; /* bytes of an element */
    int64_t n, d, k;
    bool is_narrow;
    lt_arena arena;
    lt_nearest step;
    lt_kmeans_trace trace;

    int32_t *label;  /* [n] of this assignment; -1 before the first */
    int64_t changes; /* labels that it has changed */
    double spread;   /* mean variance of the columns */
    double *sums;    /* [k, d] of the rows of each centre */
    int64_t *counts; /* [k] */
    double *exact;   /* [k, d] new centres */
    char *centers;   /* [k, d] in the dtype of x */
    double *gaps;    /* [n] squared distances to the centres, once they are asked for */

    /* Wide rows alone: */
    int32_t *before;      /* [n] labels of the assignment before */
    int64_t *changed;     /* rows whose label has changed */
    double *stretch_sums; /* [stretches, k, d] */
    int64_t stretches;
} fit;

static const char *row_of(const fit *f, int64_t i) {
    return (const char *)lt_data(f->x) + i * f->d * f->size;
}

static double get(const fit *f, const void *at, int64_t i) {
    return f->dtype == LT_FLOAT32 ? (double)((const float *)at)[i] : ((const double *)at)[i];
}

static void set(const fit *f, void *at, int64_t i, double value) {
    if (f->dtype == LT_FLOAT32)
        ((float *)at)[i] = (float)value;
    else
        ((double *)at)[i] = value;
}

/* ---- getting ready ---- */

static lt_status take_memory(fit *f) {
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
    return a->failed ? lt_no_memory("KMeans") : LT_OK;
}

/* Mean and variance of the columns: the origin of products, the unit of tol. */
static lt_status measure(fit *f) {
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

static lt_status begin(fit *f, const lt_tensor *x, const lt_kmeans_options *o) {
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
    if (f->is_narrow && !lt_parallel(f->n, LT_KMEANS_NARROW_ROWS, f->kernels->split, &f->step))
        return lt_stopped();
    return measure(f);
}

static void end(fit *f) {
    lt_workspace_drop(&f->step.scratch);
    lt_arena_drop(&f->arena);
    lt_trace_end(&f->trace, NULL);
}

/* ---- E step: assign rows to centres ---- */

/* The centres about the origin, for products. */
static void shift_centers(fit *f) {
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

static lt_status assign_narrow(fit *f) {
    int64_t chunks = lt_chunks(f->n, LT_KMEANS_NARROW_ROWS);
    memset(f->step.changes, 0, (size_t)chunks * sizeof *f->step.changes);
    if (!lt_parallel(f->n, LT_KMEANS_NARROW_ROWS, f->kernels->narrow, &f->step))
        return lt_stopped();
    f->changes = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        f->changes += f->step.changes[chunk];
    return LT_OK;
}

static lt_status assign_wide(fit *f, bool first) {
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

static lt_status assign(fit *f, bool first) {
    return f->is_narrow ? assign_narrow(f) : assign_wide(f, first);
}

/* ---- M step: sums of the rows of each centre ---- */

static void collect_chunk_sums(fit *f) {
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
static void move_rows(const fit *f, int64_t from, int64_t to, double *sums) {
    for (int64_t i = from; i < to; i++) {
        int64_t row = f->changed[i];
        f->kernels->add(row_of(f, row), f->d, 1, sums + f->label[row] * f->d);
        if (f->before[row] >= 0)
            f->kernels->add(row_of(f, row), f->d, -1, sums + f->before[row] * f->d);
    }
}

static void move_stretch(void *context, int64_t from, int64_t to, int64_t stretch) {
    const fit *f = context;
    double *sums = f->stretch_sums + stretch * f->k * f->d;
    memset(sums, 0, (size_t)(f->k * f->d) * sizeof *sums);
    move_rows(f, from, to, sums);
}

static lt_status collect_changes(fit *f, bool first) {
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
    const fit *f = context;
    for (int64_t i = from; i < to; i++)
        f->gaps[i] =
            f->kernels->distance(row_of(f, i), f->centers + f->label[i] * f->d * f->size, f->d);
}

/* Squared distance of every row to its centre. */
static lt_status measure_gaps(fit *f) {
    if (!f->gaps)
        f->gaps = lt_take(&f->arena, (size_t)f->n * sizeof *f->gaps);
    if (!f->gaps)
        return lt_no_memory("KMeans");
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
static lt_status relocate(fit *f) {
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
static lt_status find_means(fit *f) {
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
static double move_centers(fit *f) {
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

static lt_status update(fit *f, bool first, double *shift) {
    if (f->is_narrow)
        collect_chunk_sums(f);
    else
        LT_TRY(collect_changes(f, first));
    LT_TRY(find_means(f));
    *shift = move_centers(f);
    return LT_OK;
}

/* ---- the iterations ---- */

/* One assignment and the centres that follow. `*settled` when no label has changed. */
static lt_status iterate(fit *f, bool first, double *shift, bool *settled) {
    LT_TRY(assign(f, first));
    if (f->o->trace)
        LT_TRY(lt_trace_assignment(&f->trace, f->x, f->centers, f->label));
    LT_TRY(update(f, first, shift));
    if (f->o->trace)
        lt_trace_centers(&f->trace, f->centers);
    *settled = !first && f->changes == 0;
    return LT_OK;
}

/* Sum of squared distances of the rows to their centres. The narrow kernels have just found it. */
static lt_status find_inertia(fit *f, double *inertia) {
    int64_t count = f->is_narrow ? lt_chunks(f->n, LT_KMEANS_NARROW_ROWS) : f->n;
    if (!f->is_narrow)
        LT_TRY(measure_gaps(f));
    const double *part = f->is_narrow ? f->step.inertia : f->gaps;
    *inertia = 0;
    for (int64_t i = 0; i < count; i++)
        *inertia += part[i];
    return LT_OK;
}

static lt_status run(fit *f, lt_kmeans_result *out) {
    double limit = f->o->tol * f->spread, shift = 0;
    bool settled = false;
    if (f->o->trace)
        LT_TRY(lt_trace_begin(&f->trace, f->x, f->centers, f->k));
    for (int64_t i = 0; i < f->o->max_iter && !out->converged; i++) {
        LT_TRY(lt_check_interrupt());
        LT_TRY(iterate(f, i == 0, &shift, &settled));
        out->n_iter = i + 1;
        out->shift = f->spread > 0 ? shift / f->spread : shift;
        out->converged = settled || (f->o->tol > 0 && shift <= limit);
        lt_report(&f->o->watch, i + 1, f->o->max_iter, out->shift);
    }
    f->step.sums = NULL;       /* there are no more means to come */
    if (!settled || shift > 0) /* the labels belong to the centres before these */
        LT_TRY(assign(f, false));
    return find_inertia(f, &out->inertia);
}

static lt_status write_result(fit *f, lt_kmeans_result *out) {
    LT_TRY(lt_empty(&out->centers, f->dtype, 2, (int64_t[]){f->k, f->d}));
    LT_TRY(lt_empty(&out->labels, LT_INT64, 1, &f->n));
    memcpy(lt_data(&out->centers), f->centers, (size_t)(f->k * f->d * f->size));
    int64_t *labels = lt_data(&out->labels);
    for (int64_t i = 0; i < f->n; i++)
        labels[i] = f->label[i] + 1;
    return lt_trace_end(&f->trace, out);
}

/* One run from one start. */
static lt_status fit_once(lt_kmeans_result *out, const lt_tensor *x, const lt_kmeans_options *o,
                          uint64_t number) {
    fit f = {.kernels = NULL};
    lt_tensor start LT_EMPTY;
    lt_status status = lt_kmeans_start(&start, x, o, number);
    if (status == LT_OK)
        status = begin(&f, x, o);
    if (status == LT_OK) {
        memcpy(f.centers, lt_data(&start), (size_t)(f.k * f.d * f.size));
        status = run(&f, out);
    }
    if (status == LT_OK)
        status = write_result(&f, out);
    end(&f);
    lt_release(&start);
    if (status != LT_OK)
        lt_kmeans_release(out);
    return status;
}

void lt_kmeans_release(lt_kmeans_result *r) {
    lt_tensor *tensors[] = {&r->centers,   &r->labels,     &r->trace_centers,
                            &r->trace_low, &r->trace_high, &r->trace_inertia};
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        lt_release(tensors[i]);
    memset(r, 0, sizeof *r);
}

static lt_status check_options(const lt_tensor *x, const lt_kmeans_options *o) {
    if (o->k < 1)
        return lt_fail(LT_EINVAL, "KMeans: k must be at least 1, not %lld", (long long)o->k);
    if (o->k > x->shape[0])
        return lt_fail(LT_EINVAL, "KMeans: k = %lld clusters need at least as many rows; x is %s",
                       (long long)o->k, lt_shape_of(x));
    if (o->k > K_MAX)
        return lt_fail(LT_EINVAL, "KMeans: k must be at most %lld, not %lld", (long long)K_MAX,
                       (long long)o->k);
    if (o->n_init < 1 || o->max_iter < 1)
        return lt_fail(LT_EINVAL,
                       "KMeans: n_init and max_iter must be at least 1, not %lld and %lld",
                       (long long)o->n_init, (long long)o->max_iter);
    if (!(o->tol >= 0))
        return lt_fail(LT_EINVAL, "KMeans: tol must not be negative, but is %g", o->tol);
    return LT_OK;
}

static lt_status fit_best(lt_kmeans_result *out, const lt_tensor *x, const lt_kmeans_options *o) {
    LT_TRY(check_options(x, o));
    bool is_random = o->init == LT_KMEANS_PLUS_PLUS || o->init == LT_KMEANS_RANDOM;
    for (int64_t i = 0; i < (is_random ? o->n_init : 1); i++) {
        lt_kmeans_result next = {.n_iter = 0};
        lt_status status = fit_once(&next, x, o, (uint64_t)i);
        if (status != LT_OK) {
            lt_kmeans_release(out);
            return status;
        }
        lt_kmeans_result *worse = i == 0 || next.inertia < out->inertia ? out : &next;
        if (worse == out) {
            lt_kmeans_result kept = *out;
            *out = next;
            next = kept;
        }
        lt_kmeans_release(&next);
    }
    return LT_OK;
}

lt_status lt_kmeans(lt_kmeans_result *out, lt_tensor *x, const lt_kmeans_options *options) {
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_samples(&rows, "KMeans", x));
    lt_status status = fit_best(out, &rows, options);
    lt_release(&rows);
    return status;
}

/* ---- with centres at hand ---- */

/* Assign rows to given centres, and measure the distances where `inertia` is wanted. */
static lt_status assign_to(lt_tensor *labels, double *inertia, lt_tensor *centers,
                           const lt_tensor *x) {
    lt_kmeans_options o = {.k = centers->shape[0], .max_iter = 1};
    fit f = {.kernels = NULL};
    lt_status status = begin(&f, x, &o);
    if (status == LT_OK) {
        memcpy(f.centers, lt_data(centers), (size_t)(f.k * f.d * f.size));
        f.step.sums = NULL;
        f.step.counts = NULL;
        status = assign(&f, true);
    }
    if (status == LT_OK && inertia)
        status = find_inertia(&f, inertia);
    if (status == LT_OK && labels)
        status = lt_empty(labels, LT_INT64, 1, &f.n);
    for (int64_t i = 0; status == LT_OK && labels && i < f.n; i++)
        ((int64_t *)lt_data(labels))[i] = f.label[i] + 1;
    end(&f);
    return status;
}

lt_status lt_kmeans_assign(lt_tensor *labels, double *inertia, lt_tensor *centers, lt_tensor *x) {
    lt_tensor rows LT_EMPTY, dense LT_EMPTY;
    if (centers->ndim != 2 || centers->numel == 0)
        return lt_fail(LT_EINVAL, "KMeans: centers must be a matrix [k, columns], not %s",
                       lt_shape_of(centers));
    lt_dtype dtype =
        lt_dtype_is_float((lt_dtype)centers->dtype) ? (lt_dtype)centers->dtype : lt_default_dtype();
    LT_TRY(lt_queries(&rows, "KMeans", x, centers->shape[1], dtype));
    lt_status status = lt_cast(&dense, centers, dtype);
    if (inertia)
        *inertia = 0;
    if (status == LT_OK && rows.shape[0] > 0)
        status = assign_to(labels, inertia, &dense, &rows);
    else if (status == LT_OK && labels)
        status = lt_empty(labels, LT_INT64, 1, (int64_t[]){0});
    lt_release(&dense);
    lt_release(&rows);
    return status;
}
