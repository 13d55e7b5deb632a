#include "models/neighbours.h"

#include <string.h>

#include "kernels/neighbours.h"
#include "kernels/parallel.h"
#include "models/covariance.h"
#include "models/neighbour_descent.h"

/* Neighbours of a short list. */
enum { FEW = 32, GRAIN = 256 };

/* Multiplications of a comparison of all rows up to which it is the cheaper way. */
#define COMPARE_ALL 1e12

lt_status lt_points_take(lt_points *p, lt_arena *a, const char *model, const lt_tensor *x,
                         const double *origin) {
    *p = (lt_points){.n = x->shape[0], .d = x->shape[1]};
    p->x = lt_take(a, (size_t)x->numel * sizeof *p->x);
    p->norm = lt_take(a, (size_t)p->n * sizeof *p->norm);
    p->origin = lt_take(a, (size_t)p->d * sizeof *p->origin);
    if (a->failed)
        return lt_no_memory(model);
    if (origin)
        for (int64_t j = 0; j < p->d; j++)
            p->origin[j] = origin[j];
    else
        LT_TRY(lt_column_means(p->origin, x));
    for (int64_t i = 0; i < p->n; i++) {
        double norm = 0;
        for (int64_t j = 0; j < p->d; j++) {
            double v = lt_get_double(x, i * p->d + j) - p->origin[j];
            p->x[i * p->d + j] = (float)v;
            norm += v * v;
        }
        p->norm[i] = (float)norm;
    }
    return LT_OK;
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

/* Short lists by descent, whose price goes by the square of their length, then longer ones. */
static lt_status find_wide(int32_t **id, float **distance, lt_arena *a, const char *model,
                           const lt_points *rows, int64_t k, uint64_t seed) {
    lt_arena own = {0};
    int32_t *known;
    float *gaps;
    lt_wider_lists s = {.x = rows->x, .n = rows->n, .d = rows->d, .few = FEW, .k = k};
    lt_status status = lt_neighbours_descent(&known, &gaps, &own, model, rows, FEW, seed);
    s.known = known;
    s.id = *id = lt_take(a, (size_t)(s.n * k) * sizeof **id);
    s.distance = *distance = lt_take(a, (size_t)(s.n * k) * sizeof **distance);
    if (status == LT_OK &&
        (a->failed || !lt_workspace_take(&s.scratch, lt_wider_lists_scratch(&s))))
        status = lt_no_memory(model);
    if (status == LT_OK) {
        memset(s.scratch.base, -1, s.scratch.bytes);
        if (!lt_parallel(s.n, GRAIN, lt_wider_lists_chunk, &s))
            status = lt_stopped();
    }
    lt_workspace_drop(&s.scratch);
    lt_arena_drop(&own);
    return status;
}

lt_status lt_neighbours(int32_t **id, float **distance, lt_arena *a, const char *model,
                        const lt_points *rows, int64_t k, uint64_t seed) {
    double work = (double)rows->n * (double)rows->n * (double)(rows->d + 32);
    if (work <= COMPARE_ALL)
        return lt_neighbours_exact(id, distance, a, model, rows, rows, k);
    return k > 2 * FEW ? find_wide(id, distance, a, model, rows, k, seed)
                       : lt_neighbours_descent(id, distance, a, model, rows, k, seed);
}
