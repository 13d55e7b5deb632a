#include "models/neighbours.h"

#include <string.h>

#include "kernels/neighbours.h"
#include "kernels/parallel.h"
#include "models/covariance.h"
#include "models/projection_tree.h"

enum {
    LEAF = 2048, /* rows, at most */
    TREES_LEAST = 4,
    TREES_MOST = 32,
    NEAR_LEAF = 16, /* rows that stand together once arranged */
    GRAIN = 256,
};

/* Multiplications of a comparison of all rows up to which they are all compared. */
#define COMPARE_ALL 2e11

/* Of coordinates: squares stay finite. */
#define MOST 1e15

/* The last tree has brought less than this part of the lists. */
#define FEW_FRESH 0.003

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
        status = lt_projection_tree_grow(&t, TREES_MOST, lt_projection_leaves(p->n, NEAR_LEAF));
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

/* Trees until one brings little: what it has not brought is then mostly there already. */
static lt_status meet_in_trees(lt_leaf_lists *s, lt_projection_tree *t) {
    double fresh = 1;
    for (int64_t i = 0; i < TREES_MOST && (i < TREES_LEAST || fresh > FEW_FRESH); i++) {
        LT_TRY(lt_projection_tree_grow(t, i, s->leaves));
        s->empty = i == 0;
        if (!lt_parallel(s->leaves, 1, lt_leaf_lists_meet, s))
            return lt_stopped();
        fresh = 0;
        for (int64_t leaf = 0; leaf < s->leaves; leaf++)
            fresh += (double)s->fresh[leaf] / (double)(s->n * s->k);
    }
    return lt_parallel(s->n, GRAIN, lt_leaf_lists_settle, s) ? LT_OK : lt_stopped();
}

static lt_status find_in_trees(int32_t **id, float **distance, lt_arena *a, const char *model,
                               const lt_points *rows, int64_t k, uint64_t seed) {
    lt_arena own = {0};
    lt_projection_tree t;
    lt_leaf_lists s = {.x = rows->x, .norm = rows->norm, .n = rows->n, .d = rows->d, .k = k};
    s.id = *id = lt_take(a, (size_t)(s.n * k) * sizeof **id);
    s.distance = *distance = lt_take(a, (size_t)(s.n * k) * sizeof **distance);
    s.leaves = lt_projection_leaves(s.n, 2 * k + 2 > LEAF ? 2 * k + 2 : LEAF);
    s.fresh = lt_take(&own, (size_t)s.leaves * sizeof *s.fresh);
    lt_status status = lt_projection_tree_open(&t, &own, model, rows, seed);
    if (status == LT_OK && (a->failed || !lt_workspace_take(&s.scratch, lt_leaf_lists_scratch(&s))))
        status = lt_no_memory(model);
    s.order = t.order;
    s.place = t.place;
    if (status == LT_OK)
        status = meet_in_trees(&s, &t);
    lt_workspace_drop(&s.scratch);
    lt_projection_tree_drop(&t);
    lt_arena_drop(&own);
    return status;
}

lt_status lt_neighbours(int32_t **id, float **distance, lt_arena *a, const char *model,
                        const lt_points *rows, int64_t k, uint64_t seed) {
    double work = (double)rows->n * (double)rows->n * (double)(rows->d + 32);
    return work <= COMPARE_ALL ? lt_neighbours_exact(id, distance, a, model, rows, rows, k)
                               : find_in_trees(id, distance, a, model, rows, k, seed);
}
