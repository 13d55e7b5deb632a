#include "ops/reduce.h"

#include <math.h>
#include <string.h>

#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/gather.h"
#include "ops/shape.h"
#include "tensor/node.h"

static const char *const names[LT_REDUCE_COUNT] = {
    [LT_RE_sum] = "sum",       [LT_RE_prod] = "prod",     [LT_RE_mean] = "mean",
    [LT_RE_max] = "max",       [LT_RE_min] = "min",       [LT_RE_argmax] = "argmax",
    [LT_RE_argmin] = "argmin", [LT_RE_var] = "var",       [LT_RE_std] = "std",
    [LT_RE_any] = "any",       [LT_RE_all] = "all",       [LT_RE_logsumexp] = "logsumexp",
    [LT_RE_norm] = "norm",     [LT_RE_norm0] = "norm",    [LT_RE_norm1] = "norm",
    [LT_RE_norm2] = "norm",    [LT_RE_norm_max] = "norm", [LT_RE_norm_min] = "norm",
};

const char *lt_reduce_name(lt_reduce_op op) {
    return names[op];
}

/* ---- the plan: which dimensions stay, which fold ---- */

typedef struct plan {
    bool fold[LT_MAX_DIMS];
    int64_t count; /* elements folded into one */
    int ndim;      /* of the result */
    int64_t shape[LT_MAX_DIMS];
} plan;

static lt_status make_plan(plan *p, const char *op, const lt_tensor *x, int n_dims, const int *dims,
                           bool keepdim) {
    memset(p, 0, sizeof *p);
    for (int i = 0; i < n_dims; i++) {
        int d = dims[i] < 0 ? dims[i] + x->ndim : dims[i];
        if (d < 0 || d >= x->ndim)
            return lt_fail(LT_EINVAL, "%s: dimension %d of a tensor %s", op,
                           dims[i] < 0 ? dims[i] : dims[i] + 1, lt_shape_of(x));
        if (p->fold[d])
            return lt_fail(LT_EINVAL, "%s: dimension %d is named twice", op, d + 1);
        p->fold[d] = true;
    }
    p->count = 1;
    for (int d = 0; d < x->ndim; d++) {
        if (n_dims == 0)
            p->fold[d] = true;
        if (p->fold[d])
            p->count *= x->shape[d];
        if (!p->fold[d] || keepdim)
            p->shape[p->ndim++] = p->fold[d] ? 1 : x->shape[d];
    }
    return LT_OK;
}

/* Fill in the runs of a reduction. False where the folded dimensions are not one run; runs of
 * nothing always are. */
static bool set_runs(lt_fold *r, const plan *p, const lt_tensor *x) {
    int64_t size = (int64_t)lt_dtype_size((lt_dtype)x->dtype);
    int64_t run = 1, stride = size;
    bool started = false;
    r->kept = 0;
    for (int d = x->ndim - 1; d >= 0; d--) {
        int64_t n = x->shape[d], step = x->stride[d] * size;
        if (!p->fold[d] || n == 1)
            continue;
        if (!started)
            stride = step;
        else if (step != stride * run && p->count > 0)
            return false;
        started = true;
        run *= n;
    }
    for (int d = 0; d < x->ndim; d++) {
        int64_t n = x->shape[d], step = x->stride[d] * size;
        if (p->fold[d])
            continue;
        if (r->kept > 0 && r->kept_stride[r->kept - 1] == step * n) {
            r->kept_shape[r->kept - 1] *= n;
            r->kept_stride[r->kept - 1] = step;
        } else {
            r->kept_shape[r->kept] = n;
            r->kept_stride[r->kept++] = step;
        }
    }
    r->x = lt_data(x);
    r->dtype = (lt_dtype)x->dtype;
    r->n = p->count;
    r->stride = stride;
    return true;
}

/* A contiguous copy with the folded dimensions last. */
static lt_status folded_last(lt_tensor *out, const plan *p, lt_tensor *x, plan *moved) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS];
    int n = 0;
    *moved = *p;
    for (int pass = 0; pass < 2; pass++)
        for (int d = 0; d < x->ndim; d++)
            if (p->fold[d] == (pass == 1)) {
                shape[n] = x->shape[d];
                stride[n] = x->stride[d];
                moved->fold[n++] = p->fold[d];
            }
    lt_tensor view LT_EMPTY;
    LT_TRY(lt_view(&view, x, n, shape, stride, x->offset));
    lt_status status = lt_cast(out, &view, (lt_dtype)x->dtype);
    lt_release(&view);
    return status;
}

static lt_status run_plan(const plan *p, lt_fold *r, lt_tensor *x) {
    if (set_runs(r, p, x))
        return lt_fold_run(r);
    lt_tensor dense LT_EMPTY;
    plan moved;
    LT_TRY(folded_last(&dense, p, x, &moved));
    set_runs(r, &moved, &dense);
    lt_status status = lt_fold_run(r);
    lt_release(&dense);
    return status;
}

static lt_dtype result_dtype(lt_reduce_op op, lt_dtype x) {
    switch (op) {
    case LT_RE_any:
    case LT_RE_all:
        return LT_BOOL;
    case LT_RE_argmax:
    case LT_RE_argmin:
        return LT_INT64;
    case LT_RE_sum:
    case LT_RE_prod:
        return lt_dtype_is_float(x) ? x : LT_INT64;
    default:
        return x;
    }
}

static bool needs_elements(lt_reduce_op op) {
    return op == LT_RE_max || op == LT_RE_min || op == LT_RE_argmax || op == LT_RE_argmin;
}

/* The fold of the common orders is a reducer of its own. */
static lt_reduce_op norm_of_order(double order) {
    return order == 2           ? LT_RE_norm2
           : order == 1         ? LT_RE_norm1
           : order == 0         ? LT_RE_norm0
           : order == INFINITY  ? LT_RE_norm_max
           : order == -INFINITY ? LT_RE_norm_min
                                : LT_RE_norm;
}

/* ---- backward ---- */

typedef struct reduce_extra {
    lt_reduce_op op;
    double parameter;
    plan plan;
    int ndim; /* of the input */
    int64_t shape[LT_MAX_DIMS];
} reduce_extra;

/* `t` (gradient or result) seen with the folded dimensions as size 1, so that it broadcasts. */
static lt_status with_kept_dims(lt_tensor *out, const reduce_extra *e, lt_tensor *t) {
    int64_t shape[LT_MAX_DIMS], stride[LT_MAX_DIMS];
    bool kept = t->ndim == e->ndim;
    for (int d = 0, own = 0; d < e->ndim; d++) {
        bool gone = e->plan.fold[d] && !kept;
        shape[d] = e->plan.fold[d] ? 1 : e->shape[d];
        stride[d] = gone || shape[d] == 1 ? 0 : t->stride[own];
        own += !gone;
    }
    return lt_view(out, t, e->ndim, shape, stride, t->offset);
}

/* down = g, repeated over the folded dimensions, times `factor`. */
static lt_status spread(lt_tensor *down, const reduce_extra *e, lt_tensor *g, double factor) {
    lt_tensor scaled LT_EMPTY, number LT_EMPTY;
    lt_tensor *source = g;
    if (factor != 1) {
        lt_number(&number, factor);
        LT_TRY(lt_binary(&scaled, LT_BI_mul, g, &number));
        source = &scaled;
    }
    int64_t stride[LT_MAX_DIMS];
    for (int d = 0; d < e->ndim; d++)
        stride[d] = e->shape[d] == 1 || e->plan.fold[d] ? 0 : source->stride[d];
    lt_status status = lt_view(down, source, e->ndim, e->shape, stride, source->offset);
    lt_release(&scaled);
    return status;
}

/* Replace *t by op(*t, b), or op(a, *t): the small steps of backward formulas. */
static lt_status chain(lt_tensor *t, lt_binary_op op, lt_tensor *b) {
    lt_tensor result LT_EMPTY;
    LT_TRY(lt_binary(&result, op, t, b));
    lt_release(t);
    lt_move(t, &result);
    return LT_OK;
}

static lt_status chain_number(lt_tensor *t, lt_binary_op op, double b) {
    lt_tensor number;
    lt_number(&number, b);
    return chain(t, op, &number);
}

static lt_status chain_unary(lt_tensor *t, lt_unary_op op) {
    lt_tensor result LT_EMPTY;
    LT_TRY(lt_unary(&result, op, t));
    lt_release(t);
    lt_move(t, &result);
    return LT_OK;
}

/* max, min and the norms of order inf: shared evenly between the elements that attain it. */
static lt_status extreme_down(lt_tensor *d, const reduce_extra *e, lt_tensor *g, lt_tensor *x,
                              lt_tensor *y) {
    lt_tensor count LT_EMPTY, zero;
    lt_number(&zero, 0);
    lt_reduce_op op = e->op;
    bool is_norm = op == LT_RE_norm_max || op == LT_RE_norm_min;
    int dims[LT_MAX_DIMS], n = 0;
    for (int i = 0; i < e->ndim; i++)
        if (e->plan.fold[i])
            dims[n++] = i;
    lt_status s = is_norm ? lt_unary(d, LT_UN_abs, x) : lt_alias(d, x);
    if (s == LT_OK)
        s = chain(d, LT_BI_eq, y);
    if (s == LT_OK)
        s = n ? lt_reduce(&count, LT_RE_sum, d, n, dims, true) : lt_cast(&count, d, LT_INT64);
    lt_tensor share LT_EMPTY;
    if (s == LT_OK)
        s = lt_binary(&share, LT_BI_div, g, &count);
    lt_tensor result LT_EMPTY;
    if (s == LT_OK)
        s = lt_where(&result, d, &share, &zero);
    if (s == LT_OK) {
        lt_release(d);
        lt_move(d, &result);
    }
    if (s == LT_OK && is_norm) {
        s = lt_unary(&result, LT_UN_sign, x);
        if (s == LT_OK)
            s = chain(d, LT_BI_mul, &result);
    }
    lt_release(&result);
    lt_release(&share);
    lt_release(&count);
    return s;
}

/* prod: y / x, with care for zeros: one zero in a run gets the product of the others, two leave
 * nothing. */
static lt_status prod_down(lt_tensor *d, const reduce_extra *e, lt_tensor *g, lt_tensor *x) {
    int dims[LT_MAX_DIMS], n = 0;
    for (int i = 0; i < e->ndim; i++)
        if (e->plan.fold[i])
            dims[n++] = i;
    lt_tensor zero, one, is_zero LT_EMPTY, filled LT_EMPTY, zeros LT_EMPTY, others LT_EMPTY,
        own LT_EMPTY;
    lt_number(&zero, 0);
    lt_number(&one, 1);
    lt_status s = lt_binary(&is_zero, LT_BI_eq, x, &zero);
    if (s == LT_OK)
        s = lt_where(&filled, &is_zero, &one, x);
    if (s == LT_OK)
        s = n ? lt_reduce(&zeros, LT_RE_sum, &is_zero, n, dims, true)
              : lt_cast(&zeros, &is_zero, LT_INT64);
    if (s == LT_OK)
        s = n ? lt_reduce(&others, LT_RE_prod, &filled, n, dims, true)
              : lt_cast(&others, &filled, (lt_dtype)x->dtype);
    if (s == LT_OK)
        s = lt_binary(d, LT_BI_div, &others, &filled);
    if (s == LT_OK)
        s = chain(d, LT_BI_mul, g);
    if (s == LT_OK) /* an element counts if all zeros of its run are itself */
        s = lt_binary(&own, LT_BI_eq, &zeros, &is_zero);
    if (s == LT_OK)
        s = chain(d, LT_BI_mul, &own);
    lt_release(&is_zero);
    lt_release(&filled);
    lt_release(&zeros);
    lt_release(&others);
    lt_release(&own);
    return s;
}

/* d = 0 where the result y is 0: the formulas of norm and std divide by it. */
static lt_status zero_where_flat(lt_tensor *d, lt_tensor *y) {
    lt_tensor zero, flat LT_EMPTY, kept LT_EMPTY;
    lt_number(&zero, 0);
    LT_TRY(lt_binary(&flat, LT_BI_eq, y, &zero));
    lt_status s = lt_where(&kept, &flat, &zero, d);
    lt_release(&flat);
    LT_TRY(s);
    lt_release(d);
    lt_move(d, &kept);
    return LT_OK;
}

/* var: 2 (x - mean) / (n - correction); std: that / (2 std), 0 where std is 0. */
static lt_status moment_down(lt_tensor *d, const reduce_extra *e, lt_tensor *g, lt_tensor *x,
                             lt_tensor *y) {
    int dims[LT_MAX_DIMS], n = 0;
    for (int i = 0; i < e->ndim; i++)
        if (e->plan.fold[i])
            dims[n++] = i;
    lt_tensor mean LT_EMPTY;
    LT_TRY(lt_reduce(&mean, LT_RE_mean, x, n, dims, true));
    double denominator = (double)e->plan.count - e->parameter;
    lt_status s = lt_binary(d, LT_BI_sub, x, &mean);
    if (s == LT_OK)
        s = chain(d, LT_BI_mul, g);
    if (s == LT_OK)
        s = chain_number(d, LT_BI_mul, (e->op == LT_RE_var ? 2 : 1) / denominator);
    if (s == LT_OK && e->op == LT_RE_std)
        s = chain(d, LT_BI_div, y);
    if (s == LT_OK && e->op == LT_RE_std)
        s = zero_where_flat(d, y);
    lt_release(&mean);
    return s;
}

/* Norm of order p: sign(x) |x|^(p-1) / y^(p-1), 0 where y is 0. */
static lt_status norm_down(lt_tensor *d, const reduce_extra *e, lt_tensor *g, lt_tensor *x,
                           lt_tensor *y) {
    double p = e->parameter;
    if (p == 0)
        return lt_zeros(d, (lt_dtype)x->dtype, x->ndim, x->shape);
    lt_tensor scale LT_EMPTY;
    lt_status s = p == 2 ? lt_alias(d, x) : lt_unary(d, LT_UN_sign, x);
    if (s == LT_OK && p != 1 && p != 2) {
        s = lt_unary(&scale, LT_UN_abs, x);
        if (s == LT_OK)
            s = chain_number(&scale, LT_BI_pow, p - 1);
        if (s == LT_OK)
            s = chain(d, LT_BI_mul, &scale);
        lt_release(&scale);
    }
    if (s == LT_OK)
        s = chain(d, LT_BI_mul, g);
    if (s == LT_OK && p != 1) {
        s = lt_alias(&scale, y);
        if (s == LT_OK && p != 2)
            s = chain_number(&scale, LT_BI_pow, p - 1);
        if (s == LT_OK)
            s = chain(d, LT_BI_div, &scale);
        if (s == LT_OK)
            s = zero_where_flat(d, y);
    }
    lt_release(&scale);
    return s;
}

static lt_status logsumexp_down(lt_tensor *d, lt_tensor *g, lt_tensor *x, lt_tensor *y) {
    LT_TRY(lt_binary(d, LT_BI_sub, x, y));
    LT_TRY(chain_unary(d, LT_UN_exp));
    return chain(d, LT_BI_mul, g);
}

static lt_status reduce_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const reduce_extra *e = node->extra;
    lt_tensor g LT_EMPTY, y LT_EMPTY, *x = NULL, *result = NULL;
    LT_TRY(with_kept_dims(&g, e, up[0]));
    if (e->op == LT_RE_sum || e->op == LT_RE_mean) {
        double factor = e->op == LT_RE_mean ? 1 / (double)e->plan.count : 1;
        lt_status s = spread(down, e, &g, factor);
        lt_release(&g);
        return s;
    }
    lt_status s = lt_node_load(node, 0, &x);
    if (s == LT_OK)
        s = lt_node_load(node, 1, &result);
    if (s == LT_OK)
        s = with_kept_dims(&y, e, result);
    if (s == LT_OK) {
        switch (e->op) {
        case LT_RE_prod:
            s = prod_down(down, e, &g, x);
            break;
        case LT_RE_var:
        case LT_RE_std:
            s = moment_down(down, e, &g, x, &y);
            break;
        case LT_RE_logsumexp:
            s = logsumexp_down(down, &g, x, &y);
            break;
        case LT_RE_max:
        case LT_RE_min:
        case LT_RE_norm_max:
        case LT_RE_norm_min:
            s = extreme_down(down, e, &g, x, &y);
            break;
        default:
            s = norm_down(down, e, &g, x, &y);
        }
    }
    lt_release(&g);
    lt_release(&y);
    return s;
}

static lt_status record(lt_tensor *out, lt_reduce_op op, lt_tensor *x, const plan *p,
                        double parameter) {
    bool linear = op == LT_RE_sum || op == LT_RE_mean;
    lt_node *node =
        lt_node_new(names[op], reduce_backward, 1, &x, linear ? 0 : 2, sizeof(reduce_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", names[op]);
    reduce_extra *e = node->extra;
    *e = (reduce_extra){.op = op, .parameter = parameter, .plan = *p, .ndim = x->ndim};
    memcpy(e->shape, x->shape, x->ndim * sizeof *e->shape);
    lt_status s = linear ? LT_OK : lt_node_save(node, 0, x);
    if (s == LT_OK && !linear)
        s = lt_node_save(node, 1, out);
    if (s == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return s;
}

/* ---- forward ---- */

static lt_status reduce_typed(lt_tensor *out, lt_reduce_op op, lt_tensor *x, const plan *p,
                              double parameter) {
    lt_dtype dtype = (lt_dtype)x->dtype;
    LT_TRY(lt_empty(out, result_dtype(op, dtype), p->ndim, p->shape));
    lt_fold r = {.reducer = lt_reducer_for(op, dtype),
                 .p = {(double)p->count, parameter},
                 .out = lt_data(out),
                 .out_size = lt_dtype_size((lt_dtype)out->dtype)};
    lt_status s = run_plan(p, &r, x);
    bool differentiable =
        op != LT_RE_any && op != LT_RE_all && op != LT_RE_argmax && op != LT_RE_argmin;
    if (s == LT_OK && differentiable && lt_must_record(x))
        s = record(out, op, x, p, parameter);
    if (s != LT_OK)
        lt_release(out);
    return s;
}

lt_status lt_reduce_p(lt_tensor *out, lt_reduce_op op, lt_tensor *x, int n_dims, const int *dims,
                      bool keepdim, double parameter) {
    plan p;
    LT_TRY(make_plan(&p, names[op], x, n_dims, dims, keepdim));
    if (p.count == 0 && needs_elements(op))
        return lt_fail(LT_EINVAL, "%s: nothing to choose from in a tensor %s", names[op],
                       lt_shape_of(x));
    if (op == LT_RE_norm)
        op = norm_of_order(parameter);
    if (lt_reducer_for(op, (lt_dtype)x->dtype))
        return reduce_typed(out, op, x, &p, parameter);
    lt_tensor real LT_EMPTY;
    LT_TRY(lt_cast(&real, x, lt_default_dtype()));
    lt_status s = reduce_typed(out, op, &real, &p, parameter);
    lt_release(&real);
    return s;
}

lt_status lt_reduce(lt_tensor *out, lt_reduce_op op, lt_tensor *x, int n_dims, const int *dims,
                    bool keepdim) {
    return lt_reduce_p(out, op, x, n_dims, dims, keepdim, op == LT_RE_norm ? 2 : 0);
}

lt_status lt_sum(lt_tensor *out, lt_tensor *x, int n_dims, const int *dims, bool keepdim) {
    return lt_reduce(out, LT_RE_sum, x, n_dims, dims, keepdim);
}

/* The values' gradient goes back to their places. */
static lt_status extreme_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const reduce_extra *e = node->extra;
    lt_tensor *places, g LT_EMPTY, at LT_EMPTY;
    int dim = 0;
    while (dim < e->ndim - 1 && !e->plan.fold[dim])
        dim++;
    LT_TRY(lt_node_load(node, 0, &places));
    lt_status s = with_kept_dims(&g, e, up[0]);
    if (s == LT_OK)
        s = with_kept_dims(&at, e, places);
    if (s == LT_OK)
        s = lt_zeros(down, node->dtype, e->ndim, e->shape);
    if (s == LT_OK)
        s = e->ndim ? lt_scatter_add(down, dim, &at, &g) : lt_copy_into(down, &g);
    lt_release(&g);
    lt_release(&at);
    return s;
}

lt_status lt_extreme(lt_tensor *values, lt_tensor *places, lt_reduce_op op, lt_tensor *x, int dim,
                     bool keepdim) {
    plan p;
    LT_TRY(make_plan(&p, op == LT_RE_argmax ? "max" : "min", x, 1, &dim, keepdim));
    if (p.count == 0)
        return lt_fail(LT_EINVAL, "%s: nothing to choose from in a tensor %s",
                       op == LT_RE_argmax ? "max" : "min", lt_shape_of(x));
    LT_TRY(lt_empty(values, (lt_dtype)x->dtype, p.ndim, p.shape));
    lt_status s = lt_empty(places, LT_INT64, p.ndim, p.shape);
    if (s == LT_OK) {
        lt_fold r = {.reducer = lt_reducer_for(op, (lt_dtype)x->dtype),
                     .out = lt_data(places),
                     .out_size = sizeof(int64_t),
                     .value = lt_data(values)};
        s = run_plan(&p, &r, x);
    }
    if (s == LT_OK && lt_must_record(x)) {
        lt_node *node = lt_node_new(op == LT_RE_argmax ? "max" : "min", extreme_backward, 1, &x, 1,
                                    sizeof(reduce_extra));
        s = node ? lt_node_save(node, 0, places) : lt_fail(LT_ENOMEM, "out of memory: max");
        if (node) {
            reduce_extra *e = node->extra;
            *e = (reduce_extra){.plan = p, .ndim = x->ndim};
            memcpy(e->shape, x->shape, x->ndim * sizeof *e->shape);
        }
        if (s == LT_OK)
            s = lt_node_finish(node, values);
        else
            lt_node_release(node);
    }
    if (s != LT_OK) {
        lt_release(values);
        lt_release(places);
    }
    return s;
}
