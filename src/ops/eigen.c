#include "ops/eigen.h"

#include "kernels/lapack.h"
#include "ops/create.h"
#include "ops/matrices.h"
#include "ops/scratch.h"
#include "ops/shape.h"
#include "ops/solve.h"
#include "tensor/node.h"

/* ---- symmetric matrices ---- */

typedef struct eig_work {
    lt_tensor *a, *values, *vectors, *imaginary;
    int64_t n;
    bool wants_vectors;
} eig_work;

static int eigh_one(void *context, int64_t i) {
    const eig_work *w = context;
    lt_dtype dtype = (lt_dtype)w->a->dtype;
    void *a = lt_matrix_at(w->a, i, w->n * w->n);
    int wrong = lt_check_symmetric(dtype, w->n, a);
    return wrong
               ? wrong
               : lt_lapack_eigh(dtype, w->n, w->wants_vectors, a, lt_matrix_at(w->values, i, w->n));
}

/* Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
 * differentiation" (2008), 3.1. With F_ij = 1 / (d_j - d_i), 0 on the diagonal:
 * ga = v (diag(gd) + F o (v^T gv)) v^T. */
static lt_status eigh_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *d, *v, *inner;
    LT_TRY(lt_node_load(node, 0, &d));
    LT_TRY(lt_node_load(node, 1, &v));
    lt_scratch p;
    lt_scratch_start(&p);
    if (up[1]) {
        lt_tensor *x = lt_s_mm(&p, lt_s_t(&p, v), up[1]);
        lt_tensor *f = lt_s_inverse_nonzero(&p, lt_s_differences(&p, d));
        lt_s_do(&p, lt_check_distinct("linalg.eigh", d, x));
        inner = lt_s_mm(&p, v, lt_s_bi(&p, LT_BI_mul, x, f));
        if (up[0])
            inner = lt_s_bi(&p, LT_BI_add, inner, lt_s_bi(&p, LT_BI_mul, v, lt_s_row(&p, up[0])));
    } else {
        inner = lt_s_bi(&p, LT_BI_mul, v, lt_s_row(&p, up[0]));
    }
    lt_tensor *ga = lt_s_symmetrised(&p, lt_s_mm(&p, inner, lt_s_t(&p, v)));
    return lt_scratch_end(&p, down, ga);
}

/* Eigenvectors lie in the rows of `rows`: hand them out as columns, and record. */
static lt_status finish_eigen(const char *name, lt_backward_fn backward, lt_tensor *values,
                              lt_tensor *vectors, lt_tensor *rows, lt_tensor *a) {
    lt_tensor columns LT_EMPTY;
    LT_TRY(lt_transpose(&columns, rows, -2, -1));
    lt_tensor *const results[] = {values, &columns};
    lt_status s = lt_record_results(name, backward, a, 2, results, false);
    if (s == LT_OK && vectors)
        lt_move(vectors, &columns);
    lt_release(&columns);
    return s;
}

lt_status lt_eigh(lt_tensor *values, lt_tensor *vectors, lt_tensor *a) {
    lt_matrices ms;
    lt_tensor room LT_EMPTY, dense LT_EMPTY;
    LT_TRY(lt_matrices_of(&ms, vectors ? "linalg.eigh" : "linalg.eigvalsh", a, true));
    LT_TRY(lt_as_dtype(&a, &room, ms.dtype));
    eig_work w = {&dense, values, NULL, NULL, ms.n, vectors || lt_must_record(a)};
    lt_status s = lt_cast(&dense, a, ms.dtype);
    if (s == LT_OK)
        s = lt_matrices_new(values, &ms, ms.n, -1);
    if (s == LT_OK && ms.n > 0)
        s = lt_each_matrix(&ms, 3 * (double)ms.n * (double)ms.n * (double)ms.n,
                           LT_IF_NO_CONVERGENCE, eigh_one, &w);
    if (s == LT_OK && w.wants_vectors)
        s = finish_eigen("linalg.eigh", eigh_backward, values, vectors, &dense, a);
    if (s != LT_OK)
        lt_release(values);
    lt_release(&dense);
    lt_release(&room);
    return s;
}

/* ---- general matrices ---- */

static int eig_one(void *context, int64_t i) {
    const eig_work *w = context;
    lt_dtype dtype = (lt_dtype)w->a->dtype;
    void *a = lt_matrix_at(w->a, i, w->n * w->n);
    if (!lt_all_finite(dtype, w->n * w->n, a))
        return LT_NOT_FINITE;
    int info = lt_lapack_eig(dtype, w->n, a, lt_matrix_at(w->values, i, w->n),
                             lt_matrix_at(w->imaginary, i, w->n),
                             w->wants_vectors ? lt_matrix_at(w->vectors, i, w->n * w->n) : NULL);
    for (int64_t j = 0; info == 0 && j < w->n; j++)
        if (lt_get_double(w->imaginary, i * w->n + j) != 0)
            info = LT_IS_COMPLEX;
    return info;
}

/* For a = v diag(d) v^-1 with columns of length 1, E_ij = d_j - d_i:
 * ga = v^-T (diag(gd) + (v^T gv - v^T v diag(v^T gv)) / E) v^T; the subtrahend takes out what would
 * change the columns' lengths. */
static lt_status eig_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *d, *v;
    LT_TRY(lt_node_load(node, 0, &d));
    LT_TRY(lt_node_load(node, 1, &v));
    lt_scratch p;
    lt_scratch_start(&p);
    lt_tensor *vt = lt_s_t(&p, v), *right;
    if (up[1]) {
        lt_tensor *x = lt_s_mm(&p, vt, up[1]);
        lt_s_do(&p, lt_check_distinct("linalg.eig", d, x));
        lt_tensor *lengths =
            lt_s_bi(&p, LT_BI_mul, lt_s_mm(&p, vt, v), lt_s_row(&p, lt_s_diagonal(&p, x)));
        lt_tensor *f = lt_s_inverse_nonzero(&p, lt_s_differences(&p, d));
        x = lt_s_bi(&p, LT_BI_mul, lt_s_bi(&p, LT_BI_sub, x, lengths), f);
        right = lt_s_mm(&p, up[0] ? lt_s_add_diagonal(&p, x, up[0]) : x, vt);
    } else {
        right = lt_s_bi(&p, LT_BI_mul, lt_s_column(&p, up[0]), vt);
    }
    lt_tensor *ga = lt_s_slot(&p);
    lt_s_do(&p, lt_solve(ga, vt, right));
    return lt_scratch_end(&p, down, ga);
}

lt_status lt_eig(lt_tensor *values, lt_tensor *vectors, lt_tensor *a) {
    lt_matrices ms;
    lt_tensor room LT_EMPTY, dense LT_EMPTY, rows LT_EMPTY, imaginary LT_EMPTY;
    LT_TRY(lt_matrices_of(&ms, vectors ? "linalg.eig" : "linalg.eigvals", a, true));
    LT_TRY(lt_as_dtype(&a, &room, ms.dtype));
    eig_work w = {&dense, values, &rows, &imaginary, ms.n, vectors || lt_must_record(a)};
    lt_status s = lt_cast(&dense, a, ms.dtype);
    if (s == LT_OK)
        s = lt_matrices_new(values, &ms, ms.n, -1);
    if (s == LT_OK)
        s = lt_matrices_new(&imaginary, &ms, ms.n, -1);
    if (s == LT_OK)
        s = lt_matrices_new(&rows, &ms, ms.n, ms.n);
    if (s == LT_OK && ms.n > 0)
        s = lt_each_matrix(&ms, 10 * (double)ms.n * (double)ms.n * (double)ms.n,
                           LT_IF_NO_CONVERGENCE, eig_one, &w);
    if (s == LT_OK && w.wants_vectors)
        s = finish_eigen("linalg.eig", eig_backward, values, vectors, &rows, a);
    if (s != LT_OK)
        lt_release(values);
    lt_release(&dense);
    lt_release(&rows);
    lt_release(&imaginary);
    lt_release(&room);
    return s;
}
