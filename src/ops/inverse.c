#include "ops/inverse.h"

#include <math.h>

#include "kernels/lapack.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/matrices.h"
#include "ops/scratch.h"
#include "ops/shape.h"
#include "ops/svd.h"
#include "tensor/node.h"

/* ---- inverse ---- */

typedef struct inverse_work {
    lt_tensor *a;
    int64_t n;
} inverse_work;

static int inverse_with(lt_dtype dtype, int64_t n, void *lu, const int *pivots, void *argument) {
    (void)argument;
    return lt_lapack_lu_inverse(dtype, n, lu, pivots);
}

static int inverse_one(void *context, int64_t i) {
    const inverse_work *w = context;
    return lt_with_lu((lt_dtype)w->a->dtype, w->n, lt_matrix_at(w->a, i, w->n * w->n), false,
                      inverse_with, NULL);
}

/* With p = a^-1: ga = -p^T g p^T (Giles 2008, 2.2.3). */
static lt_status inv_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *inverse;
    LT_TRY(lt_node_load(node, 0, &inverse));
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *turned = lt_s_t(&p, inverse);
    lt_tensor *ga = lt_s_un(&p, LT_UN_neg, lt_s_mm(&p, lt_s_mm(&p, turned, up[0]), turned));
    return lt_scratch_end(&p, down, ga);
}

lt_status lt_inv(lt_tensor *out, lt_tensor *a) {
    lt_matrices ms;
    lt_tensor room LT_EMPTY;
    LT_TRY(lt_matrices_of(&ms, "linalg.inv", a, true));
    LT_TRY(lt_as_dtype(&a, &room, ms.dtype));
    inverse_work w = {out, ms.n};
    double work = (double)ms.n * (double)ms.n * (double)ms.n;
    lt_status s = lt_cast(out, a, ms.dtype);
    if (s == LT_OK && ms.n > 0)
        s = lt_each_matrix(&ms, work, LT_IF_SINGULAR, inverse_one, &w);
    if (s == LT_OK)
        s = lt_record_results("linalg.inv", inv_backward, a, 1, &out, false);
    if (s != LT_OK)
        lt_release(out);
    lt_release(&room);
    return s;
}

/* ---- pseudo-inverse ---- */

/* Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems
 * whose variables separate" (1973): for p = pinv(a) [n, m] of constant rank and its gradient g,
 *
 *     ga = -p^T g p^T + (1 - a p) g^T p p^T + p^T p g^T (1 - p a).
 *
 * The products are grouped so that the larger size is never squared. */
lt_tensor *lt_s_pinv_down(lt_scratch *s, lt_tensor *a, lt_tensor *p, lt_tensor *g) {
    bool tall = a->shape[a->ndim - 2] >= a->shape[a->ndim - 1];
    lt_tensor *pt = lt_s_t(s, p), *gt = lt_s_t(s, g);
    lt_tensor *left = tall ? lt_s_mm(s, gt, lt_s_mm(s, p, pt)) : lt_s_mm(s, lt_s_mm(s, gt, p), pt);
    left = lt_s_bi(s, LT_BI_sub, left, lt_s_mm(s, a, lt_s_mm(s, p, left)));
    lt_tensor *right = tall ? lt_s_mm(s, pt, lt_s_mm(s, p, gt)) : lt_s_mm(s, lt_s_mm(s, pt, p), gt);
    lt_tensor *inside =
        tall ? lt_s_mm(s, right, lt_s_mm(s, p, a)) : lt_s_mm(s, lt_s_mm(s, right, p), a);
    right = lt_s_bi(s, LT_BI_sub, right, inside);
    lt_tensor *middle = lt_s_mm(s, lt_s_mm(s, pt, g), pt);
    return lt_s_bi(s, LT_BI_sub, lt_s_bi(s, LT_BI_add, left, right), middle);
}

static lt_status pinv_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *a, *inverse;
    LT_TRY(lt_node_load(node, 0, &a));
    LT_TRY(lt_node_load(node, 1, &inverse));
    lt_scratch p;
    lt_scratch_start(&p);
    return lt_scratch_end(&p, down, lt_s_pinv_down(&p, a, inverse, up[0]));
}

/* v diag(1 / s) u^T over the singular values above the limit. */
static lt_status pinv_typed(lt_tensor *out, lt_tensor *a, double rtol) {
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor zero, *u = lt_s_slot(&p), *s = lt_s_slot(&p), *vt = lt_s_slot(&p);
    lt_tensor *first = lt_s_slot(&p), *inverse = lt_s_slot(&p);
    lt_number(&zero, 0);
    lt_s_do(&p, lt_svd(u, s, vt, a, false));
    lt_s_do(&p, lt_narrow(first, s, s->ndim - 1, 0, 1));
    lt_tensor *above = lt_s_bi(&p, LT_BI_gt, s, lt_s_number(&p, LT_BI_mul, first, rtol));
    lt_s_do(&p, lt_where(inverse, above, lt_s_un(&p, LT_UN_reciprocal, s), &zero));
    lt_tensor *v = lt_s_bi(&p, LT_BI_mul, lt_s_t(&p, vt), lt_s_row(&p, inverse));
    return lt_scratch_end(&p, out, lt_s_mm(&p, v, lt_s_t(&p, u)));
}

lt_status lt_pinv(lt_tensor *out, lt_tensor *a, double rtol) {
    lt_matrices ms;
    lt_tensor room LT_EMPTY, plain LT_EMPTY;
    LT_TRY(lt_matrices_of(&ms, "linalg.pinv", a, false));
    LT_TRY(lt_as_dtype(&a, &room, ms.dtype));
    if (rtol < 0)
        rtol = lt_epsilon(ms.dtype) * (double)(ms.m > ms.n ? ms.m : ms.n);
    lt_status s = lt_check_finite(&ms, a);
    if (s == LT_OK && (ms.m == 0 || ms.n == 0)) {
        s = lt_matrices_new(out, &ms, ms.n, ms.m);
    } else if (s == LT_OK) {
        s = lt_alias(&plain, a);
        if (s == LT_OK)
            s = pinv_typed(out, &plain, rtol);
    }
    if (s == LT_OK && lt_must_record(a)) {
        lt_node *node = lt_node_new("linalg.pinv", pinv_backward, 1, &a, 2, 0);
        s = node ? lt_node_save(node, 0, a) : lt_fail(LT_ENOMEM, "out of memory: linalg.pinv");
        if (s == LT_OK)
            s = lt_node_save(node, 1, out);
        if (s == LT_OK)
            s = lt_node_finish(node, out);
        else
            lt_node_release(node);
    }
    if (s != LT_OK)
        lt_release(out);
    lt_release(&plain);
    lt_release(&room);
    return s;
}

/* ---- determinants ---- */

typedef struct det_work {
    lt_tensor *a, *sign, *value; /* sign NULL: value is the determinant, else its logarithm */
    int64_t n;
} det_work;

typedef struct determinant {
    double sign, product, log;
} determinant;

static int determinant_with(lt_dtype dtype, int64_t n, void *lu, const int *pivots,
                            void *argument) {
    determinant d = {1, 1, 0};
    for (int64_t i = 0; i < n; i++) {
        double u =
            dtype == LT_FLOAT32 ? (double)((float *)lu)[i * (n + 1)] : ((double *)lu)[i * (n + 1)];
        d.sign *= (u < 0) != (pivots[i] != i + 1) ? -1 : 1;
        d.product *= fabs(u);
        d.log += log(fabs(u));
    }
    *(determinant *)argument = d;
    return 0;
}

static int det_one(void *context, int64_t i) {
    const det_work *w = context;
    determinant d = {0, 0, -INFINITY};
    int info = lt_with_lu((lt_dtype)w->a->dtype, w->n, lt_matrix_at(w->a, i, w->n * w->n), true,
                          determinant_with, &d);
    if (w->sign)
        lt_set_double(w->sign, i, d.sign);
    lt_set_double(w->value, i, w->sign ? d.log : d.sign * d.product);
    return info > 0 ? 0 : info; /* a zero pivot: the determinant is 0 */
}

/* Products of all elements but one, along rows of k. */
static void products_of_others(lt_tensor *out, const lt_tensor *x, int64_t k) {
    for (int64_t at = 0; k > 0 && at < x->numel; at += k)
        for (int64_t i = 0; i < k; i++) {
            double product = 1;
            for (int64_t j = 0; j < k; j++)
                product *= j == i ? 1 : lt_get_double(x, at + j);
            lt_set_double(out, at + i, product);
        }
}

/* The cofactors of a = u diag(s) vt, which exist for singular matrices too:
 * det(u) det(vt) u diag(products of the other s) vt. */
static lt_status det_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *a;
    LT_TRY(lt_node_load(node, 0, &a));
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *u = lt_s_slot(&p), *s = lt_s_slot(&p), *vt = lt_s_slot(&p);
    lt_tensor *others = lt_s_slot(&p), *sign = lt_s_slot(&p), *sign_vt = lt_s_slot(&p);
    lt_s_do(&p, lt_svd(u, s, vt, a, false));
    lt_s_do(&p, lt_empty_like(others, (lt_dtype)s->dtype, s));
    if (p.status == LT_OK)
        products_of_others(others, s, s->shape[s->ndim - 1]);
    lt_s_do(&p, lt_det(sign, u));
    lt_s_do(&p, lt_det(sign_vt, vt));
    lt_tensor *factor_of = lt_s_bi(&p, LT_BI_mul, lt_s_bi(&p, LT_BI_mul, sign, sign_vt), up[0]);
    lt_tensor *scaled = lt_s_bi(&p, LT_BI_mul, u, lt_s_row(&p, others));
    lt_tensor *cofactors = lt_s_mm(&p, scaled, vt);
    factor_of = lt_s_column(&p, lt_s_column(&p, factor_of));
    return lt_scratch_end(&p, down, lt_s_bi(&p, LT_BI_mul, cofactors, factor_of));
}

/* ga = g a^-T (Giles 2008, 2.2.4). */
static lt_status slogdet_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *a;
    LT_TRY(lt_node_load(node, 0, &a));
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *inverse = lt_s_slot(&p);
    lt_s_do(&p, lt_inv(inverse, a));
    lt_tensor *g = lt_s_column(&p, lt_s_column(&p, up[0]));
    return lt_scratch_end(&p, down, lt_s_bi(&p, LT_BI_mul, lt_s_t(&p, inverse), g));
}

static lt_status det_typed(lt_tensor *sign, lt_tensor *value, lt_tensor *a, lt_matrices *ms) {
    lt_tensor lu LT_EMPTY;
    LT_TRY(lt_cast(&lu, a, ms->dtype));
    lt_status s = lt_matrices_new(value, ms, -1, -1);
    if (s == LT_OK && sign)
        s = lt_matrices_new(sign, ms, -1, -1);
    det_work w = {&lu, sign, value, ms->n};
    double work = (double)ms->n * (double)ms->n * (double)ms->n / 3;
    if (s == LT_OK && ms->n > 0) {
        s = lt_each_matrix(ms, work, LT_IF_SINGULAR, det_one, &w);
    } else if (s == LT_OK) {
        s = lt_fill(value, sign ? 0 : 1);
        if (s == LT_OK && sign)
            s = lt_fill(sign, 1);
    }
    lt_release(&lu);
    return s;
}

static lt_status determinants(const char *op, lt_tensor *sign, lt_tensor *value, lt_tensor *a) {
    lt_matrices ms;
    lt_tensor room LT_EMPTY, *const results[] = {sign, value};
    LT_TRY(lt_matrices_of(&ms, op, a, true));
    LT_TRY(lt_as_dtype(&a, &room, ms.dtype));
    lt_status s = det_typed(sign, value, a, &ms);
    if (s == LT_OK && lt_must_record(a)) {
        lt_node *node = lt_node_new(op, sign ? slogdet_backward : det_backward, 1, &a, 1, 0);
        s = node ? lt_node_save(node, 0, a) : lt_fail(LT_ENOMEM, "out of memory: %s", op);
        if (s == LT_OK)
            s = lt_node_finish(node, value);
        else
            lt_node_release(node);
    }
    if (s != LT_OK)
        lt_release_results(2, results);
    lt_release(&room);
    return s;
}

lt_status lt_det(lt_tensor *out, lt_tensor *a) {
    return determinants("linalg.det", NULL, out, a);
}

lt_status lt_slogdet(lt_tensor *sign, lt_tensor *logabs, lt_tensor *a) {
    return determinants("linalg.slogdet", sign, logabs, a);
}
