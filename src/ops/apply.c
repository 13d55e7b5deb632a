#include "ops/apply.h"

#include <string.h>

#include "kernels/convert.h"
#include "tensor/interrupt.h"

lt_status lt_broadcast(const char *op, int n, lt_tensor *const *tensors, int *ndim,
                       int64_t *shape) {
    *ndim = 0;
    for (int k = 0; k < n; k++)
        if (tensors[k]->ndim > *ndim)
            *ndim = tensors[k]->ndim;
    for (int d = 0; d < *ndim; d++) {
        shape[d] = 1;
        for (int k = 0; k < n; k++) {
            int own = d - (*ndim - tensors[k]->ndim);
            int64_t size = own < 0 ? 1 : tensors[k]->shape[own];
            if (size == 1 || size == shape[d])
                continue;
            if (shape[d] != 1) {
                return n == 2 ? lt_fail(LT_EINVAL, "%s: shapes %s and %s do not broadcast", op,
                                        lt_shape_of(tensors[0]), lt_shape_of(tensors[1]))
                              : lt_fail(LT_EINVAL, "%s: shapes %s, %s and %s do not broadcast", op,
                                        lt_shape_of(tensors[0]), lt_shape_of(tensors[1]),
                                        lt_shape_of(tensors[2]));
            }
            shape[d] = size;
        }
    }
    return LT_OK;
}

static int kind_of(lt_dtype t) {
    return t == LT_BOOL ? 0 : t <= LT_INT64 ? 1 : 2;
}

lt_dtype lt_promote(const lt_tensor *a, const lt_tensor *b) {
    int pa = a->wrapped ? 0 : a->ndim == 0 ? 1 : 2;
    int pb = b->wrapped ? 0 : b->ndim == 0 ? 1 : 2;
    if (pa == pb)
        return lt_dtype_promote((lt_dtype)a->dtype, (lt_dtype)b->dtype);
    const lt_tensor *high = pa > pb ? a : b, *low = pa > pb ? b : a;
    if (kind_of((lt_dtype)low->dtype) <= kind_of((lt_dtype)high->dtype))
        return (lt_dtype)high->dtype;
    return low->wrapped && low->dtype == LT_FLOAT64 ? lt_default_dtype() : (lt_dtype)low->dtype;
}

/* The tutorials' tensors: small, dense, or one number beside them. True if it was one. */
static bool apply_small(const lt_kernel_call *call, lt_tensor *out, int n,
                        lt_tensor *const *inputs) {
    enum { SMALL = 64 };
    double room[LT_MAP_INPUTS][SMALL];
    const void *in[LT_MAP_INPUTS];
    if (!call->kernel || out->dtype != call->out || out->numel > LT_GRAIN_COSTLY ||
        !lt_is_contiguous(out))
        return false;
    for (int k = 0; k < n; k++) {
        lt_tensor *t = inputs[k];
        if (t->numel == out->numel && t->dtype == call->in[k] && lt_is_contiguous(t)) {
            in[k] = lt_data(t);
        } else if (t->numel == 1 && out->numel <= SMALL) {
            lt_convert(out->numel, room[k], call->in[k], (int64_t)lt_dtype_size(call->in[k]),
                       lt_data(t), (lt_dtype)t->dtype, 0);
            in[k] = room[k];
        } else {
            return false;
        }
    }
    call->kernel(out->numel, lt_data(out), in, call->p);
    return true;
}

/* Strides in bytes of `t` seen in the shape of `out`. */
static void set_array(lt_map_array *array, const lt_tensor *out, lt_tensor *t, lt_dtype kernel) {
    int64_t size = (int64_t)lt_dtype_size((lt_dtype)t->dtype);
    array->data = lt_data(t);
    array->dtype = (lt_dtype)t->dtype;
    array->kernel = kernel;
    for (int d = 0; d < out->ndim; d++) {
        int own = d - (out->ndim - t->ndim);
        array->stride[d] = own < 0 || t->shape[own] == 1 ? 0 : t->stride[own] * size;
    }
}

lt_status lt_apply(const lt_kernel_call *call, lt_tensor *out, int n, lt_tensor *const *inputs) {
    static const double no_parameters[2];
    lt_kernel_call with = *call;
    if (!with.p)
        with.p = no_parameters;
    if (out->numel == 0 || apply_small(&with, out, n, inputs))
        return LT_OK;
    lt_map map = {.kernel = with.kernel, .p = with.p, .grain = with.grain};
    map.ndim = out->ndim;
    map.inputs = n;
    memcpy(map.shape, out->shape, (size_t)out->ndim * sizeof *out->shape);
    set_array(&map.out, out, out, with.out);
    for (int k = 0; k < n; k++)
        set_array(&map.in[k], out, inputs[k], with.in[k]);
    return lt_map_run(&map) ? LT_OK : lt_check_interrupt();
}

lt_status lt_check_writable(const lt_tensor *t, const char *op) {
    if (lt_recording() && t->grad)
        return lt_fail(LT_EINVAL,
                       "%s: a tensor on the graph cannot be changed in place; use the form that "
                       "returns a new tensor, or la.no_grad(function() ... end)",
                       op);
    for (int d = 0; d < t->ndim && t->numel > 0; d++)
        if (t->stride[d] == 0 && t->shape[d] > 1)
            return lt_fail(LT_EINVAL,
                           "%s: elements of an expanded tensor %s share memory; write to a "
                           "clone() of it",
                           op, lt_shape_of(t));
    return LT_OK;
}

/* First and one past the last element that a view can reach. */
static void extent(const lt_tensor *t, int64_t *low, int64_t *high) {
    *low = *high = t->offset;
    for (int d = 0; d < t->ndim; d++) {
        int64_t reach = (t->shape[d] - 1) * t->stride[d];
        if (reach < 0)
            *low += reach;
        else
            *high += reach;
    }
    ++*high;
}

bool lt_overlaps(const lt_tensor *a, const lt_tensor *b) {
    if (!a->storage || a->storage != b->storage || a->numel == 0 || b->numel == 0)
        return false;
    if (a->dtype == b->dtype && a->offset == b->offset && lt_same_shape(a, b) &&
        memcmp(a->stride, b->stride, a->ndim * sizeof *a->stride) == 0)
        return false; /* the same elements in the same order: each is read before it is written */
    int64_t a0, a1, b0, b1;
    extent(a, &a0, &a1);
    extent(b, &b0, &b1);
    return a0 < b1 && b0 < a1;
}
