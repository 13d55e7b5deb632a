#include "models/kmeans_start.h"

#include <math.h>
#include <string.h>

#include "kernels/kmeans.h"
#include "kernels/parallel.h"
#include "models/arena.h"
#include "ops/create.h"
#include "ops/reduce.h"

/* ---- without chance ---- */

static lt_status start_given(lt_tensor *centers, const lt_tensor *x, const lt_kmeans_options *o) {
    lt_tensor *start = o->start;
    if (start->ndim != 2 || start->shape[0] != o->k || start->shape[1] != x->shape[1])
        return lt_fail(LT_EINVAL, "%s: init must be [%lld, %lld] for these rows, not %s", o->model,
                       (long long)o->k, (long long)x->shape[1], lt_shape_of(start));
    LT_TRY(lt_cast(centers, start, (lt_dtype)x->dtype));
    for (int64_t i = 0; i < centers->numel; i++) {
        double v = lt_get_double(centers, i);
        if (!isfinite(v)) {
            lt_release(centers);
            return lt_fail(LT_EINVAL, "%s: init holds %g; start centres must be finite", o->model,
                           v);
        }
    }
    return LT_OK;
}

/* Centre i lies i / (k - 1) of the way from the smallest to the largest values. */
static lt_status start_linspace(lt_tensor *centers, lt_tensor *x, int64_t k) {
    lt_tensor low LT_EMPTY, high LT_EMPTY;
    int64_t d = x->shape[1];
    lt_status status = lt_reduce(&low, LT_RE_min, x, 1, (int[]){0}, false);
    if (status == LT_OK)
        status = lt_reduce(&high, LT_RE_max, x, 1, (int[]){0}, false);
    if (status == LT_OK)
        status = lt_empty(centers, (lt_dtype)x->dtype, 2, (int64_t[]){k, d});
    for (int64_t i = 0; status == LT_OK && i < k * d; i++) {
        double from = lt_get_double(&low, i % d), to = lt_get_double(&high, i % d);
        double part = k > 1 ? (double)(i / d) / (double)(k - 1) : 0;
        lt_set_double(centers, i, from + (to - from) * part);
    }
    lt_release(&low);
    lt_release(&high);
    return status;
}

/* ---- by chance ---- */

static void copy_row(lt_tensor *centers, int64_t c, const lt_tensor *x, int64_t row) {
    size_t bytes = (size_t)x->shape[1] * lt_dtype_size((lt_dtype)x->dtype);
    memcpy((char *)lt_data(centers) + (size_t)c * bytes,
           (const char *)lt_data(x) + (size_t)row * bytes, bytes);
}

/* k different rows, each set equally likely: Floyd's sampling (Bentley and Floyd 1987) over a
 * table of marks. */
static lt_status start_random(lt_tensor *centers, const lt_tensor *x, lt_draws *draws) {
    lt_arena a = {0};
    int64_t n = x->shape[0], k = centers->shape[0];
    char *taken = lt_take_zeroed(&a, (size_t)n);
    if (!taken)
        return lt_no_memory("KMeans");
    for (int64_t i = 0; i < k; i++) {
        int64_t row = lt_draws_below(draws, n - k + i + 1);
        if (taken[row])
            row = n - k + i;
        taken[row] = 1;
        copy_row(centers, i, x, row);
    }
    lt_arena_drop(&a);
    return LT_OK;
}

typedef struct seeding {
    lt_seeding s;
    const lt_kmeans_kernels *kernels;
    const lt_tensor *x;
    int64_t chunks;
    double *totals; /* [chunks] of the potential, as the last update left it */
    char *rows;     /* [LT_KMEANS_TRIALS, d] candidates */
} seeding;

/* A row, drawn in proportion to its squared distance from the centres so far. */
static int64_t draw_row(const seeding *w, lt_draws *draws) {
    double total = 0;
    for (int64_t c = 0; c < w->chunks; c++)
        total += w->totals[c];
    if (!(total > 0)) /* every row is a centre already */
        return lt_draws_below(draws, w->s.n);
    double rest = lt_draws_uniform(draws) * total;
    int64_t chunk = 0;
    while (chunk < w->chunks - 1 && rest >= w->totals[chunk])
        rest -= w->totals[chunk++];
    int64_t row = chunk * LT_KMEANS_WIDE_ROWS;
    int64_t last = row + LT_KMEANS_WIDE_ROWS < w->s.n ? row + LT_KMEANS_WIDE_ROWS : w->s.n;
    while (row < last - 1 && rest >= w->s.closest[row])
        rest -= w->s.closest[row++];
    return row;
}

/* Try m candidates; returns in `best` the one that leaves the smallest potential. */
static lt_status try_rows(seeding *w, int m, const int64_t *row, int64_t *best) {
    size_t bytes = (size_t)w->s.d * lt_dtype_size((lt_dtype)w->x->dtype);
    for (int i = 0; i < m; i++)
        memcpy(w->rows + (size_t)i * bytes, (const char *)lt_data(w->x) + (size_t)row[i] * bytes,
               bytes);
    w->s.m = m;
    if (!lt_parallel(w->s.n, LT_KMEANS_WIDE_ROWS, w->kernels->seed, &w->s))
        return lt_stopped();
    double least = INFINITY;
    *best = row[0];
    for (int i = 0; i < m; i++) {
        double sum = 0;
        for (int64_t c = 0; c < w->chunks; c++)
            sum += w->s.potential[c * m + i];
        if (sum < least) {
            least = sum;
            *best = row[i];
        }
    }
    return LT_OK;
}

/* Make a row a centre: distances shrink. */
static lt_status settle_row(seeding *w, lt_tensor *centers, int64_t c, int64_t row) {
    copy_row(centers, c, w->x, row);
    w->s.update = true;
    lt_status status = try_rows(w, 1, &row, &row);
    w->s.update = false;
    memcpy(w->totals, w->s.potential, (size_t)w->chunks * sizeof *w->totals);
    return status;
}

static lt_status seed_all(seeding *w, lt_tensor *centers, lt_draws *draws) {
    int64_t k = centers->shape[0], row[LT_KMEANS_TRIALS], best = 0;
    int trials = 2 + (int)log((double)k);
    for (int64_t i = 0; i < w->s.n; i++)
        w->s.closest[i] = INFINITY;
    LT_TRY(settle_row(w, centers, 0, lt_draws_below(draws, w->s.n)));
    for (int64_t c = 1; c < k; c++) {
        for (int i = 0; i < trials; i++)
            row[i] = draw_row(w, draws);
        LT_TRY(try_rows(w, trials, row, &best));
        LT_TRY(settle_row(w, centers, c, best));
    }
    return LT_OK;
}

/* Columns of narrow rows one after the other, as the kernel wants them. */
static lt_status split_rows(seeding *w, lt_arena *a) {
    size_t bytes = (size_t)w->x->numel * lt_dtype_size((lt_dtype)w->x->dtype);
    lt_nearest s = {.x = w->s.x, .n = w->s.n, .d = w->s.d, .columns = lt_take(a, bytes)};
    w->s.columns = s.columns;
    if (!s.columns)
        return lt_no_memory("KMeans");
    return lt_parallel(s.n, LT_KMEANS_NARROW_ROWS, w->kernels->split, &s) ? LT_OK : lt_stopped();
}

static lt_status start_plus_plus(lt_tensor *centers, const lt_tensor *x, lt_draws *draws) {
    lt_arena a = {0};
    seeding w = {.x = x, .chunks = lt_chunks(x->shape[0], LT_KMEANS_WIDE_ROWS)};
    size_t size = lt_dtype_size((lt_dtype)x->dtype), chunks = (size_t)w.chunks;
    w.kernels = x->dtype == LT_FLOAT32 ? &lt_kmeans_float32 : &lt_kmeans_float64;
    w.rows = lt_take(&a, LT_KMEANS_TRIALS * (size_t)x->shape[1] * size);
    w.totals = lt_take(&a, chunks * sizeof(double));
    w.s = (lt_seeding){.x = lt_data(x),
                       .candidates = w.rows,
                       .n = x->shape[0],
                       .d = x->shape[1],
                       .closest = lt_take(&a, (size_t)x->shape[0] * sizeof(double)),
                       .potential = lt_take(&a, chunks * LT_KMEANS_TRIALS * sizeof(double))};
    lt_status status = a.failed ? lt_no_memory("KMeans") : LT_OK;
    if (status == LT_OK && w.s.d <= LT_KMEANS_NARROW)
        status = split_rows(&w, &a);
    if (status == LT_OK)
        status = seed_all(&w, centers, draws);
    lt_arena_drop(&a);
    return status;
}

lt_status lt_kmeans_start(lt_tensor *centers, const lt_tensor *x, const lt_kmeans_options *o,
                          uint64_t run) {
    if (o->init == LT_KMEANS_GIVEN)
        return start_given(centers, x, o);
    if (o->init == LT_KMEANS_LINSPACE)
        return start_linspace(centers, (lt_tensor *)x, o->k);
    lt_draws draws = {.seed = o->seed, .stream = run};
    LT_TRY(lt_empty(centers, (lt_dtype)x->dtype, 2, (int64_t[]){o->k, x->shape[1]}));
    lt_status status = o->init == LT_KMEANS_RANDOM ? start_random(centers, x, &draws)
                                                   : start_plus_plus(centers, x, &draws);
    if (status != LT_OK)
        lt_release(centers);
    return status;
}
