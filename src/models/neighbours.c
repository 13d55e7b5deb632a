#include "models/neighbours.h"

#include <string.h>

#include "kernels/neighbours.h"
#include "kernels/parallel.h"
#include "models/covariance.h"
#include "models/neighbour_descent.h"
#include "models/projection_tree.h"

/* Rows that stand together once arranged. */
enum { NEAR_LEAF = 16 };

/* Multiplications of a comparison of all rows up to which they are all compared. */
#define COMPARE_ALL 2e11

/* Rows for each neighbour wanted up to which they are all compared as well: for lists as long as
 * that, descent takes as much time, and misses more. */
enum { COMPARE_FOR_EACH = 100 };

/* Of coordinates: squares stay finite. */
#define MOST 1e15

/* Where they are about p->origin, in `unit`. */
static void take_rows(lt_points *p, const lt_tensor *x, double unit) {
    for (int64_t i = 0; i < p->n; i++) {
        double norm = 0;
        for (int64_t j = 0; j < p->d; j++) {
            double v = lt_get_double(x, i * p->d + j) / unit - p->origin[j];
            v = v > MOST ? MOST : v < -MOST ? -MOST : v;
            p->x[i * p->d + j] = (float)v;
            norm += v * v;
        }
        p->norm[i] = (float)norm;
    }
}

static lt_status take_memory(lt_points *p, lt_arena *a, const char *model, const lt_tensor *x) {
    *p = (lt_points){.n = x->shape[0], .d = x->shape[1]};
    p->x = lt_take(a, (size_t)x->numel * sizeof *p->x);
    p->norm = lt_take(a, (size_t)p->n * sizeof *p->norm);
    p->origin = lt_take(a, (size_t)p->d * sizeof *p->origin);
    return a->failed ? lt_no_memory(model) : LT_OK;
}

lt_status lt_points_take(lt_points *p, lt_arena *a, const char *model, const lt_tensor *x) {
    LT_TRY(take_memory(p, a, model, x));
    LT_TRY(lt_column_means(p->origin, x));
    take_rows(p, x, 1);
    return LT_OK;
}

lt_status lt_points_take_like(lt_points *p, lt_arena *a, const char *model, const lt_tensor *x,
                              const lt_points *others, double unit) {
    LT_TRY(take_memory(p, a, model, x));
    memcpy(p->origin, others->origin, (size_t)p->d * sizeof *p->origin);
    take_rows(p, x, unit);
    return LT_OK;
}

/* The rows in another order. */
static lt_status arrange(lt_points *p, lt_arena *a, const char *model, const int32_t *row) {
    lt_points old = *p;
    p->x = lt_take(a, (size_t)(p->n * p->d) * sizeof *p->x);
    p->norm = lt_take(a, (size_t)p->n * sizeof *p->norm);
    if (a->failed)
        return lt_no_memory(model);
    for (int64_t i = 0; i < p->n; i++) {
        memcpy(p->x + i * p->d, old.x + row[i] * p->d, (size_t)p->d * sizeof *p->x);
        p->norm[i] = old.norm[row[i]];
    }
    return LT_OK;
}

lt_status lt_points_arrange(lt_points *p, lt_arena *a, const char *model, uint64_t seed,
                            int32_t *row) {
    lt_arena own = {0};
    lt_projection_tree t;
    lt_status status = lt_projection_tree_open(&t, &own, model, p, seed);
    if (status == LT_OK)
        status = lt_projection_tree_grow(&t, 0, lt_projection_leaves(p->n, NEAR_LEAF));
    if (status == LT_OK) {
        memcpy(row, t.order, (size_t)p->n * sizeof *row);
        status = arrange(p, a, model, row);
    }
    lt_projection_tree_drop(&t);
    lt_arena_drop(&own);
    return status;
}

lt_status lt_neighbours_exact(int32_t **id, float **distance, lt_arena *a, const char *model,
                              const lt_points *query, const lt_points *rows, int64_t k) {
    lt_nearest_rows s = {.query = query->x,
                         .x = rows->x,
                         .norm = rows->norm,
                         .m = query->n,
                         .n = rows->n,
                         .d = rows->d,
                         .k = k,
                         .same = query == rows};
    s.id = *id = lt_take(a, (size_t)(s.m * k) * sizeof **id);
    s.distance = *distance = lt_take(a, (size_t)(s.m * k) * sizeof **distance);
    if (a->failed || !lt_workspace_take(&s.scratch, lt_nearest_rows_scratch(k)))
        return lt_no_memory(model);
    bool done = lt_parallel(s.m, LT_NEIGHBOURS_QUERIES, lt_nearest_rows_chunk, &s);
    lt_workspace_drop(&s.scratch);
    return done ? LT_OK : lt_stopped();
}

lt_status lt_neighbours(int32_t **id, float **distance, lt_arena *a, const char *model,
                        const lt_points *rows, int64_t k, uint64_t seed) {
    double work = (double)rows->n * (double)rows->n * (double)(rows->d + 32);
    return work <= COMPARE_ALL || rows->n <= COMPARE_FOR_EACH * k
               ? lt_neighbours_exact(id, distance, a, model, rows, rows, k)
               : lt_neighbours_descent(id, distance, a, model, rows, k, seed);
}
