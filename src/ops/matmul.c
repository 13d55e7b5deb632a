#include "ops/matmul.h"

#include <string.h>

#include "kernels/parallel.h"
#include "ops/apply.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/shape.h"

/* A matrix as BLAS sees it. */
typedef struct matrix {
    const void *data;
    int64_t rows, cols, lead;
    bool transposed; /* stored as [cols, rows] */
    lt_tensor copy;  /* owns the data where the strides did not suit */
} matrix;

/* See the last two dimensions of t as a matrix; a vector is a row, or a column where `column`. */
static void geometry(const lt_tensor *t, bool column, int64_t *rows, int64_t *cols, int64_t *rs,
                     int64_t *cs) {
    if (t->ndim == 0) {
        *rows = *cols = *rs = *cs = 1;
    } else if (t->ndim == 1) {
        *rows = column ? t->shape[0] : 1;
        *cols = column ? 1 : t->shape[0];
        *rs = column ? t->stride[0] : t->shape[0];
        *cs = column ? 1 : t->stride[0];
    } else {
        *rows = t->shape[t->ndim - 2];
        *cols = t->shape[t->ndim - 1];
        *rs = t->stride[t->ndim - 2];
        *cs = t->stride[t->ndim - 1];
    }
}

static lt_status as_matrix(matrix *m, lt_tensor *t, bool column, lt_dtype dtype) {
    int64_t rs, cs;
    lt_clear(&m->copy);
    geometry(t, column, &m->rows, &m->cols, &rs, &cs);
    bool plain = (cs == 1 || m->cols == 1) && (rs >= m->cols || m->rows == 1) && rs > 0;
    bool turned = (rs == 1 || m->rows == 1) && (cs >= m->rows || m->cols == 1) && cs > 0;
    if ((lt_dtype)t->dtype != dtype || (!plain && !turned)) {
        LT_TRY(lt_cast(&m->copy, t, dtype));
        t = &m->copy;
        geometry(t, column, &m->rows, &m->cols, &rs, &cs);
        plain = true;
    }
    m->data = lt_data(t);
    m->transposed = !plain;
    m->lead = plain ? rs : cs;
    int64_t least = plain ? m->cols : m->rows;
    if (m->lead < least)
        m->lead = least;
    if (m->lead < 1)
        m->lead = 1;
    return LT_OK;
}

static lt_status multiply(const matrix *a, const matrix *b, bool ta, bool tb, double alpha,
                          double beta, void *c, int64_t ldc, lt_dtype dtype) {
    int64_t m = ta ? a->cols : a->rows, k = ta ? a->rows : a->cols;
    int64_t n = tb ? b->rows : b->cols;
    bool done = lt_gemm(dtype, a->transposed != ta, b->transposed != tb, m, n, k, alpha, a->data,
                        a->lead, b->data, b->lead, beta, c, ldc < 1 ? 1 : ldc);
    return done ? LT_OK : lt_fail(LT_EINTERRUPT, "interrupted!");
}

/* ---- recording ---- */

typedef struct mm_extra {
    double alpha, beta;
    int c_ndim;
    int64_t c_shape[LT_MAX_DIMS];
    lt_dtype dtype[3]; /* of a, b, c */
} mm_extra;

/* da = alpha g b^T, or db = alpha a^T g, in the shape of the operand. */
static lt_status side_down(lt_node *node, int side, lt_tensor *g, lt_tensor *a, lt_tensor *b,
                           lt_tensor *down) {
    const mm_extra *e = node->extra;
    lt_tensor *own = side == 0 ? a : b, result LT_EMPTY;
    matrix gm, ma, mb;
    LT_TRY(as_matrix(&gm, g, b->ndim == 1, node->dtype));
    lt_status s = as_matrix(side == 0 ? &mb : &ma, side == 0 ? b : a, side == 0, node->dtype);
    if (s == LT_OK)
        s = lt_empty(&result, node->dtype, own->ndim, own->shape);
    if (s == LT_OK) {
        if (side == 0)
            s = multiply(&gm, &mb, false, true, e->alpha, 0, lt_data(&result), mb.rows,
                         node->dtype);
        else
            s = multiply(&ma, &gm, true, false, e->alpha, 0, lt_data(&result), gm.cols,
                         node->dtype);
        lt_release(side == 0 ? &mb.copy : &ma.copy);
    }
    lt_release(&gm.copy);
    if (s == LT_OK && e->dtype[side] != node->dtype) {
        s = lt_cast(down, &result, e->dtype[side]);
        lt_release(&result);
    } else if (s == LT_OK) {
        lt_move(down, &result);
    }
    lt_release(&result);
    return s;
}

static lt_status mm_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const mm_extra *e = node->extra;
    lt_tensor *a = NULL, *b = NULL, beta;
    LT_TRY(lt_node_load(node, 0, &a));
    LT_TRY(lt_node_load(node, 1, &b));
    for (int side = 0; side < 2; side++)
        if (lt_node_wants(node, side))
            LT_TRY(side_down(node, side, up[0], a, b, &down[side]));
    if (node->inputs < 3 || !lt_node_wants(node, 2))
        return LT_OK;
    lt_tensor scaled LT_EMPTY;
    lt_number(&beta, e->beta);
    LT_TRY(e->beta == 1 ? lt_alias(&scaled, up[0]) : lt_binary(&scaled, LT_BI_mul, up[0], &beta));
    lt_status s = lt_unbroadcast(&down[2], &scaled, e->dtype[2], e->c_ndim, e->c_shape);
    lt_release(&scaled);
    return s;
}

static lt_status record(lt_tensor *out, const char *name, lt_tensor *c, lt_tensor *a, lt_tensor *b,
                        double beta, double alpha) {
    lt_tensor *const inputs[3] = {a, b, c};
    lt_node *node = lt_node_new(name, mm_backward, c ? 3 : 2, inputs, 2, sizeof(mm_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", name);
    mm_extra *e = node->extra;
    e->alpha = alpha;
    e->beta = beta;
    for (int i = 0; i < node->inputs; i++)
        e->dtype[i] = (lt_dtype)inputs[i]->dtype;
    if (c) {
        e->c_ndim = c->ndim;
        memcpy(e->c_shape, c->shape, c->ndim * sizeof *c->shape);
    }
    lt_status s = lt_node_save(node, 0, a);
    if (s == LT_OK)
        s = lt_node_save(node, 1, b);
    if (s == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return s;
}

/* ---- products of at most two dimensions ---- */

static lt_status product_shape(const char *op, const lt_tensor *a, const lt_tensor *b, int *ndim,
                               int64_t *shape) {
    int64_t inner_a = a->shape[a->ndim - 1], inner_b = b->shape[b->ndim == 1 ? 0 : b->ndim - 2];
    if (inner_a != inner_b)
        return lt_fail(LT_EINVAL, "%s: inner sizes differ: %s x %s", op, lt_shape_of(a),
                       lt_shape_of(b));
    *ndim = 0;
    if (a->ndim == 2)
        shape[(*ndim)++] = a->shape[0];
    if (b->ndim == 2)
        shape[(*ndim)++] = b->shape[1];
    return LT_OK;
}

/* The dtype of a product. Integers multiply in float64, which is exact up to 2^53. */
static lt_dtype product_dtype(const lt_tensor *a, const lt_tensor *b, lt_dtype *compute) {
    lt_dtype t = lt_dtype_promote((lt_dtype)a->dtype, (lt_dtype)b->dtype);
    *compute = lt_dtype_is_float(t) ? t : LT_FLOAT64;
    return t;
}

/* out (allocated, contiguous, of the computing dtype) = beta out + alpha a b. */
static lt_status product_into(lt_tensor *out, lt_tensor *a, lt_tensor *b, double beta,
                              double alpha) {
    matrix ma, mb;
    lt_dtype t = (lt_dtype)out->dtype;
    LT_TRY(as_matrix(&ma, a, false, t));
    lt_status s = as_matrix(&mb, b, true, t);
    if (s == LT_OK)
        s = multiply(&ma, &mb, false, false, alpha, beta, lt_data(out), mb.cols, t);
    lt_release(&ma.copy);
    if (s == LT_OK)
        lt_release(&mb.copy);
    return s;
}

static lt_status product(lt_tensor *out, const char *op, lt_tensor *c, lt_tensor *a, lt_tensor *b,
                         double beta, double alpha) {
    int ndim;
    int64_t shape[2];
    lt_dtype compute, dtype = product_dtype(a, b, &compute);
    if (a->ndim < 1 || a->ndim > 2 || b->ndim < 1 || b->ndim > 2)
        return lt_fail(LT_EINVAL, "%s: takes vectors and matrices, not %s x %s", op, lt_shape_of(a),
                       lt_shape_of(b));
    LT_TRY(product_shape(op, a, b, &ndim, shape));
    LT_TRY(lt_empty(out, compute, ndim, shape));
    lt_status s = c ? lt_copy_into(out, c) : LT_OK;
    if (s == LT_EINVAL)
        s = lt_fail(LT_EINVAL, "%s: a summand %s does not fit a product %s", op, lt_shape_of(c),
                    lt_shape_of(out));
    if (s == LT_OK)
        s = product_into(out, a, b, c ? beta : 0, alpha);
    if (s == LT_OK && dtype != compute) {
        lt_tensor integers LT_EMPTY;
        s = lt_cast(&integers, out, dtype == LT_BOOL ? LT_INT64 : dtype);
        lt_release(out);
        if (s == LT_OK)
            lt_move(out, &integers);
    }
    if (s == LT_OK && lt_recording() && (a->grad || b->grad || (c && c->grad)))
        s = record(out, op, c, a, b, beta, alpha);
    if (s != LT_OK)
        lt_release(out);
    return s;
}

lt_status lt_mm(lt_tensor *out, lt_tensor *a, lt_tensor *b) {
    if (a->ndim != 2 || b->ndim != 2)
        return lt_fail(LT_EINVAL, "mm: takes two matrices, not %s x %s", lt_shape_of(a),
                       lt_shape_of(b));
    return product(out, "mm", NULL, a, b, 0, 1);
}

lt_status lt_addmm(lt_tensor *out, lt_tensor *c, lt_tensor *a, lt_tensor *b, double beta,
                   double alpha) {
    return product(out, b->ndim == 1 ? "addmv" : "addmm", c, a, b, beta, alpha);
}

lt_status lt_addr_in_place(lt_tensor *w, lt_tensor *u, lt_tensor *v, double beta, double alpha) {
    LT_TRY(lt_check_writable(w, "addr_"));
    if (w->ndim != 2 || u->ndim != 1 || v->ndim != 1 || w->shape[0] != u->shape[0] ||
        w->shape[1] != v->shape[0])
        return lt_fail(LT_EINVAL, "addr_: %s x %s does not fit into %s", lt_shape_of(u),
                       lt_shape_of(v), lt_shape_of(w));
    lt_dtype t = (lt_dtype)w->dtype;
    if (!lt_dtype_is_float(t))
        return lt_fail(LT_EINVAL, "addr_: takes float tensors, not %s", lt_dtype_name(t));
    if (lt_recording() && (u->grad || v->grad))
        return lt_fail(LT_EINVAL, "addr_: an operand is on the graph and an in-place change is "
                                  "not recorded; use la.no_grad(function() ... end)");
    lt_tensor du LT_EMPTY, dv LT_EMPTY, factor;
    lt_status s = LT_OK;
    bool direct = u->dtype == t && v->dtype == t && lt_is_contiguous(u) && lt_is_contiguous(v) &&
                  !lt_overlaps(w, u) && !lt_overlaps(w, v);
    if (!direct) {
        s = lt_cast(&du, u, t);
        if (s == LT_OK)
            s = lt_cast(&dv, v, t);
        u = &du;
        v = &dv;
    }
    if (s == LT_OK && beta != 1) {
        lt_number(&factor, beta);
        s = lt_binary_in_place(LT_BI_mul, w, &factor);
    }
    if (s == LT_OK && w->stride[1] == 1) {
        lt_ger(t, w->shape[0], w->shape[1], alpha, lt_data(u), lt_data(v), lt_data(w),
               w->stride[0]);
    } else if (s == LT_OK && w->stride[0] == 1) {
        lt_ger(t, w->shape[1], w->shape[0], alpha, lt_data(v), lt_data(u), lt_data(w),
               w->stride[1]);
    } else if (s == LT_OK) {
        lt_tensor dense LT_EMPTY;
        s = lt_cast(&dense, w, t);
        if (s == LT_OK) {
            lt_ger(t, w->shape[0], w->shape[1], alpha, lt_data(u), lt_data(v), lt_data(&dense),
                   w->shape[1]);
            s = lt_copy_into(w, &dense);
        }
        lt_release(&dense);
    }
    lt_release(&du);
    lt_release(&dv);
    if (s == LT_OK)
        lt_touch(w, "addr_");
    return s;
}

/* ---- batches ---- */

typedef struct batch_work {
    const char *a, *b;
    char *out;
    int64_t m, n, k;
    bool ta, tb;
    lt_dtype dtype;
} batch_work;

static void batch_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const batch_work *w = context;
    int64_t size = (int64_t)lt_dtype_size(w->dtype);
    for (int64_t i = begin; i < end; i++)
        lt_gemm(w->dtype, w->ta, w->tb, w->m, w->n, w->k, 1, w->a + i * w->m * w->k * size,
                w->ta ? w->m : w->k, w->b + i * w->k * w->n * size, w->tb ? w->k : w->n, 0,
                w->out + i * w->m * w->n * size, w->n);
}

/* out [batch, m, n] of dense a and b, each transposed where told. */
static lt_status batch_product(lt_tensor *out, lt_tensor *a, lt_tensor *b, bool ta, bool tb) {
    int64_t m = a->shape[ta ? 2 : 1], k = a->shape[ta ? 1 : 2], n = b->shape[tb ? 1 : 2];
    LT_TRY(lt_empty(out, (lt_dtype)a->dtype, 3, (int64_t[]){a->shape[0], m, n}));
    batch_work w = {lt_data(a), lt_data(b), lt_data(out), m, n, k, ta, tb, (lt_dtype)a->dtype};
    /* Large matrices use OpenBLAS's own threads, small ones are shared out. */
    bool large = m * n * k > 1000000;
    int64_t grain = large ? a->shape[0] : 32768 / (m * n * k + 64);
    if (lt_parallel(a->shape[0], grain < 1 ? 1 : grain, batch_range, &w))
        return LT_OK;
    lt_release(out);
    return lt_fail(LT_EINTERRUPT, "interrupted!");
}

/* Dense copies (or handles) of both operands in the computing dtype. */
static lt_status dense_pair(lt_tensor *da, lt_tensor *db, lt_tensor *a, lt_tensor *b,
                            lt_dtype compute) {
    LT_TRY((lt_dtype)a->dtype == compute ? lt_contiguous(da, a) : lt_cast(da, a, compute));
    lt_status s = (lt_dtype)b->dtype == compute ? lt_contiguous(db, b) : lt_cast(db, b, compute);
    if (s != LT_OK)
        lt_release(da);
    return s;
}

static lt_status bmm_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_tensor *a, *b, g LT_EMPTY, own LT_EMPTY;
    const mm_extra *e = node->extra;
    LT_TRY(lt_node_load(node, 0, &a));
    LT_TRY(lt_node_load(node, 1, &b));
    for (int side = 0; side < 2; side++) {
        if (!lt_node_wants(node, side))
            continue;
        LT_TRY(dense_pair(&g, &own, up[0], side == 0 ? b : a, node->dtype));
        lt_tensor result LT_EMPTY;
        lt_status s = side == 0 ? batch_product(&result, &g, &own, false, true)
                                : batch_product(&result, &own, &g, true, false);
        lt_release(&g);
        lt_release(&own);
        if (s == LT_OK && e->dtype[side] != node->dtype)
            s = lt_cast(&down[side], &result, e->dtype[side]);
        else if (s == LT_OK)
            lt_move(&down[side], &result);
        lt_release(&result);
        LT_TRY(s);
    }
    return LT_OK;
}

lt_status lt_bmm(lt_tensor *out, lt_tensor *a, lt_tensor *b) {
    if (a->ndim != 3 || b->ndim != 3 || a->shape[0] != b->shape[0] || a->shape[2] != b->shape[1])
        return lt_fail(LT_EINVAL, "bmm: takes [n, m, k] x [n, k, p], not %s x %s", lt_shape_of(a),
                       lt_shape_of(b));
    lt_tensor da LT_EMPTY, db LT_EMPTY;
    lt_dtype compute, dtype = product_dtype(a, b, &compute);
    LT_TRY(dense_pair(&da, &db, a, b, compute));
    lt_status s = batch_product(out, &da, &db, false, false);
    lt_release(&da);
    lt_release(&db);
    LT_TRY(s);
    if (dtype != compute) {
        lt_tensor integers LT_EMPTY;
        s = lt_cast(&integers, out, dtype == LT_BOOL ? LT_INT64 : dtype);
        lt_release(out);
        LT_TRY(s);
        lt_move(out, &integers);
    }
    if (lt_recording() && (a->grad || b->grad)) {
        s = record(out, "bmm", NULL, a, b, 0, 1);
        if (s == LT_OK)
            out->grad->node->backward = bmm_backward;
        else
            lt_release(out);
    }
    return s;
}

/* [.., r, c] seen as [batch, r, c] after expanding the leading dimensions. */
static lt_status as_batch(lt_tensor *out, lt_tensor *t, int ndim, const int64_t *lead) {
    int64_t shape[LT_MAX_DIMS];
    lt_tensor wide LT_EMPTY;
    memcpy(shape, lead, (size_t)ndim * sizeof *shape);
    shape[ndim] = t->shape[t->ndim - 2];
    shape[ndim + 1] = t->shape[t->ndim - 1];
    LT_TRY(lt_expand(&wide, t, ndim + 2, shape));
    int64_t batch = lt_shape_numel(ndim, lead);
    lt_status s = lt_reshape(out, &wide, 3, (int64_t[]){batch, shape[ndim], shape[ndim + 1]});
    lt_release(&wide);
    return s;
}

/* Both have two dimensions at least and one of them more. */
static lt_status batched_matmul(lt_tensor *out, lt_tensor *a, lt_tensor *b) {
    int ndim = (a->ndim > b->ndim ? a->ndim : b->ndim) - 2;
    int64_t lead[LT_MAX_DIMS];
    for (int d = 0; d < ndim; d++) {
        int da = d - (ndim + 2 - a->ndim), db = d - (ndim + 2 - b->ndim);
        int64_t sa = da < 0 ? 1 : a->shape[da], sb = db < 0 ? 1 : b->shape[db];
        if (sa != sb && sa != 1 && sb != 1)
            return lt_fail(LT_EINVAL, "matmul: batches of %s x %s do not broadcast", lt_shape_of(a),
                           lt_shape_of(b));
        lead[d] = sa == 1 ? sb : sa;
    }
    lt_tensor ba LT_EMPTY, bb LT_EMPTY, flat LT_EMPTY;
    lt_status s = as_batch(&ba, a, ndim, lead);
    if (s == LT_OK)
        s = as_batch(&bb, b, ndim, lead);
    if (s == LT_OK)
        s = lt_bmm(&flat, &ba, &bb);
    if (s == LT_OK) {
        lead[ndim] = flat.shape[1];
        lead[ndim + 1] = flat.shape[2];
        s = lt_reshape(out, &flat, ndim + 2, lead);
    }
    lt_release(&ba);
    lt_release(&bb);
    lt_release(&flat);
    return s;
}

/* [.., m, k] x [k, n] or [k]: one product of all rows. */
static lt_status rows_matmul(lt_tensor *out, lt_tensor *a, lt_tensor *b) {
    int64_t shape[LT_MAX_DIMS], k = a->shape[a->ndim - 1];
    lt_tensor rows LT_EMPTY, flat LT_EMPTY;
    int64_t count = lt_shape_numel(a->ndim - 1, a->shape);
    LT_TRY(lt_reshape(&rows, a, 2, (int64_t[]){count, k}));
    lt_status s = product(&flat, "matmul", NULL, &rows, b, 0, 1);
    memcpy(shape, a->shape, (size_t)(a->ndim - 1) * sizeof *shape);
    if (b->ndim == 2)
        shape[a->ndim - 1] = b->shape[1];
    if (s == LT_OK)
        s = lt_reshape(out, &flat, a->ndim - 2 + b->ndim, shape);
    lt_release(&rows);
    lt_release(&flat);
    return s;
}

lt_status lt_matmul(lt_tensor *out, lt_tensor *a, lt_tensor *b) {
    if (a->ndim == 0 || b->ndim == 0)
        return lt_fail(LT_EINVAL, "matmul: takes vectors and matrices, not %s x %s", lt_shape_of(a),
                       lt_shape_of(b));
    if (a->ndim <= 2 && b->ndim <= 2)
        return product(out, "matmul", NULL, a, b, 0, 1);
    if (a->shape[a->ndim - 1] != b->shape[b->ndim == 1 ? 0 : b->ndim - 2])
        return lt_fail(LT_EINVAL, "matmul: inner sizes differ: %s x %s", lt_shape_of(a),
                       lt_shape_of(b));
    if (b->ndim <= 2)
        return rows_matmul(out, a, b);
    if (a->ndim > 1)
        return batched_matmul(out, a, b);
    lt_tensor row LT_EMPTY, wide LT_EMPTY;
    LT_TRY(lt_unsqueeze(&row, a, 0));
    lt_status s = batched_matmul(&wide, &row, b);
    lt_release(&row);
    if (s == LT_OK)
        s = lt_squeeze(out, &wide, wide.ndim - 2);
    lt_release(&wide);
    return s;
}
