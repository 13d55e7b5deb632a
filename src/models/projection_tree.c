#include "models/projection_tree.h"

#include "kernels/parallel.h"
#include "kernels/samplers.h"
#include "tensor/interrupt.h"

enum { GRAIN = 1 << 14 };

lt_status lt_projection_tree_open(lt_projection_tree *t, lt_arena *a, const char *model,
                                  const lt_points *rows, uint64_t seed) {
    *t = (lt_projection_tree){.rows = rows, .seed = seed};
    t->order = lt_take(a, (size_t)rows->n * sizeof *t->order);
    t->place = lt_take(a, (size_t)rows->n * sizeof *t->place);
    t->along = lt_take(a, (size_t)rows->n * sizeof *t->along);
    bool fits = lt_workspace_take(&t->direction, (size_t)rows->d * sizeof(float));
    return fits && !a->failed ? LT_OK : lt_no_memory(model);
}

void lt_projection_tree_drop(lt_projection_tree *t) {
    lt_workspace_drop(&t->direction);
}

int64_t lt_projection_leaves(int64_t n, int64_t most) {
    int64_t leaves = 1;
    while ((n + leaves - 1) / leaves > most)
        leaves *= 2;
    return leaves;
}

/* Two rows that are the same leave no direction: then the rows' numbers decide. */
static void split_nodes(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_projection_tree *t = context;
    const float *x = t->rows->x;
    int64_t all = t->rows->n, d = t->rows->d;
    float *w = lt_workspace_mine(&t->direction);
    for (int64_t node = begin; node < end && !lt_interrupted(); node++) {
        int64_t from = lt_leaf_start(all, t->level, node);
        int64_t n = lt_leaf_start(all, t->level, node + 1) - from;
        lt_keyed_row *p = t->along + from;
        lt_draws draws = {t->seed, (uint64_t)t->number << 40 | (uint64_t)t->level,
                          (uint64_t)node << 8};
        const float *a = x + p[lt_draws_below(&draws, n)].id * d;
        const float *b = x + p[lt_draws_below(&draws, n)].id * d;
        for (int64_t j = 0; j < d; j++)
            w[j] = a[j] - b[j];
        lt_project_rows(p, n, x, d, w);
        lt_select_row(p, n, lt_leaf_start(all, 2 * t->level, 2 * node + 1) - from);
    }
}

static void begin_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_projection_tree *t = context;
    for (int64_t i = begin; i < end; i++)
        t->along[i].id = i;
}

static void write_order(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_projection_tree *t = context;
    for (int64_t i = begin; i < end; i++) {
        t->order[i] = (int32_t)t->along[i].id;
        t->place[t->along[i].id] = (int32_t)i;
    }
}

lt_status lt_projection_tree_grow(lt_projection_tree *t, int64_t number, int64_t leaves) {
    t->number = number;
    t->leaves = leaves;
    bool done = lt_parallel(t->rows->n, GRAIN, begin_rows, t);
    for (t->level = 1; done && t->level < leaves; t->level *= 2)
        done = lt_parallel(t->level, 1, split_nodes, t);
    return done && lt_parallel(t->rows->n, GRAIN, write_order, t) ? LT_OK : lt_stopped();
}
