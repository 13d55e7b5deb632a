#include "ops/sort.h"

#include <string.h>

#include "kernels/rank.h"
#include "kernels/sort.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/gather.h"
#include "ops/lines.h"
#include "ops/shape.h"
#include "tensor/node.h"

/* ---- recording ---- */

typedef struct pick_extra {
    int dim, ndim;
    int64_t shape[LT_MAX_DIMS];
} pick_extra;

/* The gradient of values picked along a dimension goes back to their places. */
static lt_status pick_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const pick_extra *e = node->extra;
    lt_tensor *places, g LT_EMPTY, at LT_EMPTY;
    LT_TRY(lt_node_load(node, 0, &places));
    LT_TRY(lt_zeros(down, node->dtype, e->ndim, e->shape));
    if (places->ndim == e->ndim)
        return lt_scatter_add(down, e->dim, places, up[0]);
    LT_TRY(lt_unsqueeze(&at, places, e->dim));
    lt_status s = lt_unsqueeze(&g, up[0], e->dim);
    if (s == LT_OK)
        s = lt_scatter_add(down, e->dim, &at, &g);
    lt_release(&at);
    lt_release(&g);
    return s;
}

static lt_status record(const char *name, lt_tensor *values, lt_tensor *places, lt_tensor *x,
                        int dim) {
    if (!lt_must_record(x))
        return LT_OK;
    lt_node *node = lt_node_new(name, pick_backward, 1, &x, 1, sizeof(pick_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", name);
    pick_extra *e = node->extra;
    e->dim = dim;
    e->ndim = x->ndim;
    memcpy(e->shape, x->shape, x->ndim * sizeof *e->shape);
    lt_status s = lt_node_save(node, 0, places);
    if (s == LT_OK)
        return lt_node_finish(node, values);
    lt_node_release(node);
    return s;
}

/* What the functions below end with: both results, or neither. */
static lt_status finish(lt_status s, const char *name, lt_tensor *values, lt_tensor *places,
                        lt_tensor *x, int dim) {
    if (s == LT_OK)
        s = record(name, values, places, x, dim);
    if (s != LT_OK) {
        lt_release(values);
        lt_release(places);
    }
    return s;
}

/* ---- rows ---- */

/* x with `dim` last: itself where that is so already, else a copy in `room`. */
static lt_status rows_of(lt_tensor **rows, lt_tensor *room, lt_tensor *x, int dim) {
    if (dim == x->ndim - 1)
        return lt_dense(rows, room, x, (lt_dtype)x->dtype);
    *rows = room;
    return lt_dim_last(room, x, dim, (lt_dtype)x->dtype);
}

static int64_t runs_of(const lt_tensor *x, int dim) {
    lt_lines l = lt_lines_along(x, dim);
    return l.outer * l.inner;
}

/* Both results with the last dimension back in its place. */
static lt_status back(lt_tensor *values, lt_tensor *places, int dim) {
    LT_TRY(lt_dim_back(values, dim));
    return lt_dim_back(places, dim);
}

/* Empty results like `rows`, with k elements in the last dimension. */
static lt_status make_results(lt_tensor *values, lt_tensor *places, const lt_tensor *rows,
                              int64_t k) {
    int64_t shape[LT_MAX_DIMS];
    memcpy(shape, rows->shape, rows->ndim * sizeof *shape);
    shape[rows->ndim - 1] = k;
    LT_TRY(lt_empty(values, (lt_dtype)rows->dtype, rows->ndim, shape));
    return lt_empty(places, LT_INT64, rows->ndim, shape);
}

lt_status lt_sort(lt_tensor *values, lt_tensor *places, lt_tensor *x, int dim, bool descending) {
    lt_tensor *rows, room LT_EMPTY;
    LT_TRY(lt_check_dim("sort", x, &dim));
    int64_t n = x->shape[dim];
    LT_TRY(rows_of(&rows, &room, x, dim));
    lt_status s = make_results(values, places, rows, n);
    if (s == LT_OK)
        s = lt_sort_rows((lt_dtype)x->dtype, descending, runs_of(x, dim), n, lt_data(rows),
                         lt_data(values), lt_data(places));
    lt_release(&room);
    if (s == LT_OK)
        s = back(values, places, dim);
    return finish(s, "sort", values, places, x, dim);
}

lt_status lt_topk(lt_tensor *values, lt_tensor *places, lt_tensor *x, int64_t k, int dim,
                  bool largest) {
    lt_tensor *rows, room LT_EMPTY;
    LT_TRY(lt_check_dim("topk", x, &dim));
    int64_t n = x->shape[dim];
    if (k < 0 || k > n)
        return lt_fail(LT_EINVAL, "topk: %lld of the %lld elements in dimension %d of %s",
                       (long long)k, (long long)n, dim + 1, lt_shape_of(x));
    LT_TRY(rows_of(&rows, &room, x, dim));
    lt_status s = make_results(values, places, rows, k);
    if (s == LT_OK)
        s = lt_top_rows((lt_dtype)x->dtype, largest, runs_of(x, dim), n, k, lt_data(rows),
                        lt_data(values), lt_data(places));
    lt_release(&room);
    if (s == LT_OK)
        s = back(values, places, dim);
    return finish(s, "topk", values, places, x, dim);
}

/* ---- order statistics ---- */

/* The values at the places [.. 1 ..] along the last dimension of `rows`. */
static void fetch(lt_tensor *values, const lt_tensor *places, const lt_tensor *rows, int64_t n) {
    int64_t size = (int64_t)lt_dtype_size((lt_dtype)rows->dtype);
    const int64_t *place = lt_data(places);
    for (int64_t r = 0; r < places->numel; r++)
        memcpy((char *)lt_data(values) + r * size,
               (const char *)lt_data(rows) + (r * n + place[r] - 1) * size, (size_t)size);
}

/* Give a result whose last dimension has size 1 the shape of x without `dim`, or with it as 1. */
static lt_status reshape_result(lt_tensor *t, const lt_tensor *x, int dim, bool keepdim) {
    int64_t shape[LT_MAX_DIMS];
    int n = 0;
    for (int d = 0; d < x->ndim; d++)
        if (d != dim || keepdim)
            shape[n++] = d == dim ? 1 : x->shape[d];
    lt_tensor result LT_EMPTY;
    LT_TRY(lt_empty(&result, (lt_dtype)t->dtype, n, shape));
    memcpy(lt_data(&result), lt_data(t), (size_t)t->numel * lt_dtype_size((lt_dtype)t->dtype));
    lt_release(t);
    lt_move(t, &result);
    return LT_OK;
}

static lt_status order_statistic(const char *name, lt_tensor *values, lt_tensor *places,
                                 lt_tensor *x, int64_t rank, int dim, bool keepdim, bool nan_wins) {
    lt_tensor *rows, room LT_EMPTY;
    int64_t n = x->shape[dim];
    LT_TRY(rows_of(&rows, &room, x, dim));
    lt_status s = make_results(values, places, rows, 1);
    if (s == LT_OK)
        s = lt_rank_rows((lt_dtype)x->dtype, places->numel, n, rank, nan_wins, lt_data(rows),
                         lt_data(places));
    if (s == LT_OK)
        fetch(values, places, rows, n);
    lt_release(&room);
    if (s == LT_OK)
        s = reshape_result(values, x, dim, keepdim);
    if (s == LT_OK)
        s = reshape_result(places, x, dim, keepdim);
    return finish(s, name, values, places, x, dim);
}

lt_status lt_kthvalue(lt_tensor *values, lt_tensor *places, lt_tensor *x, int64_t k, int dim,
                      bool keepdim) {
    LT_TRY(lt_check_dim("kthvalue", x, &dim));
    if (k < 1 || k > x->shape[dim])
        return lt_fail(LT_EINVAL,
                       "kthvalue: there is no element %lld among the %lld in dimension "
                       "%d of %s",
                       (long long)k, (long long)x->shape[dim], dim + 1, lt_shape_of(x));
    return order_statistic("kthvalue", values, places, x, k - 1, dim, keepdim, false);
}

/* *values = *values / 2 + other / 2, in a float dtype: the sum of two bytes would wrap. */
static lt_status average(lt_tensor *values, lt_tensor *other) {
    lt_tensor a LT_EMPTY, b LT_EMPTY, mean LT_EMPTY, two;
    lt_number(&two, 2);
    lt_status s = lt_binary(&a, LT_BI_div, values, &two);
    if (s == LT_OK)
        s = lt_binary(&b, LT_BI_div, other, &two);
    if (s == LT_OK)
        s = lt_binary(&mean, LT_BI_add, &a, &b);
    lt_release(&a);
    lt_release(&b);
    if (s == LT_OK) {
        lt_release(values);
        lt_move(values, &mean);
    }
    return s;
}

lt_status lt_median(lt_tensor *values, lt_tensor *places, lt_tensor *x, int dim, bool keepdim) {
    LT_TRY(lt_check_dim("median", x, &dim));
    int64_t n = x->shape[dim];
    if (n == 0)
        return lt_fail(LT_EINVAL, "median: nothing to choose from in dimension %d of %s", dim + 1,
                       lt_shape_of(x));
    lt_tensor upper LT_EMPTY, upper_places LT_EMPTY;
    LT_TRY(order_statistic("median", values, places, x, (n - 1) / 2, dim, keepdim, true));
    lt_status s = LT_OK;
    if (n % 2 == 0)
        s = order_statistic("median", &upper, &upper_places, x, n / 2, dim, keepdim, true);
    if (s == LT_OK && (n % 2 == 0 || !lt_dtype_is_float((lt_dtype)x->dtype)))
        s = average(values, n % 2 == 0 ? &upper : values);
    lt_release(&upper);
    lt_release(&upper_places);
    if (s != LT_OK) {
        lt_release(values);
        lt_release(places);
    }
    return s;
}
