#include "ops/lines.h"

#include "ops/create.h"

lt_lines lt_lines_along(const lt_tensor *x, int dim) {
    lt_lines l = {1, x->shape[dim], 1};
    for (int d = 0; d < dim; d++)
        l.outer *= x->shape[d];
    for (int d = dim + 1; d < x->ndim; d++)
        l.inner *= x->shape[d];
    return l;
}

lt_status lt_dense(lt_tensor **out, lt_tensor *room, lt_tensor *x, lt_dtype dtype) {
    *out = x;
    if ((lt_dtype)x->dtype == dtype && lt_is_contiguous(x))
        return LT_OK;
    *out = room;
    return lt_cast(room, x, dtype);
}

/* A view of x in which dimension `from` has moved to place `to`, the others in their order. */
static lt_status moved(lt_tensor *out, lt_tensor *x, int from, int to) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS];
    for (int d = 0, own = 0; d < x->ndim; d++) {
        own += own == from;
        int source = d == to ? from : own++;
        shape[d] = x->shape[source];
        stride[d] = x->stride[source];
    }
    return lt_view(out, x, x->ndim, shape, stride, x->offset);
}

lt_status lt_dim_last(lt_tensor *out, lt_tensor *x, int dim, lt_dtype dtype) {
    if (dim >= x->ndim - 1)
        return lt_cast(out, x, dtype);
    lt_tensor view LT_EMPTY;
    LT_TRY(moved(&view, x, dim, x->ndim - 1));
    lt_status s = lt_cast(out, &view, dtype);
    lt_release(&view);
    return s;
}

lt_status lt_dim_back(lt_tensor *t, int dim) {
    if (dim >= t->ndim - 1)
        return LT_OK;
    lt_tensor view LT_EMPTY, dense LT_EMPTY;
    LT_TRY(moved(&view, t, t->ndim - 1, dim));
    lt_status s = lt_cast(&dense, &view, (lt_dtype)t->dtype);
    lt_release(&view);
    if (s == LT_OK) {
        lt_release(t);
        lt_move(t, &dense);
    }
    return s;
}
