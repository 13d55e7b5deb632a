#include "models/tree.h"

#include <math.h>
#include <string.h>

#include "kernels/parallel.h"
#include "kernels/rows.h"
#include "models/samples.h"
#include "tensor/interrupt.h"

enum { LEAF_ROWS = 24 };

/* ---- which rows a node has ---- */

/* Nodes of the level that `node` is on: the largest power of two up to it. */
static int64_t level_of(int64_t node) {
    return (int64_t)1 << (63 - __builtin_clzll((unsigned long long)node));
}

/* The rows of a level are shared out evenly: node i of m begins at n i / m. */
static int64_t first_row(const lt_tree *t, int64_t node) {
    int64_t m = level_of(node);
    return (int64_t)((__int128)t->n * (node - m) / m);
}

static int64_t last_row(const lt_tree *t, int64_t node) {
    int64_t m = level_of(node);
    return (int64_t)((__int128)t->n * (node - m + 1) / m);
}

/* ---- building ---- */

typedef struct builder {
    lt_tree *t;
    const lt_tensor *x;
    lt_keyed_row *scratch; /* [n] */
    int64_t level;         /* nodes of the level that is being split */
} builder;

static double value(const builder *b, int64_t row, int64_t column) {
    int64_t at = row * b->t->d + column;
    return b->x->dtype == LT_FLOAT32 ? (double)((const float *)lt_data(b->x))[at]
                                     : ((const double *)lt_data(b->x))[at];
}

/* The column along which rows [from, to) reach farthest. */
static int64_t widest_column(const builder *b, int64_t from, int64_t to) {
    int64_t best = 0;
    double reach = -1;
    for (int64_t j = 0; j < b->t->d; j++) {
        double low = INFINITY, high = -INFINITY;
        for (int64_t i = from; i < to; i++) {
            double v = value(b, b->t->id[i], j);
            low = v < low ? v : low;
            high = v > high ? v : high;
        }
        if (high - low > reach) {
            reach = high - low;
            best = j;
        }
    }
    return best;
}

/* Share the rows of nodes of one level out to their children. */
static void split_nodes(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const builder *b = context;
    for (int64_t node = b->level + begin; node < b->level + end; node++) {
        int64_t from = first_row(b->t, node), to = last_row(b->t, node);
        int64_t column = widest_column(b, from, to);
        for (int64_t i = from; i < to; i++)
            b->scratch[i] = (lt_keyed_row){value(b, b->t->id[i], column), b->t->id[i]};
        lt_select_row(b->scratch + from, to - from, first_row(b->t, 2 * node + 1) - from);
        for (int64_t i = from; i < to; i++)
            b->t->id[i] = b->scratch[i].id;
    }
}

static void copy_rows(const builder *b) {
    const lt_tree *t = b->t;
    for (int64_t i = 0; i < t->n; i++)
        for (int64_t j = 0; j < t->d; j++)
            t->rows[i * t->d + j] = value(b, t->id[i], j);
}

/* Box and sum of a leaf from its rows, of another node from its children. */
static void measure_node(const lt_tree *t, int64_t node) {
    int64_t d = t->d;
    double *low = t->box + node * 2 * d, *high = low + d, *sum = t->sum + node * d;
    bool leaf = node >= t->leaves;
    for (int64_t j = 0; j < d; j++) {
        low[j] = leaf ? INFINITY : fmin(low[j + 2 * d * node], low[j + 2 * d * (node + 1)]);
        high[j] = leaf ? -INFINITY : fmax(high[j + 2 * d * node], high[j + 2 * d * (node + 1)]);
        sum[j] = leaf ? 0 : sum[j + d * node] + sum[j + d * (node + 1)];
    }
    for (int64_t i = first_row(t, node); leaf && i < last_row(t, node); i++)
        for (int64_t j = 0; j < d; j++) {
            double v = t->rows[i * d + j];
            low[j] = v < low[j] ? v : low[j];
            high[j] = v > high[j] ? v : high[j];
            sum[j] += v;
        }
}

static lt_status grow_tree(builder *b) {
    lt_tree *t = b->t;
    for (b->level = 1; b->level < t->leaves; b->level *= 2)
        if (!lt_parallel(b->level, 1, split_nodes, b))
            return lt_stopped();
    copy_rows(b);
    for (int64_t node = 2 * t->leaves - 1; node >= 1; node--)
        measure_node(t, node);
    return LT_OK;
}

lt_status lt_tree_build(lt_tree *t, const char *model, const lt_tensor *x) {
    *t = (lt_tree){.n = x->shape[0], .d = x->shape[1], .leaves = 1};
    while (t->n / t->leaves > LEAF_ROWS)
        t->leaves *= 2;
    size_t n = (size_t)t->n, row = (size_t)t->d * sizeof(double), nodes = 2 * (size_t)t->leaves;
    lt_arena scratch = {0};
    builder b = {.t = t, .x = x, .scratch = lt_take(&scratch, n * sizeof(lt_keyed_row))};
    t->rows = lt_take(&t->arena, n * row);
    t->id = lt_take(&t->arena, n * sizeof *t->id);
    t->box = lt_take(&t->arena, nodes * 2 * row);
    t->sum = lt_take(&t->arena, nodes * row);
    lt_status status = LT_OK;
    if (t->arena.failed || scratch.failed) {
        status = lt_no_memory(model);
    } else {
        for (int64_t i = 0; i < t->n; i++)
            t->id[i] = i;
        status = grow_tree(&b);
    }
    lt_arena_drop(&scratch);
    if (status != LT_OK)
        lt_tree_drop(t);
    return status;
}

void lt_tree_drop(lt_tree *t) {
    lt_arena_drop(&t->arena);
}

/* ---- balls ---- */

/* Squared distances from q to the nearest and the farthest point of a node's box. */
static void box_distances(const lt_tree *t, int64_t node, const double *q, double *near,
                          double *far) {
    const double *low = t->box + node * 2 * t->d, *high = low + t->d;
    *near = *far = 0;
    for (int64_t j = 0; j < t->d; j++) {
        double below = low[j] - q[j], above = q[j] - high[j];
        double gap = below > 0 ? below : above > 0 ? above : 0;
        double reach = -below > -above ? -below : -above;
        *near += gap * gap;
        *far += reach * reach;
    }
}

static double distance(const lt_tree *t, int64_t place, const double *q) {
    double sum = 0;
    for (int64_t j = 0; j < t->d; j++) {
        double gap = t->rows[place * t->d + j] - q[j];
        sum += gap * gap;
    }
    return sum;
}

static bool visit(const lt_tree *t, int64_t node, const double *q, double square, lt_tree_fn fn,
                  void *context) {
    double near, far;
    box_distances(t, node, q, &near, &far);
    if (near > square)
        return true;
    if (node < t->leaves && far > square)
        return visit(t, 2 * node, q, square, fn, context) &&
               visit(t, 2 * node + 1, q, square, fn, context);
    for (int64_t i = first_row(t, node); i < last_row(t, node); i++)
        if ((far <= square || distance(t, i, q) <= square) && !fn(context, i))
            return false;
    return true;
}

void lt_tree_visit(const lt_tree *t, const double *q, double radius, lt_tree_fn fn, void *context) {
    visit(t, 1, q, radius * radius, fn, context);
}

static int64_t sum_node(const lt_tree *t, int64_t node, const double *q, double square,
                        double *sum) {
    double near, far;
    box_distances(t, node, q, &near, &far);
    if (near > square)
        return 0;
    if (far <= square) {
        for (int64_t j = 0; j < t->d; j++)
            sum[j] += t->sum[node * t->d + j];
        return last_row(t, node) - first_row(t, node);
    }
    if (node < t->leaves)
        return sum_node(t, 2 * node, q, square, sum) + sum_node(t, 2 * node + 1, q, square, sum);
    int64_t count = 0;
    for (int64_t i = first_row(t, node); i < last_row(t, node); i++) {
        if (distance(t, i, q) > square)
            continue;
        for (int64_t j = 0; j < t->d; j++)
            sum[j] += t->rows[i * t->d + j];
        count++;
    }
    return count;
}

int64_t lt_tree_sum(const lt_tree *t, const double *q, double radius, double *sum) {
    memset(sum, 0, (size_t)t->d * sizeof *sum);
    return sum_node(t, 1, q, radius * radius, sum);
}
