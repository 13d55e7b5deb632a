#include "ops/solve.h"

#include <string.h>

#include "kernels/lapack.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/inverse.h"
#include "ops/matrices.h"
#include "ops/scratch.h"
#include "ops/shape.h"
#include "tensor/node.h"

/* ---- the operands of a x = b ---- */

typedef struct equations {
    lt_matrices ms;   /* of the broadcast a */
    lt_tensor *a, *b; /* [.., m, n] and [.., m, k], leading dimensions alike */
    int64_t k;
    bool vector;       /* b was given as vectors */
    lt_tensor room[5]; /* what has been converted and expanded */
} equations;

static void equations_end(equations *e) {
    for (int i = 0; i < 5; i++)
        lt_release(&e->room[i]);
}

/* See a tensor under other leading dimensions. */
static lt_status with_lead(lt_tensor **t, lt_tensor *room, int lead, const int64_t *shape) {
    int64_t wanted[LT_MAX_DIMS];
    const lt_tensor *x = *t;
    if (x->ndim == lead + 2 && memcmp(x->shape, shape, (size_t)lead * sizeof *shape) == 0)
        return LT_OK;
    memcpy(wanted, shape, (size_t)lead * sizeof *shape);
    memcpy(wanted + lead, x->shape + x->ndim - 2, 2 * sizeof *shape);
    LT_TRY(lt_expand(room, *t, lead + 2, wanted));
    *t = room;
    return LT_OK;
}

static lt_status broadcast_lead(equations *e, const char *op) {
    const lt_tensor *a = e->a, *b = e->b;
    int lead = (a->ndim > b->ndim ? a->ndim : b->ndim) - 2;
    int64_t shape[LT_MAX_DIMS];
    for (int d = 0; d < lead; d++) {
        int da = d - (lead + 2 - a->ndim), db = d - (lead + 2 - b->ndim);
        int64_t sa = da < 0 ? 1 : a->shape[da], sb = db < 0 ? 1 : b->shape[db];
        if (sa != sb && sa != 1 && sb != 1)
            return lt_fail(LT_EINVAL, "%s: batches of %s and %s do not broadcast", op,
                           lt_shape_of(a), lt_shape_of(b));
        shape[d] = sa == 1 ? sb : sa;
    }
    LT_TRY(with_lead(&e->a, &e->room[3], lead, shape));
    return with_lead(&e->b, &e->room[4], lead, shape);
}

/* Bring a and b to one dtype and one batch. Ends with equations_end() in any case. */
static lt_status equations_of(equations *e, const char *op, lt_tensor *a, lt_tensor *b,
                              bool square) {
    memset(e, 0, sizeof *e);
    e->a = a;
    e->b = b;
    LT_TRY(lt_matrices_of(&e->ms, op, a, square));
    lt_dtype dtype = lt_dtype_promote(lt_lapack_dtype(a), lt_lapack_dtype(b));
    LT_TRY(lt_as_dtype(&e->a, &e->room[0], dtype));
    LT_TRY(lt_as_dtype(&e->b, &e->room[1], dtype));
    e->vector = b->ndim == 1 || (b->ndim == a->ndim - 1 &&
                                 memcmp(a->shape, b->shape, b->ndim * sizeof *b->shape) == 0);
    if (e->vector) {
        LT_TRY(lt_unsqueeze(&e->room[2], e->b, -1));
        e->b = &e->room[2];
    }
    if (e->b->ndim < 2 || e->b->shape[e->b->ndim - 2] != e->ms.m)
        return lt_fail(LT_EINVAL, "%s: %s does not go with a matrix %s", op, lt_shape_of(b),
                       lt_shape_of(a));
    LT_TRY(broadcast_lead(e, op));
    e->k = e->b->shape[e->b->ndim - 1];
    return lt_matrices_of(&e->ms, op, e->a, square);
}

/* A dense copy of the transposes. */
static lt_status turned_copy(lt_tensor *out, lt_tensor *x) {
    lt_tensor view LT_EMPTY, plain LT_EMPTY;
    LT_TRY(lt_alias(&plain, x));
    lt_status s = lt_transpose(&view, &plain, -2, -1);
    if (s == LT_OK)
        s = lt_cast(out, &view, (lt_dtype)x->dtype);
    lt_release(&view);
    lt_release(&plain);
    return s;
}

/* Record a solution [.., n, k] and give it the form of b. Takes `full`. */
static lt_status finish_solution(lt_tensor *x, lt_tensor *full, equations *e, const char *op,
                                 lt_backward_fn backward, lt_tensor *keep, bool flag) {
    lt_status s = LT_OK;
    if (lt_recording() && (e->a->grad || e->b->grad)) {
        lt_node *node = lt_node_new(op, backward, 2, (lt_tensor *[]){e->a, e->b}, 2, sizeof flag);
        s = node ? lt_node_save(node, 0, e->a) : lt_fail(LT_ENOMEM, "out of memory: %s", op);
        if (node)
            *(bool *)node->extra = flag;
        if (s == LT_OK)
            s = lt_node_save(node, 1, keep);
        if (s == LT_OK)
            s = lt_node_finish(node, full);
        else
            lt_node_release(node);
    }
    if (s == LT_OK && e->vector)
        s = lt_squeeze(x, full, -1);
    else if (s == LT_OK)
        lt_move(x, full);
    lt_release(full);
    return s;
}

/* ---- solve ---- */

typedef struct solve_work {
    lt_tensor *lu, *rows; /* matrices, and right-hand sides as rows [.., k, n] */
    int64_t n, k;
} solve_work;

typedef struct right_sides {
    void *b;
    int64_t k;
} right_sides;

static int solve_with(lt_dtype dtype, int64_t n, void *lu, const int *pivots, void *argument) {
    const right_sides *r = argument;
    return lt_lapack_lu_solve(dtype, n, r->k, lu, pivots, r->b);
}

static int solve_one(void *context, int64_t i) {
    const solve_work *w = context;
    lt_dtype dtype = (lt_dtype)w->lu->dtype;
    right_sides r = {lt_matrix_at(w->rows, i, w->n * w->k), w->k};
    if (!lt_all_finite(dtype, w->n * w->k, r.b))
        return LT_NOT_FINITE;
    return lt_with_lu(dtype, w->n, lt_matrix_at(w->lu, i, w->n * w->n), false, solve_with, &r);
}

/* With x = a^-1 b: gb = a^-T gx, ga = -gb x^T (Giles 2008, 2.3.1). */
static lt_status solve_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *a, *x;
    LT_TRY(lt_node_load(node, 0, &a));
    LT_TRY(lt_node_load(node, 1, &x));
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *gb = lt_s_slot(&p), *ga = NULL;
    lt_s_do(&p, lt_solve(gb, lt_s_t(&p, a), up[0]));
    if (lt_node_wants(node, 0))
        ga = lt_s_un(&p, LT_UN_neg, lt_s_mm(&p, gb, lt_s_t(&p, x)));
    if (lt_node_wants(node, 1))
        lt_s_do(&p, lt_alias(&down[1], gb));
    return lt_scratch_end(&p, &down[0], ga);
}

lt_status lt_solve(lt_tensor *x, lt_tensor *a, lt_tensor *b) {
    static const char op[] = "linalg.solve";
    equations e;
    lt_tensor lu LT_EMPTY, rows LT_EMPTY, full LT_EMPTY;
    lt_status s = equations_of(&e, op, a, b, true);
    if (s == LT_OK)
        s = lt_cast(&lu, e.a, (lt_dtype)e.a->dtype);
    if (s == LT_OK)
        s = turned_copy(&rows, e.b);
    solve_work w = {&lu, &rows, e.ms.n, e.k};
    double n = (double)e.ms.n;
    if (s == LT_OK && e.ms.n > 0)
        s = lt_each_matrix(&e.ms, n * n * (n / 3 + (double)e.k), LT_IF_SINGULAR, solve_one, &w);
    if (s == LT_OK)
        s = turned_copy(&full, &rows);
    if (s == LT_OK)
        s = finish_solution(x, &full, &e, op, solve_backward, &full, false);
    lt_release(&lu);
    lt_release(&rows);
    equations_end(&e);
    return s;
}

/* ---- triangular ---- */

typedef struct triangular_work {
    lt_tensor *a, *x;
    int64_t n, k;
    bool upper;
} triangular_work;

static int triangular_one(void *context, int64_t i) {
    const triangular_work *w = context;
    lt_dtype dtype = (lt_dtype)w->x->dtype;
    size_t size = lt_dtype_size(dtype);
    const char *a = lt_matrix_at(w->a, i, w->n * w->n);
    void *x = lt_matrix_at(w->x, i, w->n * w->k);
    bool finite = lt_all_finite(dtype, w->n * w->k, x);
    for (int64_t row = 0; finite && row < w->n; row++) {
        int64_t from = w->upper ? row : 0, to = w->upper ? w->n : row + 1;
        finite = lt_all_finite(dtype, to - from, a + (size_t)(row * w->n + from) * size);
    }
    if (!finite)
        return LT_NOT_FINITE;
    return lt_lapack_triangular(dtype, w->n, w->k, w->upper, false, a, x);
}

/* As solve, with the part of ga that is looked at. */
static lt_status triangular_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *a, *x;
    bool upper = *(bool *)node->extra;
    LT_TRY(lt_node_load(node, 0, &a));
    LT_TRY(lt_node_load(node, 1, &x));
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *gb = lt_s_slot(&p), *ga = NULL;
    lt_s_do(&p, lt_solve_triangular(gb, lt_s_t(&p, a), up[0], !upper));
    if (lt_node_wants(node, 0)) {
        ga = lt_s_un(&p, LT_UN_neg, lt_s_mm(&p, gb, lt_s_t(&p, x)));
        ga = upper ? lt_s_triu(&p, ga, 0) : lt_s_tril(&p, ga, 0);
    }
    if (lt_node_wants(node, 1))
        lt_s_do(&p, lt_alias(&down[1], gb));
    return lt_scratch_end(&p, &down[0], ga);
}

lt_status lt_solve_triangular(lt_tensor *x, lt_tensor *a, lt_tensor *b, bool upper) {
    static const char op[] = "linalg.solve_triangular";
    equations e;
    lt_tensor dense LT_EMPTY, full LT_EMPTY;
    lt_status s = equations_of(&e, op, a, b, true);
    if (s == LT_OK)
        s = lt_contiguous(&dense, e.a);
    if (s == LT_OK)
        s = lt_cast(&full, e.b, (lt_dtype)e.b->dtype);
    triangular_work w = {&dense, &full, e.ms.n, e.k, upper};
    double n = (double)e.ms.n;
    if (s == LT_OK && e.ms.n > 0 && e.k > 0)
        s = lt_each_matrix(&e.ms, n * n * (double)e.k, LT_IF_SINGULAR, triangular_one, &w);
    if (s == LT_OK)
        s = finish_solution(x, &full, &e, op, triangular_backward, &full, upper);
    lt_release(&full);
    lt_release(&dense);
    equations_end(&e);
    return s;
}

/* ---- least squares ---- */

typedef struct lstsq_work {
    lt_tensor *columns, *rows; /* [.., n, m] and [.., k, max(m, n)] */
    int64_t m, n, k;
} lstsq_work;

static int lstsq_one(void *context, int64_t i) {
    const lstsq_work *w = context;
    lt_dtype dtype = (lt_dtype)w->columns->dtype;
    int64_t most = w->m > w->n ? w->m : w->n;
    void *a = lt_matrix_at(w->columns, i, w->m * w->n), *b = lt_matrix_at(w->rows, i, w->k * most);
    if (!lt_all_finite(dtype, w->m * w->n, a) || !lt_all_finite(dtype, w->k * most, b))
        return LT_NOT_FINITE;
    return lt_lapack_lstsq(dtype, w->m, w->n, w->k, lt_epsilon(dtype) * (double)most, a, b);
}

/* x = pinv(a) b. */
static lt_status lstsq_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *a, *b;
    LT_TRY(lt_node_load(node, 0, &a));
    LT_TRY(lt_node_load(node, 1, &b));
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *inverse = lt_s_slot(&p), *ga = NULL;
    lt_s_do(&p, lt_pinv(inverse, a, -1));
    if (lt_node_wants(node, 0))
        ga = lt_s_pinv_down(&p, a, inverse, lt_s_mm(&p, up[0], lt_s_t(&p, b)));
    if (lt_node_wants(node, 1))
        lt_s_do(&p, lt_alias(&down[1], lt_s_mm(&p, lt_s_t(&p, inverse), up[0])));
    return lt_scratch_end(&p, &down[0], ga);
}

/* The solutions [.., n, k] of full operands; zeros where there is nothing to fit. */
static lt_status lstsq_full(lt_tensor *full, equations *e) {
    lt_matrices *ms = &e->ms;
    int64_t most = ms->m > ms->n ? ms->m : ms->n, shape[LT_MAX_DIMS];
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *columns = lt_s_slot(&p), *rows = lt_s_slot(&p), *window = lt_s_slot(&p);
    lt_tensor *plain = lt_s_slot(&p), *top = lt_s_slot(&p), *x = lt_s_slot(&p);
    lt_s_do(&p, turned_copy(columns, e->a));
    lt_s_do(&p, lt_alias(plain, e->b));
    memcpy(shape, ms->shape, (size_t)ms->lead * sizeof *shape);
    shape[ms->lead] = e->k;
    shape[ms->lead + 1] = most;
    lt_s_do(&p, lt_zeros(rows, ms->dtype, ms->lead + 2, shape));
    lt_s_do(&p, lt_narrow(window, rows, -1, 0, ms->m));
    lt_s_do(&p, lt_copy_into(window, lt_s_t(&p, plain)));
    lstsq_work w = {columns, rows, ms->m, ms->n, e->k};
    double work = 4 * (double)ms->m * (double)ms->n * (double)(ms->m < ms->n ? ms->m : ms->n);
    if (ms->m > 0 && ms->n > 0 && e->k > 0)
        lt_s_do(&p, lt_each_matrix(ms, work, LT_IF_NO_CONVERGENCE, lstsq_one, &w));
    lt_s_do(&p, lt_narrow(top, rows, -1, 0, ms->n));
    lt_s_do(&p, turned_copy(x, top));
    return lt_scratch_end(&p, full, x);
}

lt_status lt_lstsq(lt_tensor *x, lt_tensor *a, lt_tensor *b) {
    static const char op[] = "linalg.lstsq";
    equations e;
    lt_tensor full LT_EMPTY;
    lt_status s = equations_of(&e, op, a, b, false);
    if (s == LT_OK)
        s = lstsq_full(&full, &e);
    if (s == LT_OK)
        s = finish_solution(x, &full, &e, op, lstsq_backward, e.b, false);
    equations_end(&e);
    return s;
}
