#include "ops/linalg.h"

#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "ops/shape.h"

lt_status lt_outer(lt_tensor *out, lt_tensor *u, lt_tensor *v) {
    if (u->ndim != 1 || v->ndim != 1)
        return lt_fail(LT_EINVAL, "outer: takes two vectors, not %s and %s", lt_shape_of(u),
                       lt_shape_of(v));
    lt_tensor column LT_EMPTY;
    LT_TRY(lt_unsqueeze(&column, u, 1));
    lt_status s = lt_binary(out, LT_BI_mul, &column, v);
    lt_release(&column);
    return s;
}

/* In a row-major matrix every (n + 1)-th element lies on the diagonal. */
lt_status lt_trace(lt_tensor *out, lt_tensor *a) {
    if (a->ndim != 2)
        return lt_fail(LT_EINVAL, "trace: takes a matrix, not %s", lt_shape_of(a));
    int64_t m = a->shape[0], n = a->shape[1];
    lt_range_of diagonal = {0, n + 1, m < n ? m : n, false};
    lt_tensor flat LT_EMPTY, elements LT_EMPTY;
    LT_TRY(lt_reshape(&flat, a, 1, &a->numel));
    lt_status s = lt_slice(&elements, &flat, &diagonal);
    if (s == LT_OK)
        s = lt_sum(out, &elements, 0, NULL, false);
    lt_release(&flat);
    lt_release(&elements);
    return s;
}
