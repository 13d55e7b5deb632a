#include "ops/create.h"

#include <string.h>

#include "ops/apply.h"

enum { SMALL_COPY = 16384 }; /* bytes that one thread copies at once */

lt_status lt_fill(lt_tensor *t, double value) {
    lt_tensor number;
    lt_scalar(&number, (lt_dtype)t->dtype, value);
    return lt_copy_into(t, &number);
}

/* Converting copy between tensors whose memory does not overlap. */
static lt_status copy_apart(lt_tensor *dst, lt_tensor *src) {
    size_t bytes = (size_t)dst->numel * lt_dtype_size((lt_dtype)dst->dtype);
    if (dst->dtype == src->dtype && bytes <= SMALL_COPY && lt_same_shape(dst, src) &&
        lt_is_contiguous(dst) && lt_is_contiguous(src)) {
        memcpy(lt_data(dst), lt_data(src), bytes);
        return LT_OK;
    }
    lt_kernel_call copy = {.out = (lt_dtype)dst->dtype, .in = {(lt_dtype)src->dtype}};
    return lt_apply(&copy, dst, 1, &src);
}

/* True if src broadcasts to the shape of dst. */
static bool fits(const lt_tensor *dst, const lt_tensor *src) {
    int extra = dst->ndim - src->ndim;
    for (int d = 0; d < src->ndim; d++)
        if (extra < 0 || (src->shape[d] != 1 && src->shape[d] != dst->shape[d + extra]))
            return false;
    return true;
}

lt_status lt_copy_into(lt_tensor *dst, lt_tensor *src) {
    if (!fits(dst, src))
        return lt_fail(LT_EINVAL, "a tensor %s does not fit into %s", lt_shape_of(src),
                       lt_shape_of(dst));
    if (!lt_overlaps(dst, src))
        return copy_apart(dst, src);
    lt_tensor apart LT_EMPTY;
    LT_TRY(lt_cast(&apart, src, (lt_dtype)src->dtype));
    lt_status status = copy_apart(dst, &apart);
    lt_release(&apart);
    return status;
}

lt_status lt_cast(lt_tensor *out, lt_tensor *t, lt_dtype dtype) {
    LT_TRY(lt_empty_like(out, dtype, t));
    lt_status status = copy_apart(out, t);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

lt_status lt_contiguous(lt_tensor *out, lt_tensor *t) {
    return lt_is_contiguous(t) ? lt_alias(out, t) : lt_cast(out, t, (lt_dtype)t->dtype);
}

static lt_status to_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    return lt_cast(down, up[0], *(lt_dtype *)node->extra);
}

lt_status lt_to(lt_tensor *out, lt_tensor *t, lt_dtype dtype) {
    LT_TRY(lt_cast(out, t, dtype));
    if (!lt_must_record(t) || !lt_dtype_is_float(dtype))
        return LT_OK;
    lt_node *node = lt_node_new("to", to_backward, 1, &t, 0, sizeof(lt_dtype));
    if (!node) {
        lt_release(out);
        return lt_fail(LT_ENOMEM, "out of memory: to");
    }
    *(lt_dtype *)node->extra = (lt_dtype)t->dtype;
    return lt_node_finish(node, out);
}

lt_status lt_range(lt_tensor *out, lt_dtype dtype, double start, double step, int64_t n) {
    LT_TRY(lt_empty(out, dtype, 1, &n));
    for (int64_t i = 0; i < n; i++)
        lt_set_double(out, i, start + (double)i * step);
    return LT_OK;
}

lt_status lt_linspace(lt_tensor *out, lt_dtype dtype, double start, double end, int64_t n) {
    LT_TRY(lt_empty(out, dtype, 1, &n));
    double step = n > 1 ? (end - start) / (double)(n - 1) : 0;
    /* From the nearer end, so that both ends are exact. */
    for (int64_t i = 0; i < n; i++)
        lt_set_double(out, i,
                      i < n / 2 || n == 1 ? start + (double)i * step
                                          : end - (double)(n - 1 - i) * step);
    return LT_OK;
}

lt_status lt_eye(lt_tensor *out, lt_dtype dtype, int64_t rows, int64_t cols) {
    LT_TRY(lt_zeros(out, dtype, 2, (int64_t[]){rows, cols}));
    for (int64_t i = 0; i < rows && i < cols; i++)
        lt_set_double(out, i * cols + i, 1);
    return LT_OK;
}
