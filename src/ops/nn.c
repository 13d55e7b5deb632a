#include "ops/nn.h"

#include <string.h>

#include "kernels/blas.h"
#include "ops/create.h"
#include "ops/reduce.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

static lt_status check_linear(const lt_tensor *x, const lt_tensor *w, const lt_tensor *b) {
    if (w->ndim != 2)
        return lt_fail(LT_EINVAL, "linear: the weight must have 2 dimensions, it is %s",
                       lt_shape_of(w));
    if (x->ndim < 1 || x->shape[x->ndim - 1] != w->shape[1])
        return lt_fail(LT_EINVAL, "linear: takes an input [.., %lld], was given %s",
                       (long long)w->shape[1], lt_shape_of(x));
    if (b && (b->ndim != 1 || b->shape[0] != w->shape[0]))
        return lt_fail(LT_EINVAL, "linear: bias %s does not fit weight %s", lt_shape_of(b),
                       lt_shape_of(w));
    if (!lt_dtype_is_float((lt_dtype)x->dtype) || x->dtype != w->dtype ||
        (b && b->dtype != x->dtype))
        return lt_fail(LT_EINVAL,
                       "linear: input %s, weight %s and bias %s must be of one float dtype",
                       lt_dtype_name((lt_dtype)x->dtype), lt_dtype_name((lt_dtype)w->dtype),
                       lt_dtype_name((lt_dtype)(b ? b : w)->dtype));
    return LT_OK;
}

/* lt_gemm on the data of three tensors. */
static lt_status multiply(bool ta, bool tb, int64_t m, int64_t n, int64_t k, lt_tensor *a,
                          int64_t lda, lt_tensor *b, int64_t ldb, double beta, lt_tensor *c) {
    if (!lt_gemm((lt_dtype)c->dtype, ta, tb, m, n, k, 1, lt_data(a), lda, lt_data(b), ldb, beta,
                 lt_data(c), n))
        return lt_check_interrupt();
    return LT_OK;
}

/* Rows of a tensor seen as [rows, last size]. */
static int64_t rows_of(const lt_tensor *t) {
    return lt_shape_numel(t->ndim - 1, t->shape);
}

/* out [m, n] = x [m, k] w[n, k]^T (+ b), all contiguous. */
static lt_status forward(lt_tensor *out, lt_tensor *x, lt_tensor *w, lt_tensor *b) {
    int64_t shape[LT_MAX_DIMS];
    memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
    shape[x->ndim - 1] = w->shape[0];
    LT_TRY(lt_empty(out, (lt_dtype)x->dtype, x->ndim, shape));
    if (b)
        LT_TRY(lt_copy_into(out, b));
    int64_t k = w->shape[1], n = w->shape[0];
    return multiply(false, true, rows_of(x), n, k, x, k, w, k, b ? 1 : 0, out);
}

/* dx [m, k] = g [m, n] w [n, k]. */
static lt_status by_input(lt_tensor *dx, lt_tensor *g, lt_tensor *w) {
    int64_t shape[LT_MAX_DIMS], n = w->shape[0], k = w->shape[1];
    memcpy(shape, g->shape, (size_t)g->ndim * sizeof *shape);
    shape[g->ndim - 1] = k;
    LT_TRY(lt_empty(dx, (lt_dtype)g->dtype, g->ndim, shape));
    return multiply(false, false, rows_of(g), k, n, g, n, w, k, 0, dx);
}

/* dw [n, k] = g [m, n]^T x [m, k]. */
static lt_status by_weight(lt_tensor *dw, lt_tensor *g, lt_tensor *x) {
    int64_t n = g->shape[g->ndim - 1], k = x->shape[x->ndim - 1];
    LT_TRY(lt_empty(dw, (lt_dtype)g->dtype, 2, (int64_t[]){n, k}));
    return multiply(true, false, n, k, rows_of(g), g, n, x, k, 0, dw);
}

/* db [n]: column sums of g [m, n]. */
static lt_status by_bias(lt_tensor *db, lt_tensor *g) {
    int64_t n = g->shape[g->ndim - 1];
    lt_tensor flat LT_EMPTY;
    LT_TRY(lt_view(&flat, g, 2, (int64_t[]){rows_of(g), n}, (int64_t[]){n, 1}, g->offset));
    lt_status status = lt_sum(db, &flat, 1, (int[]){0}, false);
    lt_release(&flat);
    return status;
}

/* Inputs x, w, b; x is saved when w wants a gradient, w when x does. */
static lt_status linear_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *saved, g LT_EMPTY;
    LT_TRY(lt_contiguous(&g, up[0]));
    lt_status status = LT_OK;
    if (lt_node_wants(node, 0)) {
        status = lt_node_load(node, 1, &saved);
        if (status == LT_OK)
            status = by_input(&down[0], &g, saved);
    }
    if (status == LT_OK && lt_node_wants(node, 1)) {
        status = lt_node_load(node, 0, &saved);
        if (status == LT_OK)
            status = by_weight(&down[1], &g, saved);
    }
    if (status == LT_OK && node->inputs > 2 && lt_node_wants(node, 2))
        status = by_bias(&down[2], &g);
    lt_release(&g);
    return status;
}

static lt_status record(lt_tensor *out, lt_tensor *x, lt_tensor *w, lt_tensor *b,
                        lt_tensor *dense_x, lt_tensor *dense_w) {
    lt_node *node =
        lt_node_new("linear", linear_backward, b ? 3 : 2, (lt_tensor *[]){x, w, b}, 2, 0);
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: autograd record");
    lt_status status = LT_OK;
    if (lt_node_wants(node, 1))
        status = lt_node_save(node, 0, dense_x);
    if (status == LT_OK && lt_node_wants(node, 0))
        status = lt_node_save(node, 1, dense_w);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

lt_status lt_linear(lt_tensor *out, lt_tensor *x, lt_tensor *w, lt_tensor *b) {
    LT_TRY(check_linear(x, w, b));
    lt_tensor dense_x LT_EMPTY, dense_w LT_EMPTY;
    lt_status status = lt_contiguous(&dense_x, x);
    if (status == LT_OK)
        status = lt_contiguous(&dense_w, w);
    if (status == LT_OK)
        status = forward(out, &dense_x, &dense_w, b);
    if (status == LT_OK && (lt_must_record(x) || lt_must_record(w) || (b && lt_must_record(b))))
        status = record(out, x, w, b, &dense_x, &dense_w);
    if (status != LT_OK)
        lt_release(out);
    lt_release(&dense_x);
    lt_release(&dense_w);
    return status;
}
