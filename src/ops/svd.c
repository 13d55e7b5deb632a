#include "ops/svd.h"

#include "kernels/lapack.h"
#include "ops/create.h"
#include "ops/matrices.h"
#include "ops/reduce.h"
#include "ops/scratch.h"
#include "ops/shape.h"
#include "tensor/node.h"

typedef struct svd_work {
    lt_tensor *a, *u, *s, *vt;
    int64_t m, n, ku, kv;
    bool full;
} svd_work;

static int svd_one(void *context, int64_t i) {
    const svd_work *w = context;
    lt_dtype dtype = (lt_dtype)w->a->dtype;
    int64_t k = w->m < w->n ? w->m : w->n;
    void *a = lt_matrix_at(w->a, i, w->m * w->n);
    if (!lt_all_finite(dtype, w->m * w->n, a))
        return LT_NOT_FINITE;
    return lt_lapack_svd(
        dtype, w->m, w->n, w->full, a, w->u ? lt_matrix_at(w->u, i, w->m * w->ku) : NULL,
        lt_matrix_at(w->s, i, k), w->vt ? lt_matrix_at(w->vt, i, w->kv * w->n) : NULL);
}

/* Townsend, "Differentiating the singular value decomposition" (2016). With E_ij = s_j^2 - s_i^2:
 *
 *     ga = u [ (skew(u^T gu) / E) diag(s) + diag(s) (skew(vt gv) / E) + diag(gs) ] vt
 *          + (1 - u u^T) gu diag(1/s) vt + u diag(1/s) gvt (1 - v vt)
 *
 * Equal singular values have no singular vectors of their own: a gradient of these is refused. */
static lt_tensor *svd_inner(lt_scratch *p, lt_tensor *const *up, lt_tensor *u, lt_tensor *s,
                            lt_tensor *vt) {
    lt_tensor *squares = lt_s_un(p, LT_UN_square, s);
    lt_tensor *f = lt_s_inverse_nonzero(p, lt_s_differences(p, squares)), *inner = NULL;
    if (up[0]) {
        lt_tensor *x = lt_s_mm(p, lt_s_t(p, u), up[0]);
        lt_s_do(p, lt_check_distinct("linalg.svd", s, x));
        x = lt_s_bi(p, LT_BI_mul, lt_s_bi(p, LT_BI_sub, x, lt_s_t(p, x)), f);
        inner = lt_s_bi(p, LT_BI_mul, x, lt_s_row(p, s));
    }
    if (up[2]) {
        lt_tensor *x = lt_s_mm(p, vt, lt_s_t(p, up[2]));
        lt_s_do(p, lt_check_distinct("linalg.svd", s, x));
        x = lt_s_bi(p, LT_BI_mul, lt_s_bi(p, LT_BI_sub, x, lt_s_t(p, x)), f);
        x = lt_s_bi(p, LT_BI_mul, x, lt_s_column(p, s));
        inner = inner ? lt_s_bi(p, LT_BI_add, inner, x) : x;
    }
    return up[1] ? lt_s_add_diagonal(p, inner, up[1]) : inner;
}

/* A singular value of 0 says nothing about its vectors: g [.., m, k] must be 0 there. */
static lt_status check_reached(lt_tensor *s, lt_tensor *g) {
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *none = lt_s_number(&p, LT_BI_eq, lt_s_row(&p, s), 0);
    lt_tensor *lost = lt_s_slot(&p), *wanted = lt_s_number(&p, LT_BI_ne, g, 0);
    lt_tensor *both = lt_s_bi(&p, LT_BI_logical_and, none, wanted);
    lt_s_do(&p, lt_reduce(lost, LT_RE_any, both, 0, NULL, false));
    if (p.status == LT_OK && lt_get_int(lost, 0))
        p.status = lt_fail(LT_EINVAL, "backward: linalg.svd gave a singular value 0; its vectors "
                                      "are not unique and have no gradient");
    return lt_scratch_end(&p, NULL, NULL);
}

static lt_tensor *svd_outer(lt_scratch *p, lt_tensor *ga, lt_tensor *const *up, lt_tensor *u,
                            lt_tensor *s, lt_tensor *vt) {
    int64_t m = u->shape[u->ndim - 2], n = vt->shape[vt->ndim - 1], k = s->shape[s->ndim - 1];
    lt_tensor *inverse = lt_s_inverse_nonzero(p, s);
    if (up[0] && m > k) {
        lt_tensor *inside = lt_s_mm(p, u, lt_s_mm(p, lt_s_t(p, u), up[0]));
        lt_tensor *rest = lt_s_bi(p, LT_BI_sub, up[0], inside);
        lt_s_do(p, check_reached(s, up[0]));
        rest = lt_s_bi(p, LT_BI_mul, rest, lt_s_row(p, inverse));
        ga = lt_s_bi(p, LT_BI_add, ga, lt_s_mm(p, rest, vt));
    }
    if (up[2] && n > k) {
        lt_tensor *inside = lt_s_mm(p, lt_s_mm(p, up[2], lt_s_t(p, vt)), vt);
        lt_tensor *rest = lt_s_bi(p, LT_BI_sub, up[2], inside);
        lt_s_do(p, check_reached(s, lt_s_t(p, up[2])));
        rest = lt_s_bi(p, LT_BI_mul, rest, lt_s_column(p, inverse));
        ga = lt_s_bi(p, LT_BI_add, ga, lt_s_mm(p, u, rest));
    }
    return ga;
}

static lt_status svd_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *u, *s, *vt;
    LT_TRY(lt_node_load(node, 0, &u));
    LT_TRY(lt_node_load(node, 1, &s));
    LT_TRY(lt_node_load(node, 2, &vt));
    lt_scratch p;
    lt_scratch_start(&p);
    if (!up[0] && !up[2]) {
        lt_tensor *scaled = lt_s_bi(&p, LT_BI_mul, u, lt_s_row(&p, up[1]));
        return lt_scratch_end(&p, down, lt_s_mm(&p, scaled, vt));
    }
    if (*(bool *)node->extra)
        return lt_fail(LT_EINVAL, "linalg.svd: full_matrices has no gradient of U and Vt; their "
                                  "added columns are arbitrary");
    lt_tensor *ga = lt_s_mm(&p, lt_s_mm(&p, u, svd_inner(&p, up, u, s, vt)), vt);
    return lt_scratch_end(&p, down, svd_outer(&p, ga, up, u, s, vt));
}

/* The full matrices have columns (rows) that the singular values do not reach. */
static lt_status record_full_svd(lt_tensor *u, lt_tensor *s, lt_tensor *vt, lt_tensor *a) {
    int64_t k = s->shape[s->ndim - 1];
    lt_tensor first LT_EMPTY, rows LT_EMPTY;
    if (!lt_must_record(a))
        return LT_OK;
    lt_status status = lt_narrow(&first, u, u->ndim - 1, 0, k);
    if (status == LT_OK)
        status = lt_narrow(&rows, vt, vt->ndim - 2, 0, k);
    lt_tensor *const results[] = {&first, s, &rows};
    if (status == LT_OK)
        status = lt_record_results("linalg.svd", svd_backward, a, 3, results, true);
    if (status == LT_OK) {
        u->grad = lt_grad_keep(first.grad);
        vt->grad = lt_grad_keep(rows.grad);
    }
    lt_release(&first);
    lt_release(&rows);
    return status;
}

static lt_status svd_typed(lt_tensor *u, lt_tensor *s, lt_tensor *vt, lt_tensor *a, bool full,
                           lt_matrices *ms) {
    int64_t k = ms->m < ms->n ? ms->m : ms->n, ku = full ? ms->m : k, kv = full ? ms->n : k;
    lt_tensor dense LT_EMPTY;
    LT_TRY(lt_cast(&dense, a, ms->dtype));
    lt_status status = lt_matrices_new(s, ms, k, -1);
    if (status == LT_OK && u)
        status = lt_matrices_new(u, ms, ms->m, ku);
    if (status == LT_OK && vt)
        status = lt_matrices_new(vt, ms, kv, ms->n);
    svd_work w = {&dense, u, s, vt, ms->m, ms->n, ku, kv, full};
    double work = 4 * (double)ms->m * (double)ms->n * (double)k;
    if (status == LT_OK && k > 0)
        status = lt_each_matrix(ms, work, LT_IF_NO_CONVERGENCE, svd_one, &w);
    if (status == LT_OK && k == 0) {
        if (u)
            lt_set_identity(u);
        if (vt)
            lt_set_identity(vt);
    }
    lt_release(&dense);
    return status;
}

lt_status lt_svd(lt_tensor *u, lt_tensor *s, lt_tensor *vt, lt_tensor *a, bool full) {
    lt_matrices ms;
    lt_tensor room LT_EMPTY, left LT_EMPTY, right LT_EMPTY;
    LT_TRY(lt_matrices_of(&ms, u ? "linalg.svd" : "linalg.svdvals", a, false));
    LT_TRY(lt_as_dtype(&a, &room, ms.dtype));
    bool recorded = lt_must_record(a);
    /* The gradient of the values needs the vectors. */
    lt_tensor *own_u = u          ? u
                       : recorded ? &left
                                  : NULL,
              *own_vt = vt         ? vt
                        : recorded ? &right
                                   : NULL;
    lt_tensor *const results[] = {own_u, s, own_vt};
    lt_status status = svd_typed(own_u, s, own_vt, a, full, &ms);
    if (status == LT_OK && recorded)
        status = full && ms.m != ms.n
                     ? record_full_svd(own_u, s, own_vt, a)
                     : lt_record_results("linalg.svd", svd_backward, a, 3, results, false);
    if (status != LT_OK)
        lt_release_results(3, results);
    lt_release(&left);
    lt_release(&right);
    lt_release(&room);
    return status;
}
