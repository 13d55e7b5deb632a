#include "models/dbscan.h"

#include <math.h>

#include "kernels/parallel.h"
#include "models/arena.h"
#include "models/cells.h"
#include "models/forest.h"
#include "models/pairs.h"
#include "models/tree.h"
#include "tensor/interrupt.h"

#define NAME "DBSCAN"

/* Cells or rows of a parallel chunk. */
enum { GRAIN = 64 };

/* Columns from which on a tree rules out next to nothing. */
enum { WIDE = 20 };

/* A fit at work. Rows go by their places in the order of the grid or the tree; where all pairs are
 * compared, that is the order of x. */
typedef struct fit {
    double square; /* eps^2 */
    double eps;
    int64_t n, min_samples;
    lt_cells cells;
    lt_tree tree;
    lt_pairs pairs;
    int64_t *id, *count; /* [n] of wide rows: their numbers; how many rows are near each */
    bool *core;          /* [n] by place */
    int64_t *parent;     /* [n] forest of core rows, by row number */
    int64_t *first;      /* [n] by place: least root among the core rows near a border row, or n */
    int64_t *near;       /* [reach, 3] steps from a cell to those that eps may reach into */
    int64_t reach;
    lt_arena arena;
} fit;

/* ---- in a grid ---- */

/* Cells are so small (eps / sqrt d) that all rows of one are neighbours of each other. */

/* No two rows within eps are more than this many cells apart to a side. */
enum { SPAN = 2, AROUND = 125 + 1 };

static void list_steps(fit *f, int64_t d) {
    int64_t sides[LT_CELLS_COLUMNS];
    for (int64_t j = 0; j < LT_CELLS_COLUMNS; j++)
        sides[j] = j < d ? SPAN : 0;
    for (int64_t a = -sides[0]; a <= sides[0]; a++)
        for (int64_t b = -sides[1]; b <= sides[1]; b++)
            for (int64_t c = -sides[2]; c <= sides[2]; c++) {
                int64_t *to = f->near + f->reach++ * LT_CELLS_COLUMNS;
                to[0] = a, to[1] = b, to[2] = c;
            }
}

/* The cell a step away, or -1. */
static int64_t neighbour(const fit *f, int64_t cell, int64_t step) {
    int64_t key[LT_CELLS_COLUMNS];
    for (int j = 0; j < LT_CELLS_COLUMNS; j++)
        key[j] = f->cells.key[cell * LT_CELLS_COLUMNS + j] + f->near[step * LT_CELLS_COLUMNS + j];
    return lt_cells_find(&f->cells, key);
}

static inline bool is_near(const fit *f, int64_t p, int64_t q) {
    int64_t d = f->cells.d;
    const double *a = f->cells.rows + p * d, *b = f->cells.rows + q * d;
    double sum = 0;
    for (int64_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum <= f->square;
}

/* Find the cells around one that exist; returns how many. */
static int64_t find_around(const fit *f, int64_t cell, int64_t *around) {
    int64_t count = 0;
    for (int64_t s = 0; s < f->reach; s++) {
        around[count] = neighbour(f, cell, s);
        count += around[count] >= 0 && around[count] != cell;
    }
    return count;
}

static bool has_enough(const fit *f, int64_t p, int64_t own, const int64_t *around, int64_t count) {
    int64_t seen = own;
    for (int64_t a = 0; a < count && seen < f->min_samples; a++)
        for (int64_t q = f->cells.start[around[a]]; q < f->cells.start[around[a] + 1]; q++)
            seen += is_near(f, p, q);
    return seen >= f->min_samples;
}

static void mark_cells(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const fit *f = context;
    int64_t around[AROUND];
    for (int64_t cell = begin; cell < end; cell++) {
        int64_t from = f->cells.start[cell], to = f->cells.start[cell + 1];
        int64_t count = to - from < f->min_samples ? find_around(f, cell, around) : 0;
        for (int64_t p = from; p < to; p++)
            f->core[p] = has_enough(f, p, to - from, around, count);
    }
}

/* First core row of a cell from place p on; the cell's end where there is none. */
static int64_t next_core(const fit *f, int64_t p, int64_t end) {
    while (p < end && !f->core[p])
        p++;
    return p;
}

/* Join two cells if core rows of theirs are near each other. */
static void join_pair(const fit *f, int64_t p0, int64_t end, int64_t other) {
    int64_t last = f->cells.start[other + 1], q0 = next_core(f, f->cells.start[other], last);
    if (q0 == last ||
        lt_forest_root(f->parent, f->cells.id[p0]) == lt_forest_root(f->parent, f->cells.id[q0]))
        return;
    for (int64_t p = p0; p < end; p = next_core(f, p + 1, end))
        for (int64_t q = q0; q < last; q = next_core(f, q + 1, last))
            if (is_near(f, p, q)) {
                lt_forest_join(f->parent, f->cells.id[p], f->cells.id[q]);
                return;
            }
}

static void join_cells(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const fit *f = context;
    int64_t around[AROUND];
    for (int64_t cell = begin; cell < end; cell++) {
        int64_t last = f->cells.start[cell + 1], p = next_core(f, f->cells.start[cell], last);
        if (p == last)
            continue;
        for (int64_t q = next_core(f, p + 1, last); q < last; q = next_core(f, q + 1, last))
            lt_forest_join(f->parent, f->cells.id[p], f->cells.id[q]);
        int64_t count = find_around(f, cell, around);
        for (int64_t a = 0; a < count; a++)
            if (around[a] > cell)
                join_pair(f, p, last, around[a]);
    }
}

static void border_cells(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const fit *f = context;
    int64_t around[AROUND];
    for (int64_t cell = begin; cell < end; cell++) {
        int64_t last = f->cells.start[cell + 1];
        int64_t count = find_around(f, cell, around);
        around[count++] = cell;
        for (int64_t p = f->cells.start[cell]; p < last; p++) {
            f->first[p] = f->n;
            for (int64_t a = 0; !f->core[p] && a < count; a++)
                for (int64_t q = f->cells.start[around[a]]; q < f->cells.start[around[a] + 1];
                     q++) {
                    if (!f->core[q] || !is_near(f, p, q))
                        continue;
                    int64_t root = lt_forest_root(f->parent, f->cells.id[q]);
                    f->first[p] = root < f->first[p] ? root : f->first[p];
                }
        }
    }
}

static lt_status search_cells(fit *f, const lt_tensor *x) {
    LT_TRY(lt_cells_build(&f->cells, NAME, x, f->eps));
    f->near = lt_take(&f->arena, AROUND * LT_CELLS_COLUMNS * sizeof *f->near);
    if (!f->near)
        return lt_no_memory(NAME);
    list_steps(f, x->shape[1]);
    lt_range_fn phases[] = {mark_cells, join_cells, border_cells};
    for (int i = 0; i < 3; i++)
        if (!lt_parallel(f->cells.count, GRAIN, phases[i], f))
            return lt_stopped();
    return LT_OK;
}

/* ---- in a tree ---- */

typedef struct visit {
    const fit *f;
    int64_t place, count, first;
} visit;

static bool count_one(void *context, int64_t place) {
    visit *v = context;
    (void)place;
    return ++v->count < v->f->min_samples;
}

static bool join_one(void *context, int64_t place) {
    visit *v = context;
    const fit *f = v->f;
    if (f->core[place] && place > v->place)
        lt_forest_join(f->parent, f->tree.id[place], f->tree.id[v->place]);
    return true;
}

static bool border_one(void *context, int64_t place) {
    visit *v = context;
    if (v->f->core[place]) {
        int64_t root = lt_forest_root(v->f->parent, v->f->tree.id[place]);
        v->first = root < v->first ? root : v->first;
    }
    return true;
}

static void mark_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const fit *f = context;
    for (int64_t p = begin; p < end; p++) {
        visit v = {.f = f};
        lt_tree_visit(&f->tree, f->tree.rows + p * f->tree.d, f->eps, count_one, &v);
        f->core[p] = v.count >= f->min_samples;
    }
}

static void join_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const fit *f = context;
    for (int64_t p = begin; p < end; p++) {
        visit v = {.f = f, .place = p};
        if (f->core[p])
            lt_tree_visit(&f->tree, f->tree.rows + p * f->tree.d, f->eps, join_one, &v);
    }
}

static void border_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const fit *f = context;
    for (int64_t p = begin; p < end; p++) {
        visit v = {.f = f, .first = f->n};
        if (!f->core[p])
            lt_tree_visit(&f->tree, f->tree.rows + p * f->tree.d, f->eps, border_one, &v);
        f->first[p] = v.first;
    }
}

static lt_status search_tree(fit *f, const lt_tensor *x) {
    LT_TRY(lt_tree_build(&f->tree, NAME, x));
    lt_range_fn phases[] = {mark_rows, join_rows, border_rows};
    for (int i = 0; i < 3; i++)
        if (!lt_parallel(f->n, GRAIN, phases[i], f))
            return lt_stopped();
    return LT_OK;
}

/* ---- all pairs ---- */

static void count_pair(void *context, int64_t p, int64_t q) {
    fit *f = context;
    __atomic_fetch_add(&f->count[p], 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&f->count[q], 1, __ATOMIC_RELAXED);
}

static void join_pair_of_rows(void *context, int64_t p, int64_t q) {
    fit *f = context;
    if (f->core[p] && f->core[q])
        lt_forest_join(f->parent, p, q);
}

static void border_pair(void *context, int64_t p, int64_t q) {
    fit *f = context;
    if (f->core[p] == f->core[q])
        return;
    int64_t border = f->core[p] ? q : p, root = lt_forest_root(f->parent, f->core[p] ? p : q);
    int64_t first = __atomic_load_n(&f->first[border], __ATOMIC_RELAXED);
    while (root < first && !__atomic_compare_exchange_n(&f->first[border], &first, root, false,
                                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        continue;
}

static lt_status search_pairs(fit *f, const lt_tensor *x) {
    f->id = lt_take(&f->arena, (size_t)f->n * sizeof *f->id);
    f->count = lt_take(&f->arena, (size_t)f->n * sizeof *f->count);
    LT_TRY(lt_pairs_take(&f->pairs, &f->arena, NAME, x));
    for (int64_t p = 0; p < f->n; p++) {
        f->id[p] = p;
        f->count[p] = 1;
        f->first[p] = f->n;
    }
    LT_TRY(lt_pairs_within(&f->pairs, NAME, f->square, count_pair, f));
    int64_t cores = 0;
    for (int64_t p = 0; p < f->n; p++)
        cores += f->core[p] = f->count[p] >= f->min_samples;
    if (cores > 0)
        LT_TRY(lt_pairs_within(&f->pairs, NAME, f->square, join_pair_of_rows, f));
    if (cores > 0 && cores < f->n)
        LT_TRY(lt_pairs_within(&f->pairs, NAME, f->square, border_pair, f));
    return LT_OK;
}

/* ---- labels ---- */

/* Number the clusters in the order of their roots, which are their first core rows. */
static lt_status write_labels(fit *f, lt_tensor *labels, lt_tensor *core, const int64_t *id) {
    int64_t *number = lt_take_zeroed(&f->arena, (size_t)f->n * sizeof *number), clusters = 0;
    if (!number)
        return lt_no_memory(NAME);
    LT_TRY(lt_zeros(labels, LT_INT64, 1, &f->n));
    LT_TRY(lt_empty(core, LT_BOOL, 1, &f->n));
    for (int64_t p = 0; p < f->n; p++)
        ((uint8_t *)lt_data(core))[id[p]] = f->core[p];
    for (int64_t i = 0; i < f->n; i++)
        if (((uint8_t *)lt_data(core))[i] && lt_forest_root(f->parent, i) == i)
            number[i] = ++clusters;
    for (int64_t p = 0; p < f->n; p++) {
        int64_t root = f->core[p] ? lt_forest_root(f->parent, id[p]) : f->first[p];
        if (root < f->n)
            ((int64_t *)lt_data(labels))[id[p]] = number[root];
    }
    return LT_OK;
}

static lt_status fit_rows(fit *f, lt_tensor *labels, lt_tensor *core, const lt_tensor *x) {
    f->core = lt_take(&f->arena, (size_t)f->n * sizeof *f->core);
    f->parent = lt_take(&f->arena, (size_t)f->n * sizeof *f->parent);
    f->first = lt_take(&f->arena, (size_t)f->n * sizeof *f->first);
    if (f->arena.failed)
        return lt_no_memory(NAME);
    for (int64_t i = 0; i < f->n; i++)
        f->parent[i] = i;
    if (x->shape[1] <= LT_CELLS_COLUMNS) {
        LT_TRY(search_cells(f, x));
        return write_labels(f, labels, core, f->cells.id);
    }
    if (x->shape[1] < WIDE) {
        LT_TRY(search_tree(f, x));
        return write_labels(f, labels, core, f->tree.id);
    }
    LT_TRY(search_pairs(f, x));
    return write_labels(f, labels, core, f->id);
}

lt_status lt_dbscan(lt_tensor *labels, lt_tensor *core, lt_tensor *x, double eps,
                    int64_t min_samples) {
    lt_tensor rows LT_EMPTY;
    if (!(eps > 0) || !isfinite(eps))
        return lt_fail(LT_EINVAL, NAME ": eps must be positive and finite, not %g", eps);
    if (min_samples < 1)
        return lt_fail(LT_EINVAL, NAME ": min_samples must be at least 1, not %lld",
                       (long long)min_samples);
    LT_TRY(lt_samples(&rows, NAME, x));
    fit f = {.eps = eps, .square = eps * eps, .n = rows.shape[0], .min_samples = min_samples};
    lt_status status = fit_rows(&f, labels, core, &rows);
    lt_cells_drop(&f.cells);
    lt_tree_drop(&f.tree);
    lt_arena_drop(&f.arena);
    lt_release(&rows);
    if (status != LT_OK) {
        lt_release(labels);
        lt_release(core);
    }
    return status;
}
