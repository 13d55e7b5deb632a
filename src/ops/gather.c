#include "ops/gather.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/along.h"
#include "kernels/gather.h"
#include "ops/apply.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/shape.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

static lt_status outside_of(const char *op, const lt_tensor *index, int64_t at, int64_t size) {
    return lt_fail(LT_EINVAL, "%s: index %lld is outside 1..%lld", op,
                   (long long)lt_get_int(index, at), (long long)size);
}

/* The numbers of an index tensor, dense int64; `apart` from the memory of that tensor, if it is not
 * NULL, in which the caller will write. */
static lt_status index_of(lt_tensor *out, const char *op, lt_tensor *index,
                          const lt_tensor *apart) {
    if (index->dtype != LT_INT64 && index->dtype != LT_UINT8)
        return lt_fail(LT_EINVAL, "%s: an index tensor must be int64, not %s", op,
                       lt_dtype_name((lt_dtype)index->dtype));
    bool as_it_is =
        index->dtype == LT_INT64 && index->storage && !(apart && apart->storage == index->storage);
    return as_it_is ? lt_contiguous(out, index) : lt_cast(out, index, LT_INT64);
}

/* 0-based places [numel] of an index tensor, checked against `size`. */
static lt_status places_of(lt_tensor *out, const char *op, lt_tensor *index, int64_t size) {
    lt_tensor dense LT_EMPTY;
    int64_t outside = -1;
    LT_TRY(index_of(&dense, op, index, NULL));
    bool done = lt_find_outside(dense.numel, lt_data(&dense), size, &outside);
    lt_status s = outside >= 0 ? outside_of(op, &dense, outside, size) : LT_OK;
    if (s == LT_OK)
        s = lt_cast(out, &dense, LT_INT64);
    lt_release(&dense);
    if (s == LT_OK && !(done && lt_to_places(out->numel, lt_data(out), size))) {
        lt_release(out);
        s = lt_fail(LT_EINTERRUPT, "interrupted!");
    }
    return s;
}

static int64_t product(const int64_t *shape, int from, int to) {
    int64_t n = 1;
    for (int d = from; d < to; d++)
        n *= shape[d];
    return n;
}

/* Shape of x with `dim` replaced by the dimensions of index. */
static lt_status selected_shape(const lt_tensor *x, int dim, const lt_tensor *index, int *ndim,
                                int64_t *shape) {
    *ndim = x->ndim - 1 + index->ndim;
    if (*ndim > LT_MAX_DIMS)
        return lt_fail(LT_EINVAL, "index_select: the result would have %d dimensions", *ndim);
    memcpy(shape, x->shape, (size_t)dim * sizeof *shape);
    memcpy(shape + dim, index->shape, index->ndim * sizeof *shape);
    memcpy(shape + dim + index->ndim, x->shape + dim + 1,
           (size_t)(x->ndim - dim - 1) * sizeof *shape);
    return LT_OK;
}

typedef struct select_extra {
    int dim, ndim;
    int64_t shape[LT_MAX_DIMS];
} select_extra;

static lt_status select_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const select_extra *e = node->extra;
    lt_tensor *index;
    LT_TRY(lt_node_load(node, 0, &index));
    LT_TRY(lt_zeros(down, node->dtype, e->ndim, e->shape));
    return lt_index_put(down, e->dim, index, up[0], true);
}

static lt_status record_select(lt_tensor *out, lt_tensor *x, int dim, lt_tensor *index) {
    if (!lt_must_record(x))
        return LT_OK;
    lt_node *node = lt_node_new("index_select", select_backward, 1, &x, 1, sizeof(select_extra));
    lt_status s =
        node ? lt_node_save(node, 0, index) : lt_fail(LT_ENOMEM, "out of memory: index_select");
    if (s != LT_OK) {
        lt_node_release(node);
        lt_release(out);
        return s;
    }
    select_extra *e = node->extra;
    e->dim = dim;
    e->ndim = x->ndim;
    memcpy(e->shape, x->shape, x->ndim * sizeof *e->shape);
    return lt_node_finish(node, out);
}

/* Rows of a tensor that is not dense are copied one by one, so that a batch of a view does not
 * copy the whole view. */
static lt_status gather_views(lt_tensor *out, lt_tensor *x, const int64_t *place, int64_t count) {
    lt_status s = LT_OK;
    for (int64_t k = 0; s == LT_OK && k < count; k++) {
        lt_tensor row LT_EMPTY, target LT_EMPTY, flat LT_EMPTY;
        int64_t shape[LT_MAX_DIMS];
        shape[0] = count;
        memcpy(shape + 1, x->shape + 1, (size_t)(x->ndim - 1) * sizeof *shape);
        s = lt_reshape(&flat, out, x->ndim, shape);
        if (s == LT_OK)
            s = lt_select(&target, &flat, 0, k);
        if (s == LT_OK)
            s = lt_select(&row, x, 0, place[k]);
        if (s == LT_OK)
            s = lt_copy_into(&target, &row);
        lt_release(&row);
        lt_release(&target);
        lt_release(&flat);
    }
    return s;
}

/* x without its place on the graph: views of it are not recorded. */
static lt_status off_graph(lt_tensor *out, lt_tensor *x) {
    return lt_alias(out, x);
}

lt_status lt_index_select(lt_tensor *out, lt_tensor *x, int dim, lt_tensor *index) {
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    lt_tensor places LT_EMPTY, dense LT_EMPTY;
    LT_TRY(lt_check_dim("index_select", x, &dim));
    LT_TRY(selected_shape(x, dim, index, &ndim, shape));
    LT_TRY(places_of(&places, "index_select", index, x->shape[dim]));
    lt_status s = lt_empty(out, (lt_dtype)x->dtype, ndim, shape);
    bool dense_already = lt_is_contiguous(x);
    if (s == LT_OK && !dense_already && dim == 0 && places.numel < x->shape[0]) {
        s = off_graph(&dense, x);
        if (s == LT_OK)
            s = gather_views(out, &dense, lt_data(&places), places.numel);
    } else if (s == LT_OK) {
        s = lt_contiguous(&dense, x);
        int64_t inner = product(x->shape, dim + 1, x->ndim);
        if (s == LT_OK && !lt_gather_rows(lt_data(out), lt_data(&dense), lt_data(&places),
                                          product(x->shape, 0, dim), x->shape[dim], places.numel,
                                          inner * (int64_t)lt_dtype_size((lt_dtype)x->dtype)))
            s = lt_fail(LT_EINTERRUPT, "interrupted!");
    }
    lt_release(&dense);
    lt_release(&places);
    if (s != LT_OK) {
        lt_release(out);
        return s;
    }
    return record_select(out, x, dim, index);
}

/* A contiguous tensor of this shape and dtype with the values of `source`. */
static lt_status spread_source(lt_tensor *out, const char *op, lt_tensor *source, lt_dtype dtype,
                               int ndim, const int64_t *shape) {
    if (source->ndim > ndim)
        return lt_fail(LT_EINVAL, "%s: a tensor %s does not fit into %s", op, lt_shape_of(source),
                       lt_shape_text(ndim, shape));
    LT_TRY(lt_empty(out, dtype, ndim, shape));
    lt_status s = lt_copy_into(out, source);
    if (s == LT_EINVAL)
        s = lt_fail(LT_EINVAL, "%s: a tensor %s does not fit into %s", op, lt_shape_of(source),
                    lt_shape_text(ndim, shape));
    if (s != LT_OK)
        lt_release(out);
    return s;
}

/* Run `write` on a contiguous form of x and bring the result back if that was a copy. */
typedef lt_status (*write_fn)(lt_tensor *dense, void *context);

static lt_status write_dense(lt_tensor *x, write_fn write, void *context) {
    if (lt_is_contiguous(x))
        return write(x, context);
    lt_tensor dense LT_EMPTY;
    LT_TRY(lt_cast(&dense, x, (lt_dtype)x->dtype));
    lt_status s = write(&dense, context);
    if (s == LT_OK)
        s = lt_copy_into(x, &dense);
    lt_release(&dense);
    return s;
}

typedef struct put_work {
    int dim;
    lt_tensor *places, *values;
    bool add;
} put_work;

static lt_status put_rows(lt_tensor *x, void *context) {
    const put_work *w = context;
    bool done = lt_scatter_rows(lt_data(x), lt_data(w->values), lt_data(w->places),
                                product(x->shape, 0, w->dim), x->shape[w->dim], w->places->numel,
                                product(x->shape, w->dim + 1, x->ndim), (lt_dtype)x->dtype, w->add);
    return done ? LT_OK : lt_fail(LT_EINTERRUPT, "interrupted!");
}

lt_status lt_index_put(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source, bool add) {
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    lt_tensor places LT_EMPTY, values LT_EMPTY;
    const char *op = add ? "index_add_" : "index assignment";
    LT_TRY(lt_check_dim(op, x, &dim));
    LT_TRY(selected_shape(x, dim, index, &ndim, shape));
    LT_TRY(places_of(&places, op, index, x->shape[dim]));
    lt_status s = spread_source(&values, op, source, (lt_dtype)x->dtype, ndim, shape);
    put_work w = {dim, &places, &values, add};
    if (s == LT_OK)
        s = write_dense(x, put_rows, &w);
    lt_release(&values);
    lt_release(&places);
    return s;
}

/* ---- gather and scatter along a dimension ---- */

static lt_along along(lt_tensor *x, int dim, lt_tensor *places, lt_tensor *values) {
    lt_along a = {.dtype = (lt_dtype)x->dtype,
                  .ndim = places->ndim,
                  .dim = dim,
                  .size = x->shape[dim],
                  .x = lt_data(x),
                  .values = lt_data(values),
                  .place = lt_data(places)};
    memcpy(a.shape, places->shape, (size_t)places->ndim * sizeof *places->shape);
    memcpy(a.stride, x->stride, (size_t)x->ndim * sizeof *x->stride);
    return a;
}

static lt_status check_along(const char *op, const lt_tensor *x, int *dim, const lt_tensor *index) {
    LT_TRY(lt_check_dim(op, x, dim));
    bool fits = x->ndim == index->ndim;
    for (int d = 0; fits && d < x->ndim; d++)
        fits = d == *dim || index->shape[d] <= x->shape[d];
    return fits ? LT_OK
                : lt_fail(LT_EINVAL, "%s: an index %s does not fit a tensor %s along dimension %d",
                          op, lt_shape_of(index), lt_shape_of(x), *dim + 1);
}

static lt_status gather_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const select_extra *e = node->extra;
    lt_tensor *index;
    LT_TRY(lt_node_load(node, 0, &index));
    LT_TRY(lt_zeros(down, node->dtype, e->ndim, e->shape));
    return lt_scatter_add(down, e->dim, index, up[0]);
}

lt_status lt_gather(lt_tensor *out, lt_tensor *x, int dim, lt_tensor *index) {
    lt_tensor places LT_EMPTY;
    LT_TRY(check_along("gather", x, &dim, index));
    LT_TRY(index_of(&places, "gather", index, NULL));
    lt_status s = lt_empty(out, (lt_dtype)x->dtype, index->ndim, index->shape);
    if (s == LT_OK) {
        lt_along a = along(x, dim, &places, out);
        int64_t outside;
        s = !lt_gather_along(&a, &outside) ? lt_fail(LT_EINTERRUPT, "interrupted!")
            : outside >= 0                 ? outside_of("gather", &places, outside, a.size)
                                           : LT_OK;
    }
    lt_release(&places);
    if (s == LT_OK && lt_must_record(x)) {
        lt_node *node = lt_node_new("gather", gather_backward, 1, &x, 1, sizeof(select_extra));
        s = node ? lt_node_save(node, 0, index) : lt_fail(LT_ENOMEM, "out of memory: gather");
        if (s == LT_OK) {
            select_extra *e = node->extra;
            e->dim = dim;
            e->ndim = x->ndim;
            memcpy(e->shape, x->shape, x->ndim * sizeof *e->shape);
            return lt_node_finish(node, out);
        }
        lt_node_release(node);
    }
    if (s != LT_OK)
        lt_release(out);
    return s;
}

static lt_status scatter_into(const char *op, lt_tensor *x, int dim, lt_tensor *index,
                              lt_tensor *source, bool add) {
    lt_tensor places LT_EMPTY, values LT_EMPTY;
    LT_TRY(check_along(op, x, &dim, index));
    LT_TRY(index_of(&places, op, index, x));
    bool as_it_is = source->dtype == x->dtype && source->storage && source->storage != x->storage &&
                    lt_same_shape(source, index) && lt_is_contiguous(source);
    lt_status s = as_it_is ? lt_alias(&values, source)
                           : spread_source(&values, op, source, (lt_dtype)x->dtype, index->ndim,
                                           index->shape);
    if (s == LT_OK) {
        lt_along a = along(x, dim, &places, &values);
        int64_t outside;
        s = !lt_scatter_along(&a, add, &outside) ? lt_fail(LT_EINTERRUPT, "interrupted!")
            : outside >= 0                       ? outside_of(op, &places, outside, a.size)
                                                 : LT_OK;
    }
    lt_release(&values);
    lt_release(&places);
    return s;
}

lt_status lt_scatter_add(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source) {
    return scatter_into("scatter_add", x, dim, index, source, true);
}

lt_status lt_scatter(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source) {
    return scatter_into("scatter", x, dim, index, source, false);
}

/* ---- masks ---- */

lt_status lt_flatnonzero(lt_tensor *out, lt_tensor *mask) {
    lt_tensor dense LT_EMPTY;
    LT_TRY(mask->dtype == LT_BOOL ? lt_contiguous(&dense, mask) : lt_cast(&dense, mask, LT_BOOL));
    int64_t chunks = lt_true_chunks(dense.numel);
    int64_t *first = malloc((size_t)(chunks + 1) * sizeof *first);
    lt_status s = first ? LT_OK : lt_fail(LT_ENOMEM, "out of memory: nonzero");
    if (s == LT_OK && !lt_count_true(dense.numel, lt_data(&dense), first))
        s = lt_fail(LT_EINTERRUPT, "interrupted!");
    if (s == LT_OK)
        s = lt_empty(out, LT_INT64, 1, &first[chunks]);
    if (s == LT_OK && !lt_find_true(dense.numel, lt_data(&dense), first, lt_data(out))) {
        lt_release(out);
        s = lt_fail(LT_EINTERRUPT, "interrupted!");
    }
    free(first);
    lt_release(&dense);
    return s;
}

lt_status lt_nonzero(lt_tensor *out, lt_tensor *x) {
    lt_tensor flat LT_EMPTY;
    LT_TRY(lt_flatnonzero(&flat, x));
    lt_status s = lt_empty(out, LT_INT64, 2, (int64_t[]){flat.numel, x->ndim});
    for (int64_t i = 0; s == LT_OK && i < flat.numel; i++) {
        int64_t rest = lt_get_int(&flat, i) - 1;
        for (int d = x->ndim - 1; d >= 0; d--) {
            lt_set_int(out, i * x->ndim + d, rest % x->shape[d] + 1);
            rest /= x->shape[d];
        }
    }
    lt_release(&flat);
    return s;
}

/* The mask's true places, and the shape [elements under the mask, the dimensions behind it]. */
static lt_status mask_places(lt_tensor *places, const lt_tensor *x, lt_tensor *mask, int *ndim,
                             int64_t *shape) {
    bool fits = mask->dtype == LT_BOOL && mask->ndim <= x->ndim && mask->ndim > 0;
    for (int d = 0; fits && d < mask->ndim; d++)
        fits = mask->shape[d] == x->shape[d];
    if (!fits)
        return lt_fail(LT_EINVAL,
                       "a mask must be a bool tensor of the shape %s or of its first dimensions, "
                       "not %s %s",
                       lt_shape_of(x), lt_dtype_name((lt_dtype)mask->dtype), lt_shape_of(mask));
    *ndim = x->ndim - mask->ndim + 1;
    shape[0] = mask->numel;
    memcpy(shape + 1, x->shape + mask->ndim, (size_t)(*ndim - 1) * sizeof *shape);
    return lt_flatnonzero(places, mask);
}

lt_status lt_masked_select(lt_tensor *out, lt_tensor *x, lt_tensor *mask) {
    int ndim = 0;
    int64_t shape[LT_MAX_DIMS];
    lt_tensor places LT_EMPTY, rows LT_EMPTY;
    LT_TRY(mask_places(&places, x, mask, &ndim, shape));
    lt_status s = lt_reshape(&rows, x, ndim, shape);
    if (s == LT_OK)
        s = lt_index_select(out, &rows, 0, &places);
    lt_release(&rows);
    lt_release(&places);
    return s;
}

typedef struct mask_work {
    int ndim;
    const int64_t *shape;
    lt_tensor *places, *source;
} mask_work;

static lt_status put_masked_rows(lt_tensor *x, void *context) {
    const mask_work *w = context;
    lt_tensor rows LT_EMPTY;
    LT_TRY(lt_reshape(&rows, x, w->ndim, w->shape));
    lt_status s = lt_index_put(&rows, 0, w->places, w->source, false);
    lt_release(&rows);
    return s;
}

/* x = where(mask, source, x) for a source that broadcasts to x. */
static lt_status put_where(lt_tensor *x, lt_tensor *mask, lt_tensor *source) {
    lt_tensor wide LT_EMPTY, chosen LT_EMPTY;
    int64_t shape[LT_MAX_DIMS];
    for (int d = 0; d < x->ndim; d++)
        shape[d] = d < mask->ndim ? mask->shape[d] : 1;
    LT_TRY(lt_reshape(&wide, mask, x->ndim, shape));
    lt_status s = lt_where(&chosen, &wide, source, x);
    lt_release(&wide);
    if (s == LT_OK)
        s = lt_copy_into(x, &chosen);
    lt_release(&chosen);
    return s;
}

lt_status lt_masked_put(lt_tensor *x, lt_tensor *mask, lt_tensor *source) {
    int ndim = 0;
    int64_t shape[LT_MAX_DIMS];
    lt_tensor places LT_EMPTY;
    LT_TRY(mask_places(&places, x, mask, &ndim, shape));
    lt_status s;
    if (source->numel == 1) {
        s = put_where(x, mask, source);
    } else {
        mask_work w = {ndim, shape, &places, source};
        s = write_dense(x, put_masked_rows, &w);
    }
    lt_release(&places);
    return s;
}
