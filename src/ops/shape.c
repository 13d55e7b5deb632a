#include "ops/shape.h"

#include <stdlib.h>
#include <string.h>

#include "ops/create.h"
#include "ops/elementwise.h"
#include "tensor/node.h"

lt_status lt_check_dim(const char *op, const lt_tensor *x, int *dim) {
    int d = *dim < 0 ? *dim + x->ndim : *dim;
    if (d < 0 || d >= x->ndim)
        return lt_fail(LT_EINVAL, "%s: there is no dimension %d in a tensor %s", op,
                       *dim < 0 ? *dim : *dim + 1, lt_shape_of(x));
    *dim = d;
    return LT_OK;
}

/* ---- recording: how the gradient of a view becomes the gradient of its base ---- */

typedef enum view_kind { RESHAPED, PERMUTED, SLICED, EXPANDED } view_kind;

typedef struct view_extra {
    view_kind kind;
    int ndim; /* of the base */
    int64_t shape[LT_MAX_DIMS];
    int order[LT_MAX_DIMS];         /* PERMUTED */
    lt_range_of range[LT_MAX_DIMS]; /* SLICED */
} view_extra;

static lt_status view_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const view_extra *e = node->extra;
    lt_tensor *g = up[0];
    if (e->kind == RESHAPED)
        return lt_reshape(down, g, e->ndim, e->shape);
    if (e->kind == EXPANDED)
        return lt_unbroadcast(down, g, node->dtype, e->ndim, e->shape);
    if (e->kind == PERMUTED) {
        int back[LT_MAX_DIMS];
        for (int d = 0; d < e->ndim; d++)
            back[e->order[d]] = d;
        return lt_permute(down, g, back);
    }
    lt_tensor window LT_EMPTY;
    LT_TRY(lt_zeros(down, node->dtype, e->ndim, e->shape));
    LT_TRY(lt_slice(&window, down, e->range));
    lt_status s = lt_copy_into(&window, g);
    lt_release(&window);
    return s;
}

/* Finish a view: attach a node if `x` is on the graph. */
static lt_status record(lt_tensor *out, lt_tensor *x, const char *name, view_extra *e) {
    if (!lt_must_record(x))
        return LT_OK;
    e->ndim = x->ndim;
    memcpy(e->shape, x->shape, x->ndim * sizeof *e->shape);
    lt_node *node = lt_node_new(name, view_backward, 1, &x, 0, sizeof *e);
    if (!node) {
        lt_release(out);
        return lt_fail(LT_ENOMEM, "out of memory: %s", name);
    }
    memcpy(node->extra, e, sizeof *e);
    return lt_node_finish(node, out);
}

/* ---- views ---- */

/* Strides of `shape` over the memory of x, if its elements can be seen so without copying. */
static bool reshape_strides(const lt_tensor *x, int ndim, const int64_t *shape, int64_t *stride) {
    int from = x->ndim - 1, to = ndim - 1;
    while (from >= 0 || to >= 0) {
        if (from >= 0 && x->shape[from] == 1) {
            from--;
            continue;
        }
        if (to >= 0 && shape[to] == 1) {
            stride[to--] = 0;
            continue;
        }
        if (from < 0 || to < 0)
            return false;
        /* Grow the run of x until it splits into whole dimensions of the new shape. */
        int64_t step = x->stride[from], run = x->shape[from], filled = 1;
        for (;;) {
            while (to >= 0 && filled < run) {
                stride[to] = step * filled;
                filled *= shape[to--];
            }
            if (filled == run)
                break;
            int next = from - 1;
            while (next >= 0 && x->shape[next] == 1)
                next--;
            if (next < 0 || x->stride[next] != step * run)
                return false;
            from = next;
            run *= x->shape[from];
        }
        from--;
    }
    return true;
}

static lt_status complete_shape(const lt_tensor *x, int ndim, const int64_t *given,
                                int64_t *shape) {
    int open = -1;
    int64_t known = 1;
    if (ndim > LT_MAX_DIMS)
        return lt_fail(LT_EINVAL, "reshape: at most %d dimensions, not %d", LT_MAX_DIMS, ndim);
    for (int d = 0; d < ndim; d++) {
        shape[d] = given[d];
        if (given[d] == -1) {
            if (open >= 0)
                return lt_fail(LT_EINVAL, "reshape: only one size can be -1, not two in %s",
                               lt_shape_text(ndim, given));
            open = d;
        } else if (given[d] < 0 || __builtin_mul_overflow(known, given[d], &known)) {
            return lt_fail(LT_EINVAL, "reshape: no tensor has the shape %s",
                           lt_shape_text(ndim, given));
        }
    }
    if (open >= 0 && known > 0 && x->numel % known == 0)
        shape[open] = x->numel / known;
    else if (open >= 0 || known != x->numel)
        return lt_fail(LT_EINVAL, "reshape: the %lld elements of %s do not fill %s",
                       (long long)x->numel, lt_shape_of(x), lt_shape_text(ndim, given));
    return LT_OK;
}

lt_status lt_reshape(lt_tensor *out, lt_tensor *x, int ndim, const int64_t *given) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS];
    LT_TRY(complete_shape(x, ndim, given, shape));
    view_extra e = {.kind = RESHAPED};
    if (x->numel == 0) {
        LT_TRY(lt_empty(out, (lt_dtype)x->dtype, ndim, shape));
    } else if (reshape_strides(x, ndim, shape, stride)) {
        LT_TRY(lt_view(out, x, ndim, shape, stride, x->offset));
    } else {
        lt_tensor dense LT_EMPTY;
        LT_TRY(lt_cast(&dense, x, (lt_dtype)x->dtype));
        reshape_strides(&dense, ndim, shape, stride);
        lt_status s = lt_view(out, &dense, ndim, shape, stride, 0);
        lt_release(&dense);
        LT_TRY(s);
    }
    return record(out, x, "reshape", &e);
}

lt_status lt_permute(lt_tensor *out, lt_tensor *x, const int *order) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS];
    bool used[LT_MAX_DIMS] = {false};
    view_extra e = {.kind = PERMUTED};
    for (int d = 0; d < x->ndim; d++) {
        int from = order[d];
        LT_TRY(lt_check_dim("permute", x, &from));
        if (used[from])
            return lt_fail(LT_EINVAL, "permute: dimension %d is named twice", from + 1);
        used[from] = true;
        e.order[d] = from;
        shape[d] = x->shape[from];
        stride[d] = x->stride[from];
    }
    LT_TRY(lt_view(out, x, x->ndim, shape, stride, x->offset));
    return record(out, x, "permute", &e);
}

lt_status lt_transpose(lt_tensor *out, lt_tensor *x, int a, int b) {
    int order[LT_MAX_DIMS];
    LT_TRY(lt_check_dim("transpose", x, &a));
    LT_TRY(lt_check_dim("transpose", x, &b));
    for (int d = 0; d < x->ndim; d++)
        order[d] = d == a ? b : d == b ? a : d;
    return lt_permute(out, x, order);
}

lt_status lt_expand(lt_tensor *out, lt_tensor *x, int ndim, const int64_t *given) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS];
    view_extra e = {.kind = EXPANDED};
    int extra = ndim - x->ndim;
    for (int d = 0; d < ndim && d < LT_MAX_DIMS; d++) {
        int own = d - extra;
        int64_t size = own < 0 ? 1 : x->shape[own];
        shape[d] = given[d] == -1 && own >= 0 ? size : given[d];
        stride[d] = own < 0 || size != shape[d] ? 0 : x->stride[own];
        if (extra < 0 || shape[d] < 0 || (size != 1 && size != shape[d]))
            return lt_fail(LT_EINVAL, "expand: a tensor %s does not expand to %s", lt_shape_of(x),
                           lt_shape_text(ndim, given));
    }
    if (extra < 0)
        return lt_fail(LT_EINVAL, "expand: a tensor %s does not expand to %s", lt_shape_of(x),
                       lt_shape_text(ndim, given));
    if (ndim <= LT_MAX_DIMS && lt_shape_numel(ndim, shape) < 0)
        return lt_fail(LT_EINVAL, "expand: no tensor has the shape %s", lt_shape_text(ndim, given));
    LT_TRY(lt_view(out, x, ndim, shape, stride, x->offset));
    return record(out, x, "expand", &e);
}

lt_status lt_slice(lt_tensor *out, lt_tensor *x, const lt_range_of *ranges) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS], offset = x->offset;
    int n = 0;
    view_extra e = {.kind = SLICED};
    for (int d = 0; d < x->ndim; d++) {
        e.range[d] = ranges[d];
        if (ranges[d].count > 0)
            offset += ranges[d].start * x->stride[d];
        if (ranges[d].drop)
            continue;
        shape[n] = ranges[d].count;
        stride[n++] = x->stride[d] * ranges[d].step;
    }
    LT_TRY(lt_view(out, x, n, shape, stride, offset));
    return record(out, x, "slice", &e);
}

static void whole_ranges(const lt_tensor *x, lt_range_of *ranges) {
    for (int d = 0; d < x->ndim; d++)
        ranges[d] = (lt_range_of){0, 1, x->shape[d], false};
}

lt_status lt_narrow(lt_tensor *out, lt_tensor *x, int dim, int64_t start, int64_t count) {
    lt_range_of ranges[LT_MAX_DIMS];
    LT_TRY(lt_check_dim("narrow", x, &dim));
    if (start < 0 || count < 0 || start > x->shape[dim] || count > x->shape[dim] - start)
        return lt_fail(LT_EINVAL,
                       "narrow: %lld elements from %lld are not inside dimension %d of %s",
                       (long long)count, (long long)start + 1, dim + 1, lt_shape_of(x));
    whole_ranges(x, ranges);
    ranges[dim] = (lt_range_of){start, 1, count, false};
    return lt_slice(out, x, ranges);
}

lt_status lt_select(lt_tensor *out, lt_tensor *x, int dim, int64_t index) {
    lt_range_of ranges[LT_MAX_DIMS];
    LT_TRY(lt_check_dim("select", x, &dim));
    if (index < 0 || index >= x->shape[dim])
        return lt_fail(LT_EINVAL, "select: index %lld is outside dimension %d of %s",
                       (long long)index + 1, dim + 1, lt_shape_of(x));
    whole_ranges(x, ranges);
    ranges[dim] = (lt_range_of){index, 1, 1, true};
    return lt_slice(out, x, ranges);
}

lt_status lt_unsqueeze(lt_tensor *out, lt_tensor *x, int dim) {
    int64_t shape[LT_MAX_DIMS + 1], stride[LT_MAX_DIMS + 1];
    int ndim = x->ndim + 1, at = dim < 0 ? dim + ndim : dim;
    view_extra e = {.kind = RESHAPED};
    if (at < 0 || at >= ndim)
        return lt_fail(LT_EINVAL, "unsqueeze: no place %d for a new dimension in %s",
                       dim < 0 ? dim : dim + 1, lt_shape_of(x));
    for (int d = 0, own = 0; d < ndim; d++) {
        shape[d] = d == at ? 1 : x->shape[own];
        stride[d] = d == at ? 0 : x->stride[own];
        own += d != at;
    }
    LT_TRY(lt_view(out, x, ndim, shape, stride, x->offset));
    return record(out, x, "unsqueeze", &e);
}

lt_status lt_squeeze(lt_tensor *out, lt_tensor *x, int dim) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS];
    int n = 0;
    view_extra e = {.kind = RESHAPED};
    if (dim != LT_ALL_DIMS)
        LT_TRY(lt_check_dim("squeeze", x, &dim));
    for (int d = 0; d < x->ndim; d++) {
        if (x->shape[d] == 1 && (dim == LT_ALL_DIMS || d == dim))
            continue;
        shape[n] = x->shape[d];
        stride[n++] = x->stride[d];
    }
    LT_TRY(lt_view(out, x, n, shape, stride, x->offset));
    return record(out, x, "squeeze", &e);
}

/* ---- joining ---- */

typedef struct cat_extra {
    int dim;
    int64_t size[]; /* of each part along dim */
} cat_extra;

static lt_status cat_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const cat_extra *e = node->extra;
    int64_t at = 0;
    for (int i = 0; i < node->inputs; i++) {
        if (lt_node_wants(node, i))
            LT_TRY(lt_narrow(&down[i], up[0], e->dim, at, e->size[i]));
        at += e->size[i];
    }
    return LT_OK;
}

static lt_status record_cat(lt_tensor *out, int n, lt_tensor *const *tensors, int dim) {
    bool wanted = false;
    for (int i = 0; i < n; i++)
        wanted |= lt_must_record(tensors[i]);
    if (!wanted)
        return LT_OK;
    lt_node *node = lt_node_new("cat", cat_backward, n, tensors, 0,
                                sizeof(cat_extra) + (size_t)n * sizeof(int64_t));
    if (!node) {
        lt_release(out);
        return lt_fail(LT_ENOMEM, "out of memory: cat");
    }
    cat_extra *e = node->extra;
    e->dim = dim;
    for (int i = 0; i < n; i++)
        e->size[i] = tensors[i]->shape[dim];
    return lt_node_finish(node, out);
}

static lt_status cat_shape(int n, lt_tensor *const *tensors, int dim, int64_t *shape,
                           lt_dtype *dtype) {
    const lt_tensor *first = tensors[0];
    memcpy(shape, first->shape, first->ndim * sizeof *shape);
    *dtype = (lt_dtype)first->dtype;
    for (int i = 1; i < n; i++) {
        const lt_tensor *t = tensors[i];
        bool fits = t->ndim == first->ndim;
        for (int d = 0; fits && d < t->ndim; d++)
            fits = d == dim || t->shape[d] == first->shape[d];
        if (!fits)
            return lt_fail(LT_EINVAL, "cat: shapes %s and %s differ outside dimension %d",
                           lt_shape_of(first), lt_shape_of(t), dim + 1);
        shape[dim] += t->shape[dim];
        *dtype = lt_dtype_promote(*dtype, (lt_dtype)t->dtype);
    }
    return LT_OK;
}

lt_status lt_cat(lt_tensor *out, int n, lt_tensor *const *tensors, int dim) {
    int64_t shape[LT_MAX_DIMS], at = 0;
    lt_dtype dtype;
    if (n == 0)
        return lt_fail(LT_EINVAL, "cat: no tensors given");
    LT_TRY(lt_check_dim("cat", tensors[0], &dim));
    LT_TRY(cat_shape(n, tensors, dim, shape, &dtype));
    LT_TRY(lt_empty(out, dtype, tensors[0]->ndim, shape));
    for (int i = 0; i < n; i++) {
        lt_tensor window LT_EMPTY;
        lt_status s = lt_narrow(&window, out, dim, at, tensors[i]->shape[dim]);
        if (s == LT_OK)
            s = lt_copy_into(&window, tensors[i]);
        lt_release(&window);
        at += tensors[i]->shape[dim];
        if (s != LT_OK) {
            lt_release(out);
            return s;
        }
    }
    return record_cat(out, n, tensors, dim);
}

lt_status lt_stack(lt_tensor *out, int n, lt_tensor *const *tensors, int dim) {
    if (n == 0)
        return lt_fail(LT_EINVAL, "stack: no tensors given");
    lt_tensor *wide = calloc((size_t)n, sizeof *wide);
    lt_tensor **list = calloc((size_t)n, sizeof *list);
    lt_status s = wide && list ? LT_OK : lt_fail(LT_ENOMEM, "out of memory: stack");
    for (int i = 0; s == LT_OK && i < n; i++) {
        list[i] = &wide[i];
        if (!lt_same_shape(tensors[i], tensors[0]))
            s = lt_fail(LT_EINVAL, "stack: shapes %s and %s differ", lt_shape_of(tensors[0]),
                        lt_shape_of(tensors[i]));
        else
            s = lt_unsqueeze(&wide[i], tensors[i], dim);
    }
    if (s == LT_OK)
        s = lt_cat(out, n, list, dim);
    for (int i = 0; wide && i < n; i++)
        lt_release(&wide[i]);
    free(wide);
    free(list);
    return s;
}
