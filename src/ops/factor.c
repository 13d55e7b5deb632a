#include "ops/factor.h"

#include "kernels/lapack.h"
#include "ops/create.h"
#include "ops/matrices.h"
#include "ops/scratch.h"
#include "ops/shape.h"
#include "ops/solve.h"
#include "tensor/node.h"

/* ---- Cholesky ---- */

typedef struct cholesky_work {
    lt_tensor *l;
    int64_t n;
} cholesky_work;

static int cholesky_one(void *context, int64_t i) {
    const cholesky_work *w = context;
    lt_dtype dtype = (lt_dtype)w->l->dtype;
    void *a = lt_matrix_at(w->l, i, w->n * w->n);
    int wrong = lt_check_symmetric(dtype, w->n, a);
    return wrong ? wrong : lt_lapack_cholesky(dtype, w->n, a);
}

/* Murray, "Differentiation of the Cholesky decomposition" (2016): ga = l^-T P(l^T gl) l^-1, made
 * symmetric; P keeps the lower triangle and halves the diagonal. */
static lt_status cholesky_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *l;
    LT_TRY(lt_node_load(node, 0, &l));
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *turned = lt_s_t(&p, l), *half = lt_s_slot(&p), *ga = lt_s_slot(&p);
    lt_tensor *inner = lt_s_tril(&p, lt_s_mm(&p, turned, up[0]), 0);
    lt_tensor *diagonal = lt_s_number(&p, LT_BI_mul, lt_s_diagonal(&p, inner), -0.5);
    inner = lt_s_add_diagonal(&p, inner, diagonal);
    lt_s_do(&p, lt_solve_triangular(half, turned, inner, true));
    half = lt_s_t(&p, half);
    lt_s_do(&p, lt_solve_triangular(ga, turned, half, true));
    return lt_scratch_end(&p, down, lt_s_symmetrised(&p, ga));
}

lt_status lt_cholesky(lt_tensor *l, lt_tensor *a) {
    lt_matrices ms;
    lt_tensor room LT_EMPTY;
    LT_TRY(lt_matrices_of(&ms, "linalg.cholesky", a, true));
    LT_TRY(lt_as_dtype(&a, &room, ms.dtype));
    cholesky_work w = {l, ms.n};
    double work = (double)ms.n * (double)ms.n * (double)ms.n / 3;
    lt_status s = lt_cast(l, a, ms.dtype);
    if (s == LT_OK && ms.n > 0)
        s = lt_each_matrix(&ms, work, LT_IF_NOT_POSITIVE, cholesky_one, &w);
    if (s == LT_OK)
        s = lt_record_results("linalg.cholesky", cholesky_backward, a, 1, &l, false);
    if (s != LT_OK)
        lt_release(l);
    lt_release(&room);
    return s;
}

/* ---- QR ---- */

typedef struct qr_work {
    lt_tensor *a, *q, *r;
    int64_t m, n, kq;
} qr_work;

static int qr_one(void *context, int64_t i) {
    const qr_work *w = context;
    lt_dtype dtype = (lt_dtype)w->a->dtype;
    void *a = lt_matrix_at(w->a, i, w->m * w->n);
    if (!lt_all_finite(dtype, w->m * w->n, a))
        return LT_NOT_FINITE;
    return lt_lapack_qr(dtype, w->m, w->n, w->kq, a, lt_matrix_at(w->q, i, w->m * w->kq),
                        lt_matrix_at(w->r, i, w->kq * w->n));
}

/* Walter and Lehmann, "Algorithmic differentiation of linear algebra functions with application
 * in optimum experimental design" (2010): for q [m, n], r [n, n] and M = r gr^T - gq^T q,
 * ga = (gq + q C(M)) r^-T; C mirrors the lower triangle to the upper one. */
static lt_tensor *qr_down(lt_scratch *p, lt_tensor *q, lt_tensor *r, lt_tensor *gq, lt_tensor *gr) {
    lt_tensor *m = NULL, *turned = lt_s_slot(p);
    if (gr)
        m = lt_s_mm(p, r, lt_s_t(p, gr));
    if (gq) {
        lt_tensor *x = lt_s_mm(p, lt_s_t(p, gq), q);
        m = m ? lt_s_bi(p, LT_BI_sub, m, x) : lt_s_un(p, LT_UN_neg, x);
    }
    lt_tensor *mirror = lt_s_t(p, lt_s_tril(p, m, -1));
    lt_tensor *ga = lt_s_mm(p, q, lt_s_bi(p, LT_BI_add, lt_s_tril(p, m, 0), mirror));
    if (gq)
        ga = lt_s_bi(p, LT_BI_add, gq, ga);
    lt_s_do(p, lt_solve_triangular(turned, r, lt_s_t(p, ga), true));
    return lt_s_t(p, turned);
}

/* Columns [from, to) of a matrix. */
static lt_tensor *columns(lt_scratch *p, lt_tensor *a, int64_t from, int64_t to) {
    lt_tensor *out = lt_s_slot(p);
    lt_s_do(p, lt_narrow(out, a, a->ndim - 1, from, to - from));
    return out;
}

/* A wide a = [x, y] has r = [u, v], where x = q u and v = q^T y: gy = q gv, and y's part in v adds
 * y gv^T to gq (Roberts and Roberts, "QR and LQ decomposition matrix backpropagation algorithms
 * for square, wide, and deep matrices", 2020). */
static lt_tensor *wide_qr_down(lt_scratch *p, lt_tensor *q, lt_tensor *r, lt_tensor *gq,
                               lt_tensor *gr) {
    int64_t m = q->shape[q->ndim - 1], n = r->shape[r->ndim - 1];
    lt_tensor *gv = columns(p, gr, m, n), *out = lt_s_slot(p);
    lt_tensor *y = lt_s_mm(p, q, columns(p, r, m, n));
    lt_tensor *from_v = lt_s_mm(p, y, lt_s_t(p, gv));
    gq = gq ? lt_s_bi(p, LT_BI_add, gq, from_v) : from_v;
    lt_tensor *gx = qr_down(p, q, columns(p, r, 0, m), gq, columns(p, gr, 0, m));
    lt_tensor *gy = lt_s_mm(p, q, gv);
    lt_s_do(p, lt_cat(out, 2, (lt_tensor *[]){gx, gy}, gx->ndim - 1));
    return out;
}

static lt_status qr_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *q, *r, *gr = up[1];
    LT_TRY(lt_node_load(node, 0, &q));
    LT_TRY(lt_node_load(node, 1, &r));
    if (*(bool *)node->extra)
        return lt_fail(LT_EINVAL, "linalg.qr: the complete Q of a tall matrix has no gradient; "
                                  "its added columns are arbitrary");
    lt_scratch p;
    lt_scratch_start(&p);
    if (r->shape[r->ndim - 1] == q->shape[q->ndim - 1])
        return lt_scratch_end(&p, down, qr_down(&p, q, r, up[0], gr));
    if (!gr) {
        gr = lt_s_slot(&p);
        lt_s_do(&p, lt_zeros(gr, (lt_dtype)r->dtype, r->ndim, r->shape));
    }
    return lt_scratch_end(&p, down, wide_qr_down(&p, q, r, up[0], gr));
}

static lt_status qr_typed(lt_tensor *q, lt_tensor *r, lt_tensor *a, int64_t kq, lt_matrices *ms) {
    lt_tensor dense LT_EMPTY;
    LT_TRY(lt_cast(&dense, a, ms->dtype));
    lt_status s = lt_matrices_new(q, ms, ms->m, kq);
    if (s == LT_OK)
        s = lt_matrices_new(r, ms, kq, ms->n);
    qr_work w = {&dense, q, r, ms->m, ms->n, kq};
    double work = 2 * (double)ms->m * (double)ms->n * (double)kq;
    if (s == LT_OK && ms->m > 0 && ms->n > 0)
        s = lt_each_matrix(ms, work, LT_IF_NO_CONVERGENCE, qr_one, &w);
    else if (s == LT_OK)
        lt_set_identity(q);
    lt_release(&dense);
    return s;
}

lt_status lt_qr(lt_tensor *q, lt_tensor *r, lt_tensor *a, bool complete) {
    lt_matrices ms;
    lt_tensor room LT_EMPTY, *const results[] = {q, r};
    LT_TRY(lt_matrices_of(&ms, "linalg.qr", a, false));
    LT_TRY(lt_as_dtype(&a, &room, ms.dtype));
    lt_status s = qr_typed(q, r, a, complete || ms.m < ms.n ? ms.m : ms.n, &ms);
    if (s == LT_OK)
        s = lt_record_results("linalg.qr", qr_backward, a, 2, results, complete && ms.m > ms.n);
    if (s != LT_OK)
        lt_release_results(2, results);
    lt_release(&room);
    return s;
}
