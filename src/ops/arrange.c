#include "ops/arrange.h"

#include <stdlib.h>
#include <string.h>

#include "ops/create.h"
#include "ops/gather.h"
#include "ops/shape.h"
#include "tensor/node.h"

/* ---- recording ---- */

typedef enum arrange_kind { DIAGONAL, DIAG_EMBED, TRIANGLE, FLIP, ROLL, PAD } arrange_kind;

typedef struct arrange_extra {
    arrange_kind kind;
    int64_t offset; /* of a diagonal; the shift of a roll */
    bool upper;
    int dims[LT_MAX_DIMS], n_dims;
    int64_t before[LT_MAX_DIMS], after[LT_MAX_DIMS];
    int ndim; /* of x */
    int64_t shape[LT_MAX_DIMS];
} arrange_extra;

static lt_status diagonal_view(lt_tensor *out, lt_tensor *x, int64_t offset, int a, int b);

static lt_status diagonal_down(const arrange_extra *e, lt_dtype dtype, lt_tensor *g,
                               lt_tensor *down) {
    lt_tensor view LT_EMPTY;
    LT_TRY(lt_zeros(down, dtype, e->ndim, e->shape));
    LT_TRY(diagonal_view(&view, down, e->offset, e->dims[0], e->dims[1]));
    lt_status s = lt_copy_into(&view, g);
    lt_release(&view);
    return s;
}

static lt_status arrange_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const arrange_extra *e = node->extra;
    lt_tensor *g = up[0];
    int64_t before[LT_MAX_DIMS], after[LT_MAX_DIMS];
    switch (e->kind) {
    case DIAGONAL:
        return diagonal_down(e, node->dtype, g, down);
    case DIAG_EMBED:
        return lt_diagonal(down, g, e->offset, -2, -1);
    case TRIANGLE:
        return lt_triangle(down, g, e->offset, e->upper);
    case FLIP:
        return lt_flip(down, g, e->n_dims, e->dims);
    case ROLL:
        return lt_roll(down, g, -e->offset, e->dims[0]);
    default:
        for (int d = 0; d < e->ndim; d++) {
            before[d] = -e->before[d];
            after[d] = -e->after[d];
        }
        return lt_pad(down, g, before, after, 0);
    }
}

static lt_status record(lt_tensor *out, lt_tensor *x, const char *name, arrange_extra e) {
    if (!lt_must_record(x))
        return LT_OK;
    lt_node *node = lt_node_new(name, arrange_backward, 1, &x, 0, sizeof e);
    if (!node) {
        lt_release(out);
        return lt_fail(LT_ENOMEM, "out of memory: %s", name);
    }
    e.ndim = x->ndim;
    memcpy(e.shape, x->shape, x->ndim * sizeof *e.shape);
    *(arrange_extra *)node->extra = e;
    return lt_node_finish(node, out);
}

/* ---- diagonals ---- */

static lt_status diagonal_view(lt_tensor *out, lt_tensor *x, int64_t offset, int a, int b) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS], at = x->offset;
    int n = 0;
    int64_t rows = x->shape[a], cols = x->shape[b], length;
    if (offset >= 0)
        length = cols - offset < rows ? cols - offset : rows;
    else
        length = rows + offset < cols ? rows + offset : cols;
    if (length > 0)
        at += offset >= 0 ? offset * x->stride[b] : -offset * x->stride[a];
    for (int d = 0; d < x->ndim; d++) {
        if (d == a || d == b)
            continue;
        shape[n] = x->shape[d];
        stride[n++] = x->stride[d];
    }
    shape[n] = length > 0 ? length : 0;
    stride[n++] = x->stride[a] + x->stride[b];
    return lt_view(out, x, n, shape, stride, at);
}

lt_status lt_diagonal(lt_tensor *out, lt_tensor *x, int64_t offset, int a, int b) {
    LT_TRY(lt_check_dim("diagonal", x, &a));
    LT_TRY(lt_check_dim("diagonal", x, &b));
    if (a == b)
        return lt_fail(LT_EINVAL, "diagonal: dimension %d is named twice", a + 1);
    if (offset > INT64_MAX / 2 || offset < INT64_MIN / 2)
        return lt_fail(LT_EINVAL, "diagonal: an offset of %lld", (long long)offset);
    LT_TRY(diagonal_view(out, x, offset, a, b));
    arrange_extra e = {.kind = DIAGONAL, .offset = offset, .dims = {a, b}};
    return record(out, x, "diagonal", e);
}

lt_status lt_diag_embed(lt_tensor *out, lt_tensor *x, int64_t offset) {
    int64_t shape[LT_MAX_DIMS + 1];
    if (x->ndim == 0 || x->ndim == LT_MAX_DIMS)
        return lt_fail(LT_EINVAL, "diag_embed: a tensor %s", lt_shape_of(x));
    if (offset > INT32_MAX || offset < -INT32_MAX)
        return lt_fail(LT_EINVAL, "diag_embed: an offset of %lld", (long long)offset);
    memcpy(shape, x->shape, x->ndim * sizeof *shape);
    shape[x->ndim - 1] += llabs(offset);
    shape[x->ndim] = shape[x->ndim - 1];
    LT_TRY(lt_zeros(out, (lt_dtype)x->dtype, x->ndim + 1, shape));
    lt_tensor view LT_EMPTY;
    lt_status s = diagonal_view(&view, out, offset, x->ndim - 1, x->ndim);
    if (s == LT_OK)
        s = lt_copy_into(&view, x);
    lt_release(&view);
    if (s != LT_OK) {
        lt_release(out);
        return s;
    }
    return record(out, x, "diag_embed", (arrange_extra){.kind = DIAG_EMBED, .offset = offset});
}

/* ---- triangles ---- */

lt_status lt_triangle(lt_tensor *out, lt_tensor *x, int64_t k, bool upper) {
    const char *name = upper ? "triu" : "tril";
    if (x->ndim < 2)
        return lt_fail(LT_EINVAL, "%s: takes matrices, not %s", name, lt_shape_of(x));
    LT_TRY(lt_cast(out, x, (lt_dtype)x->dtype));
    int64_t rows = x->shape[x->ndim - 2], cols = x->shape[x->ndim - 1];
    size_t size = lt_dtype_size((lt_dtype)x->dtype);
    k = k > cols ? cols : k < -rows ? -rows : k;
    for (int64_t r = 0; r < out->numel / (cols ? cols : 1); r++) {
        int64_t edge = r % rows + k + !upper; /* first column that is not below the diagonal */
        edge = edge < 0 ? 0 : edge > cols ? cols : edge;
        char *row = (char *)lt_data(out) + (size_t)(r * cols) * size;
        if (upper)
            memset(row, 0, (size_t)edge * size);
        else
            memset(row + (size_t)edge * size, 0, (size_t)(cols - edge) * size);
    }
    return record(out, x, name, (arrange_extra){.kind = TRIANGLE, .offset = k, .upper = upper});
}

/* ---- mirrored and shifted ---- */

lt_status lt_flip(lt_tensor *out, lt_tensor *x, int n_dims, const int *dims) {
    arrange_extra e = {.kind = FLIP, .n_dims = n_dims};
    int64_t stride[LT_MAX_DIMS], at = x->offset;
    bool flipped[LT_MAX_DIMS] = {false};
    memcpy(stride, x->stride, x->ndim * sizeof *stride);
    for (int i = 0; i < n_dims; i++) {
        int d = dims[i];
        LT_TRY(lt_check_dim("flip", x, &d));
        if (flipped[d])
            return lt_fail(LT_EINVAL, "flip: dimension %d is named twice", d + 1);
        flipped[d] = true;
        e.dims[i] = d;
        if (x->shape[d] > 0)
            at += (x->shape[d] - 1) * stride[d];
        stride[d] = -stride[d];
    }
    lt_tensor view LT_EMPTY;
    LT_TRY(lt_view(&view, x, x->ndim, x->shape, stride, at));
    lt_status s = lt_cast(out, &view, (lt_dtype)x->dtype);
    lt_release(&view);
    LT_TRY(s);
    return record(out, x, "flip", e);
}

/* Copy `count` elements along `dim`, from place `from` of x to place `to` of out; no recording. */
static lt_status copy_part(lt_tensor *out, int64_t to, lt_tensor *x, int64_t from, int64_t count,
                           int dim) {
    lt_tensor source LT_EMPTY, target LT_EMPTY;
    int64_t shape[LT_MAX_DIMS];
    memcpy(shape, x->shape, x->ndim * sizeof *shape);
    shape[dim] = count;
    lt_status s = lt_view(&source, x, x->ndim, shape, x->stride, x->offset + from * x->stride[dim]);
    if (s == LT_OK)
        s = lt_view(&target, out, x->ndim, shape, out->stride, out->offset + to * out->stride[dim]);
    if (s == LT_OK)
        s = lt_copy_into(&target, &source);
    lt_release(&source);
    lt_release(&target);
    return s;
}

lt_status lt_roll(lt_tensor *out, lt_tensor *x, int64_t shift, int dim) {
    LT_TRY(lt_check_dim("roll", x, &dim));
    LT_TRY(lt_empty_like(out, (lt_dtype)x->dtype, x));
    int64_t n = x->shape[dim], by = n > 0 ? shift % n : 0;
    by = by < 0 ? by + n : by;
    lt_status s = LT_OK;
    if (x->numel > 0)
        s = copy_part(out, by, x, 0, n - by, dim);
    if (x->numel > 0 && by > 0 && s == LT_OK)
        s = copy_part(out, 0, x, n - by, by, dim);
    if (s != LT_OK) {
        lt_release(out);
        return s;
    }
    return record(out, x, "roll", (arrange_extra){.kind = ROLL, .offset = by, .dims = {dim}});
}

/* ---- padded ---- */

/* Shape of the result, and the window that x and the result have in common: in x from `from`, in
 * the result from `to`. */
static lt_status pad_window(const lt_tensor *x, const int64_t *before, const int64_t *after,
                            int64_t *shape, int64_t *from, int64_t *to, int64_t *common) {
    const int64_t far = INT64_C(1) << 60;
    for (int d = 0; d < x->ndim; d++) {
        int64_t n = x->shape[d];
        bool sane = before[d] < far && after[d] < far && before[d] > -far && after[d] > -far;
        shape[d] = sane ? n + before[d] + after[d] : -1;
        if (shape[d] < 0)
            return lt_fail(LT_EINVAL,
                           "pad: dimension %d of %s with %lld more before and %lld after", d + 1,
                           lt_shape_of(x), (long long)before[d], (long long)after[d]);
        from[d] = before[d] < 0 ? -before[d] : 0;
        to[d] = before[d] < 0 ? 0 : before[d];
        common[d] = n - from[d] - (after[d] < 0 ? -after[d] : 0);
        if (common[d] <= 0)
            common[d] = from[d] = to[d] = 0;
    }
    return LT_OK;
}

/* A window of `t`, off the graph. */
static lt_status window_of(lt_tensor *out, lt_tensor *t, const int64_t *from,
                           const int64_t *common) {
    int64_t at = t->offset;
    for (int d = 0; d < t->ndim; d++)
        at += from[d] * t->stride[d];
    return lt_view(out, t, t->ndim, common, t->stride, at);
}

lt_status lt_pad(lt_tensor *out, lt_tensor *x, const int64_t *before, const int64_t *after,
                 double value) {
    int64_t shape[LT_MAX_DIMS], from[LT_MAX_DIMS], to[LT_MAX_DIMS], common[LT_MAX_DIMS];
    arrange_extra e = {.kind = PAD};
    LT_TRY(pad_window(x, before, after, shape, from, to, common));
    memcpy(e.before, before, x->ndim * sizeof *before);
    memcpy(e.after, after, x->ndim * sizeof *after);
    LT_TRY(lt_empty(out, (lt_dtype)x->dtype, x->ndim, shape));
    lt_tensor source LT_EMPTY, target LT_EMPTY;
    lt_status s = lt_fill(out, value);
    if (s == LT_OK)
        s = window_of(&source, x, from, common);
    if (s == LT_OK)
        s = window_of(&target, out, to, common);
    if (s == LT_OK)
        s = lt_copy_into(&target, &source);
    lt_release(&source);
    lt_release(&target);
    if (s != LT_OK) {
        lt_release(out);
        return s;
    }
    return record(out, x, "pad", e);
}

/* 0-based place in a dimension of size n that stands for place i outside of it. */
static int64_t own_place(int64_t i, int64_t n, lt_pad_mode mode) {
    if (mode == LT_PAD_REPLICATE)
        return i < 0 ? 0 : i >= n ? n - 1 : i;
    if (mode == LT_PAD_CIRCULAR)
        return ((i % n) + n) % n;
    return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
}

lt_status lt_pad_with_own(lt_tensor *out, lt_tensor *x, int dim, int64_t before, int64_t after,
                          lt_pad_mode mode) {
    static const char *const names[] = {"reflect", "replicate", "circular"};
    LT_TRY(lt_check_dim("pad", x, &dim));
    int64_t n = x->shape[dim];
    int64_t most = mode == LT_PAD_REFLECT ? n - 1 : mode == LT_PAD_CIRCULAR ? n : INT32_MAX;
    if (before < 0 || after < 0 || before > most || after > most || n == 0)
        return lt_fail(LT_EINVAL, "pad: %s by %lld and %lld in dimension %d of %s", names[mode],
                       (long long)before, (long long)after, dim + 1, lt_shape_of(x));
    lt_tensor places LT_EMPTY;
    LT_TRY(lt_empty(&places, LT_INT64, 1, &(int64_t){n + before + after}));
    int64_t *place = lt_data(&places);
    for (int64_t i = 0; i < places.numel; i++)
        place[i] = own_place(i - before, n, mode) + 1;
    lt_status s = lt_index_select(out, x, dim, &places);
    lt_release(&places);
    return s;
}
