#include "ops/scratch.h"

#include <math.h>
#include <string.h>

#include "ops/create.h"
#include "ops/matmul.h"
#include "ops/shape.h"

lt_tensor *lt_s_slot(lt_scratch *s) {
    if (s->used == LT_SCRATCH_TENSORS) {
        if (s->status == LT_OK)
            s->status = lt_fail(LT_EINVAL, "a chain of more than %d operations", s->used);
        return &s->pool[s->used - 1];
    }
    lt_tensor *t = &s->pool[s->used++];
    lt_clear(t);
    return t;
}

lt_status lt_scratch_end(lt_scratch *s, lt_tensor *out, lt_tensor *result) {
    if (s->status == LT_OK && result)
        lt_move(out, result);
    for (int i = 0; i < s->used; i++)
        lt_release(&s->pool[i]);
    return s->status;
}

lt_tensor *lt_s_mm(lt_scratch *s, lt_tensor *a, lt_tensor *b) {
    lt_tensor *out = lt_s_slot(s);
    lt_s_do(s, lt_matmul(out, a, b));
    return out;
}

lt_tensor *lt_s_t(lt_scratch *s, lt_tensor *a) {
    lt_tensor *out = lt_s_slot(s);
    lt_s_do(s, lt_transpose(out, a, -2, -1));
    return out;
}

lt_tensor *lt_s_bi(lt_scratch *s, lt_binary_op op, lt_tensor *a, lt_tensor *b) {
    lt_tensor *out = lt_s_slot(s);
    lt_s_do(s, lt_binary(out, op, a, b));
    return out;
}

lt_tensor *lt_s_un(lt_scratch *s, lt_unary_op op, lt_tensor *a) {
    lt_tensor *out = lt_s_slot(s);
    lt_s_do(s, lt_unary(out, op, a));
    return out;
}

lt_tensor *lt_s_number(lt_scratch *s, lt_binary_op op, lt_tensor *a, double b) {
    lt_tensor number, *out = lt_s_slot(s);
    lt_number(&number, b);
    lt_s_do(s, lt_binary(out, op, a, &number));
    return out;
}

lt_tensor *lt_s_column(lt_scratch *s, lt_tensor *v) {
    lt_tensor *out = lt_s_slot(s);
    lt_s_do(s, lt_unsqueeze(out, v, -1));
    return out;
}

lt_tensor *lt_s_row(lt_scratch *s, lt_tensor *v) {
    lt_tensor *out = lt_s_slot(s);
    lt_s_do(s, lt_unsqueeze(out, v, -2));
    return out;
}

/* Zero row[from..to) of each row of dense matrices. */
static void clear_part(lt_tensor *t, int64_t k, bool above) {
    int64_t m = t->shape[t->ndim - 2], n = t->shape[t->ndim - 1];
    size_t size = lt_dtype_size((lt_dtype)t->dtype);
    for (int64_t r = 0; n > 0 && r < t->numel / n; r++) {
        int64_t edge = r % m + k + (above ? 1 : 0); /* first cleared, or first kept, column */
        edge = edge < 0 ? 0 : edge > n ? n : edge;
        char *row = (char *)lt_data(t) + (size_t)(r * n) * size;
        if (above)
            memset(row + (size_t)edge * size, 0, (size_t)(n - edge) * size);
        else
            memset(row, 0, (size_t)edge * size);
    }
}

static lt_tensor *triangle(lt_scratch *s, lt_tensor *a, int64_t k, bool above) {
    lt_tensor *out = lt_s_slot(s);
    lt_s_do(s, lt_cast(out, a, (lt_dtype)a->dtype));
    if (s->status == LT_OK)
        clear_part(out, k, above);
    return out;
}

lt_tensor *lt_s_tril(lt_scratch *s, lt_tensor *a, int64_t k) {
    return triangle(s, a, k, true);
}

lt_tensor *lt_s_triu(lt_scratch *s, lt_tensor *a, int64_t k) {
    return triangle(s, a, k, false);
}

lt_tensor *lt_s_diagonal(lt_scratch *s, lt_tensor *a) {
    lt_tensor *out = lt_s_slot(s);
    if (s->status != LT_OK)
        return out;
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS];
    int lead = a->ndim - 2;
    memcpy(shape, a->shape, (size_t)lead * sizeof *shape);
    memcpy(stride, a->stride, (size_t)lead * sizeof *stride);
    shape[lead] = a->shape[lead] < a->shape[lead + 1] ? a->shape[lead] : a->shape[lead + 1];
    stride[lead] = a->stride[lead] + a->stride[lead + 1];
    s->status = lt_view(out, a, lead + 1, shape, stride, a->offset);
    return out;
}

lt_tensor *lt_s_add_diagonal(lt_scratch *s, lt_tensor *a, lt_tensor *v) {
    lt_tensor *out = lt_s_slot(s);
    lt_s_do(s, lt_cast(out, a, (lt_dtype)a->dtype));
    lt_tensor *diagonal = lt_s_diagonal(s, out);
    lt_s_do(s, lt_binary_in_place(LT_BI_add, diagonal, v));
    return out;
}

lt_tensor *lt_s_inverse_nonzero(lt_scratch *s, lt_tensor *a) {
    lt_tensor infinity, *filled = lt_s_slot(s);
    lt_tensor *is_zero = lt_s_number(s, LT_BI_eq, a, 0);
    lt_number(&infinity, INFINITY);
    lt_s_do(s, lt_where(filled, is_zero, &infinity, a));
    return lt_s_un(s, LT_UN_reciprocal, filled);
}

lt_tensor *lt_s_differences(lt_scratch *s, lt_tensor *x) {
    return lt_s_bi(s, LT_BI_sub, lt_s_row(s, x), lt_s_column(s, x));
}

lt_tensor *lt_s_symmetrised(lt_scratch *s, lt_tensor *a) {
    return lt_s_number(s, LT_BI_mul, lt_s_bi(s, LT_BI_add, a, lt_s_t(s, a)), 0.5);
}
