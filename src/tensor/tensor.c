#include "tensor/tensor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/alloc.h"
#include "tensor/node.h"

uint64_t lt_promotions;

static lt_storage *storage_new(size_t bytes) {
    lt_storage *s = malloc(sizeof *s);
    if (!s)
        return NULL;
    *s = (lt_storage){.refs = 1, .bytes = bytes, .data = lt_alloc(bytes)};
    if (!s->data) {
        free(s);
        return NULL;
    }
    return s;
}

static void storage_release(lt_storage *s) {
    if (s && --s->refs == 0) {
        lt_free(s->data, s->bytes);
        free(s);
    }
}

int64_t lt_shape_numel(int ndim, const int64_t *shape) {
    int64_t n = 1;
    bool overflow = false, empty = false;
    for (int d = 0; d < ndim; d++) {
        if (shape[d] < 0)
            return -1;
        if (shape[d] == 0)
            empty = true;
        else if (__builtin_mul_overflow(n, shape[d], &n) || n > ((int64_t)1 << 59))
            overflow = true, n = 1;
    }
    return empty ? 0 : overflow ? -1 : n;
}

static void set_geometry(lt_tensor *t, lt_dtype dtype, int ndim, const int64_t *shape) {
    t->dtype = (uint8_t)dtype;
    t->ndim = (uint8_t)ndim;
    t->wrapped = false;
    t->offset = 0;
    int64_t stride = 1;
    for (int d = ndim - 1; d >= 0; d--) {
        t->shape[d] = shape[d];
        t->stride[d] = stride;
        stride *= shape[d] > 0 ? shape[d] : 1;
    }
}

lt_status lt_empty(lt_tensor *out, lt_dtype dtype, int ndim, const int64_t *shape) {
    if (ndim > LT_MAX_DIMS)
        return lt_fail(LT_EINVAL, "a tensor has at most %d dimensions, not %d", LT_MAX_DIMS, ndim);
    int64_t numel = lt_shape_numel(ndim, shape);
    if (numel < 0)
        return lt_fail(LT_EINVAL, "no tensor can have the shape %s", lt_shape_text(ndim, shape));
    size_t bytes = (size_t)numel * lt_dtype_size(dtype);
    out->storage = NULL;
    if (bytes > LT_INLINE_BYTES) {
        out->storage = storage_new(bytes);
        if (!out->storage)
            return lt_fail(LT_ENOMEM, "out of memory: a %s tensor %s needs %.1f MB",
                           lt_dtype_name(dtype), lt_shape_text(ndim, shape), (double)bytes / 1e6);
    }
    out->grad = NULL;
    out->numel = numel;
    set_geometry(out, dtype, ndim, shape);
    return LT_OK;
}

lt_status lt_empty_like(lt_tensor *out, lt_dtype dtype, const lt_tensor *like) {
    return lt_empty(out, dtype, like->ndim, like->shape);
}

lt_status lt_zeros(lt_tensor *out, lt_dtype dtype, int ndim, const int64_t *shape) {
    LT_TRY(lt_empty(out, dtype, ndim, shape));
    memset(lt_data(out), 0, (size_t)out->numel * lt_dtype_size(dtype));
    return LT_OK;
}

void lt_scalar(lt_tensor *out, lt_dtype dtype, double value) {
    lt_clear(out);
    out->dtype = (uint8_t)dtype;
    out->numel = 1;
    lt_set_double(out, 0, value);
}

void lt_number(lt_tensor *out, double value) {
    lt_scalar(out, LT_FLOAT64, value);
    out->wrapped = true;
}

void lt_number_int(lt_tensor *out, int64_t value) {
    lt_clear(out);
    out->dtype = LT_INT64;
    out->numel = 1;
    out->small[0] = value;
    out->wrapped = true;
}

void lt_release(lt_tensor *t) {
    storage_release(t->storage);
    t->storage = NULL;
    if (t->grad) {
        lt_grad_release(t->grad);
        t->grad = NULL;
    }
}

lt_status lt_share(lt_tensor *t) {
    if (t->storage)
        return LT_OK;
    size_t bytes = (size_t)t->numel * lt_dtype_size((lt_dtype)t->dtype);
    lt_storage *s = storage_new(bytes);
    if (!s)
        return lt_fail(LT_ENOMEM, "out of memory: a view needs %zu bytes", bytes);
    memcpy(s->data, t->small, bytes);
    t->storage = s;
    lt_promotions++;
    return LT_OK;
}

lt_status lt_view(lt_tensor *out, lt_tensor *t, int ndim, const int64_t *shape,
                  const int64_t *stride, int64_t offset) {
    if (ndim > LT_MAX_DIMS)
        return lt_fail(LT_EINVAL, "a tensor has at most %d dimensions, not %d", LT_MAX_DIMS, ndim);
    LT_TRY(lt_share(t));
    t->storage->refs++;
    out->dtype = t->dtype;
    out->ndim = (uint8_t)ndim;
    out->wrapped = false;
    out->storage = t->storage;
    out->grad = NULL;
    out->numel = lt_shape_numel(ndim, shape);
    out->offset = offset;
    memcpy(out->shape, shape, (size_t)ndim * sizeof *shape);
    memcpy(out->stride, stride, (size_t)ndim * sizeof *stride);
    return LT_OK;
}

lt_status lt_alias(lt_tensor *out, lt_tensor *t) {
    return lt_view(out, t, t->ndim, t->shape, t->stride, t->offset);
}

void lt_move(lt_tensor *to, lt_tensor *from) {
    bool finalised = to->finalised;
    *to = *from;
    to->finalised = finalised;
    lt_clear(from);
}

bool lt_is_contiguous(const lt_tensor *t) {
    int64_t stride = 1;
    for (int d = t->ndim - 1; d >= 0; d--) {
        if (t->shape[d] != 1 && t->stride[d] != stride)
            return t->numel == 0;
        stride *= t->shape[d];
    }
    return true;
}

bool lt_same_shape(const lt_tensor *a, const lt_tensor *b) {
    if (a->ndim != b->ndim)
        return false;
    for (int d = 0; d < a->ndim; d++)
        if (a->shape[d] != b->shape[d])
            return false;
    return true;
}

double lt_get_double(const lt_tensor *t, int64_t offset) {
    const void *p = lt_data(t);
    switch ((lt_dtype)t->dtype) {
    case LT_BOOL:
    case LT_UINT8:
        return ((const uint8_t *)p)[offset];
    case LT_INT64:
        return (double)((const int64_t *)p)[offset];
    case LT_FLOAT32:
        return (double)((const float *)p)[offset];
    default:
        return ((const double *)p)[offset];
    }
}

int64_t lt_get_int(const lt_tensor *t, int64_t offset) {
    if (t->dtype == LT_INT64)
        return ((const int64_t *)lt_data(t))[offset];
    return (int64_t)lt_get_double(t, offset);
}

void lt_set_double(lt_tensor *t, int64_t offset, double value) {
    void *p = lt_data(t);
    switch ((lt_dtype)t->dtype) {
    case LT_BOOL:
        ((uint8_t *)p)[offset] = value != 0;
        break;
    case LT_UINT8:
        ((uint8_t *)p)[offset] = (uint8_t)(int64_t)value;
        break;
    case LT_INT64:
        ((int64_t *)p)[offset] = (int64_t)value;
        break;
    case LT_FLOAT32:
        ((float *)p)[offset] = (float)value;
        break;
    default:
        ((double *)p)[offset] = value;
    }
}

void lt_set_int(lt_tensor *t, int64_t offset, int64_t value) {
    if (t->dtype == LT_INT64)
        ((int64_t *)lt_data(t))[offset] = value;
    else
        lt_set_double(t, offset, (double)value);
}

const char *lt_shape_text(int ndim, const int64_t *shape) {
    static char buffers[4][LT_MAX_DIMS * 21 + 8];
    static int turn;
    char *buffer = buffers[turn++ % 4];
    size_t room = sizeof buffers[0], used = 0;
    used += (size_t)snprintf(buffer, room, "[");
    for (int d = 0; d < ndim && d < LT_MAX_DIMS; d++)
        used +=
            (size_t)snprintf(buffer + used, room - used, d ? ", %" PRId64 : "%" PRId64, shape[d]);
    snprintf(buffer + used, room - used, "%s]", ndim > LT_MAX_DIMS ? ", ..." : "");
    return buffer;
}
