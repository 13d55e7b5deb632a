#include "ops/elementwise.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "kernels/select.h"
#include "ops/apply.h"
#include "ops/create.h"
#include "ops/reduce.h"
#include "tensor/node.h"

const lt_unary_info lt_unary_table[LT_UNARY_COUNT] = {
#define UNARY(name, value, derivative, lo, hi, doc)                                                \
    [LT_UN_##name] = {#name, #name "_", #value, #derivative, doc, LT_FLOAT_OP, lo, hi, {0}, {0}},
#define UNARY_ANY(name, value, derivative, lo, hi, doc)                                            \
    [LT_UN_##name] = {#name, #name "_", #value, #derivative, doc, LT_ANY_OP, lo, hi, {0}, {0}},
#define UNARY_P(name, value, derivative, lo, hi, doc, p, p0, q, q0)                                \
    [LT_UN_##name] = {#name,       #name "_", #value, #derivative, doc,                            \
                      LT_FLOAT_OP, lo,        hi,     {p, q},      {p0, q0}},
#define UNARY_P_ANY(name, value, derivative, lo, hi, doc, p, p0, q, q0)                            \
    [LT_UN_##name] = {#name,       #name "_", #value, #derivative, doc,                            \
                      LT_WHOLE_OP, lo,        hi,     {p, q},      {p0, q0}},
#define TEST(name, value, doc)                                                                     \
    [LT_UN_##name] = {#name, #name "_", #value, NULL, doc, LT_BOOL_OP, 0, 0, {0}, {0}},
#define BINARY(...)
#define BINARY_ANY(...)
#define COMPARE(...)
#include "ops/ops.def"
};

const lt_binary_info lt_binary_table[LT_BINARY_COUNT] = {
#define UNARY(...)
#define UNARY_ANY(...)
#define UNARY_P(...)
#define UNARY_P_ANY(...)
#define TEST(...)
#define BINARY(name, value, da, db, doc)                                                           \
    [LT_BI_##name] = {#name, #name "_", #value, #da, #db, doc, LT_FLOAT_OP},
#define BINARY_ANY(name, value, integers, da, db, doc)                                             \
    [LT_BI_##name] = {#name, #name "_", #value, #da, #db, doc, LT_ANY_OP},
#define COMPARE(name, value, doc)                                                                  \
    [LT_BI_##name] = {#name, #name "_", #value, NULL, NULL, doc, LT_BOOL_OP},
#include "ops/ops.def"
};

/* What a derivative mentions has to be kept for backward. */
bool lt_mentions(const char *text, char variable) {
    for (const char *c = text; *c; c++) {
        bool word_before = c > text && (isalnum((unsigned char)c[-1]) || c[-1] == '_');
        bool word_after = isalnum((unsigned char)c[1]) || c[1] == '_';
        if (*c == variable && !word_before && !word_after)
            return true;
    }
    return false;
}

/* A value that calls a function of the C library is worth a thread earlier. */
static int64_t grain_of(const char *value) {
    for (const char *c = value; *c; c++)
        if (isupper((unsigned char)c[0]) && isupper((unsigned char)c[1]))
            return LT_GRAIN_COSTLY;
    return LT_GRAIN_CHEAP;
}

/* ---- unary ---- */

static lt_dtype unary_compute(const lt_unary_info *info, const lt_tensor *x, const double *p) {
    lt_dtype dtype = (lt_dtype)x->dtype;
    lt_op_kind kind = info->kind;
    if (kind == LT_WHOLE_OP)
        kind = p[0] == floor(p[0]) && p[1] == floor(p[1]) ? LT_ANY_OP : LT_FLOAT_OP;
    if (kind == LT_FLOAT_OP && !lt_dtype_is_float(dtype))
        return lt_default_dtype();
    return kind == LT_ANY_OP && dtype == LT_BOOL ? LT_INT64 : dtype;
}

lt_kernel_call lt_unary_call(lt_unary_op op, const lt_tensor *x, const double *p) {
    const lt_unary_info *info = &lt_unary_table[op];
    p = p ? p : info->fallback;
    lt_dtype compute = unary_compute(info, x, p);
    return (lt_kernel_call){.kernel = lt_elementwise_for(compute)->unary[op],
                            .p = p,
                            .grain = grain_of(info->value),
                            .out = info->kind == LT_BOOL_OP ? LT_BOOL : compute,
                            .in = {compute}};
}

typedef struct unary_extra {
    lt_unary_op op;
    int x, y; /* slots of the saved tensors, -1 where not needed */
    double p[2];
} unary_extra;

static lt_status unary_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const unary_extra *e = node->extra;
    lt_tensor *g = up[0], *x = g, *y = g;
    if (e->x >= 0)
        LT_TRY(lt_node_load(node, e->x, &x));
    if (e->y >= 0)
        LT_TRY(lt_node_load(node, e->y, &y));
    lt_dtype t = node->dtype;
    lt_kernel_call call = {.kernel = lt_elementwise_for(t)->unary_back[e->op],
                           .p = e->p,
                           .grain = grain_of(lt_unary_table[e->op].derivative),
                           .out = t,
                           .in = {t, t, t}};
    LT_TRY(lt_empty_like(down, t, g));
    return lt_apply(&call, down, 3, (lt_tensor *[]){g, x, y});
}

static lt_status record_unary(lt_tensor *out, lt_unary_op op, lt_tensor *x, const double *p) {
    const lt_unary_info *info = &lt_unary_table[op];
    bool save_x = lt_mentions(info->derivative, 'x'), save_y = lt_mentions(info->derivative, 'y');
    lt_node *node =
        lt_node_new(info->name, unary_backward, 1, &x, save_x + save_y, sizeof(unary_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", info->name);
    unary_extra *e = node->extra;
    *e = (unary_extra){op, save_x ? 0 : -1, save_y ? save_x : -1, {p[0], p[1]}};
    lt_status status = save_x ? lt_node_save(node, e->x, x) : LT_OK;
    if (status == LT_OK && save_y)
        status = lt_node_save(node, e->y, out);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

lt_status lt_unary_p(lt_tensor *out, lt_unary_op op, lt_tensor *x, const double *p) {
    const lt_unary_info *info = &lt_unary_table[op];
    lt_kernel_call call = lt_unary_call(op, x, p);
    LT_TRY(lt_empty_like(out, call.out, x));
    lt_status status = lt_apply(&call, out, 1, &x);
    if (status == LT_OK && lt_must_record(x) && info->derivative)
        status = record_unary(out, op, x, call.p);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

lt_status lt_unary(lt_tensor *out, lt_unary_op op, lt_tensor *x) {
    return lt_unary_p(out, op, x, NULL);
}

static lt_status cannot_hold(const char *op, lt_dtype result, lt_dtype own) {
    return lt_fail(LT_EINVAL, "%s: the result is %s and does not go into a tensor of %s", op,
                   lt_dtype_name(result), lt_dtype_name(own));
}

lt_status lt_unary_in_place(lt_unary_op op, lt_tensor *x, const double *p) {
    const lt_unary_info *info = &lt_unary_table[op];
    lt_kernel_call call = lt_unary_call(op, x, p);
    LT_TRY(lt_check_writable(x, info->in_place));
    if (lt_dtype_is_float(call.out) && !lt_dtype_is_float((lt_dtype)x->dtype))
        return cannot_hold(info->in_place, call.out, (lt_dtype)x->dtype);
    LT_TRY(lt_apply(&call, x, 1, &x));
    lt_touch(x, info->in_place);
    return LT_OK;
}

/* ---- binary ---- */

static bool holds_zero(lt_tensor *t) {
    lt_tensor zero LT_EMPTY, is_zero LT_EMPTY;
    lt_number_int(&zero, 0);
    bool found = false;
    if (lt_binary(&is_zero, LT_BI_eq, t, &zero) == LT_OK)
        for (int64_t i = 0; i < is_zero.numel && !found; i++)
            found = ((const uint8_t *)lt_data(&is_zero))[i];
    lt_release(&is_zero);
    return found;
}

/* dtype of the computation. */
static lt_dtype binary_compute(lt_binary_op op, const lt_tensor *a, const lt_tensor *b) {
    const lt_binary_info *info = &lt_binary_table[op];
    lt_dtype t = lt_promote(a, b);
    if (info->kind == LT_FLOAT_OP && !lt_dtype_is_float(t))
        t = lt_default_dtype();
    if (info->kind == LT_ANY_OP && t == LT_BOOL)
        t = a->wrapped || b->wrapped ? LT_INT64 : LT_UINT8;
    if (info->kind == LT_BOOL_OP && (a->wrapped || b->wrapped)) {
        /* Compare with the number itself: not with what a narrow dtype would make of it. */
        lt_dtype own = (lt_dtype)(a->wrapped ? b : a)->dtype;
        if (!lt_dtype_is_float(own))
            t = lt_dtype_is_float(t) ? LT_FLOAT64 : LT_INT64;
    }
    return t;
}

lt_status lt_integers_by_zero(lt_binary_op op) {
    return lt_fail(LT_EINVAL, "%s: division of integers by zero", lt_binary_table[op].name);
}

lt_unary_op lt_simpler_power(lt_binary_op op, const lt_tensor *exponent) {
    if (op != LT_BI_pow || !exponent->wrapped)
        return LT_UNARY_COUNT;
    double p = lt_get_double(exponent, 0);
    return p == 2      ? LT_UN_square
           : p == 0.5  ? LT_UN_sqrt
           : p == -1.0 ? LT_UN_reciprocal
                       : LT_UNARY_COUNT;
}

bool lt_divides_integers(lt_binary_op op, lt_dtype compute) {
    return (op == LT_BI_remainder || op == LT_BI_floor_divide) && !lt_dtype_is_float(compute);
}

lt_status lt_binary_call(lt_kernel_call *call, lt_binary_op op, const lt_tensor *a,
                         const lt_tensor *b) {
    const lt_binary_info *info = &lt_binary_table[op];
    lt_dtype compute = binary_compute(op, a, b);
    if (op == LT_BI_pow && !lt_dtype_is_float(compute) && b->wrapped && lt_get_double(b, 0) < 0)
        return lt_fail(LT_EINVAL,
                       "pow: integers to a negative power are not integers; convert with "
                       ":to('float32') first");
    *call = (lt_kernel_call){.kernel = lt_elementwise_for(compute)->binary[op],
                             .grain = grain_of(info->value),
                             .out = info->kind == LT_BOOL_OP ? LT_BOOL : compute,
                             .in = {compute, compute}};
    return LT_OK;
}

/* The same for an operation that is about to run on a and b. */
static lt_status checked_call(lt_kernel_call *call, lt_binary_op op, lt_tensor *a, lt_tensor *b) {
    LT_TRY(lt_binary_call(call, op, a, b));
    return lt_divides_integers(op, call->in[0]) && holds_zero(b) ? lt_integers_by_zero(op) : LT_OK;
}

typedef struct binary_extra {
    lt_binary_op op;
    int a, b, y; /* slots of the saved tensors, -1 where not needed */
    int ndim[2];
    lt_dtype dtype[2];
    int64_t shape[2][LT_MAX_DIMS];
} binary_extra;

/* Gradient of one operand; `text` is its derivative. */
static lt_status binary_down(lt_node *node, int side, lt_kernel kernel, const char *text,
                             lt_tensor *const *in, lt_tensor *down) {
    const binary_extra *e = node->extra;
    if (strcmp(text, "g") == 0)
        return lt_unbroadcast(down, in[0], e->dtype[side], e->ndim[side], e->shape[side]);
    lt_dtype t = node->dtype;
    lt_kernel_call call = {.kernel = kernel, .grain = grain_of(text), .out = t, .in = {t, t, t, t}};
    lt_tensor full LT_EMPTY;
    LT_TRY(lt_empty_like(&full, t, in[0]));
    lt_status status = lt_apply(&call, &full, 4, in);
    if (status == LT_OK)
        status = lt_unbroadcast(down, &full, e->dtype[side], e->ndim[side], e->shape[side]);
    lt_release(&full);
    return status;
}

static lt_status binary_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const binary_extra *e = node->extra;
    const lt_binary_info *info = &lt_binary_table[e->op];
    const lt_elementwise *kernels = lt_elementwise_for(node->dtype);
    lt_tensor *g = up[0], *in[4] = {g, g, g, g};
    if (e->a >= 0)
        LT_TRY(lt_node_load(node, e->a, &in[1]));
    if (e->b >= 0)
        LT_TRY(lt_node_load(node, e->b, &in[2]));
    if (e->y >= 0)
        LT_TRY(lt_node_load(node, e->y, &in[3]));
    if (lt_node_wants(node, 0))
        LT_TRY(
            binary_down(node, 0, kernels->binary_back_a[e->op], info->derivative_a, in, &down[0]));
    if (lt_node_wants(node, 1))
        LT_TRY(
            binary_down(node, 1, kernels->binary_back_b[e->op], info->derivative_b, in, &down[1]));
    return LT_OK;
}

static bool side_mentions(const lt_binary_info *info, const lt_tensor *a, const lt_tensor *b,
                          char variable) {
    return (a->grad && lt_mentions(info->derivative_a, variable)) ||
           (b->grad && lt_mentions(info->derivative_b, variable));
}

static lt_status record_binary(lt_tensor *out, lt_binary_op op, lt_tensor *a, lt_tensor *b) {
    const lt_binary_info *info = &lt_binary_table[op];
    int slots = 0;
    binary_extra e = {.op = op, .a = -1, .b = -1, .y = -1};
    if (side_mentions(info, a, b, 'a'))
        e.a = slots++;
    if (side_mentions(info, a, b, 'b'))
        e.b = slots++;
    if (side_mentions(info, a, b, 'y'))
        e.y = slots++;
    lt_tensor *const inputs[2] = {a, b};
    for (int k = 0; k < 2; k++) {
        e.ndim[k] = inputs[k]->ndim;
        e.dtype[k] = (lt_dtype)inputs[k]->dtype;
        memcpy(e.shape[k], inputs[k]->shape, inputs[k]->ndim * sizeof(int64_t));
    }
    lt_node *node = lt_node_new(info->name, binary_backward, 2, inputs, slots, sizeof e);
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", info->name);
    memcpy(node->extra, &e, sizeof e);
    lt_status status = LT_OK;
    if (e.a >= 0)
        status = lt_node_save(node, e.a, a);
    if (status == LT_OK && e.b >= 0)
        status = lt_node_save(node, e.b, b);
    if (status == LT_OK && e.y >= 0)
        status = lt_node_save(node, e.y, out);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

/* Allocate the broadcast of a and b. */
static lt_status empty_broadcast(lt_tensor *out, const char *name, lt_dtype dtype, lt_tensor *a,
                                 lt_tensor *b) {
    if (b->ndim == 0 || lt_same_shape(a, b))
        return lt_empty_like(out, dtype, a);
    if (a->ndim == 0)
        return lt_empty_like(out, dtype, b);
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    LT_TRY(lt_broadcast(name, 2, (lt_tensor *[]){a, b}, &ndim, shape));
    return lt_empty(out, dtype, ndim, shape);
}

lt_status lt_binary(lt_tensor *out, lt_binary_op op, lt_tensor *a, lt_tensor *b) {
    const lt_binary_info *info = &lt_binary_table[op];
    lt_kernel_call call;
    LT_TRY(checked_call(&call, op, a, b));
    lt_unary_op simpler = lt_simpler_power(op, b);
    if (simpler != LT_UNARY_COUNT && call.in[0] == (lt_dtype)a->dtype)
        return lt_unary(out, simpler, a);
    LT_TRY(empty_broadcast(out, info->name, call.out, a, b));
    lt_status status = lt_apply(&call, out, 2, (lt_tensor *[]){a, b});
    if (status == LT_OK && info->derivative_a && (a->grad || b->grad) && lt_recording())
        status = record_binary(out, op, a, b);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

lt_status lt_binary_in_place(lt_binary_op op, lt_tensor *a, lt_tensor *b) {
    const lt_binary_info *info = &lt_binary_table[op];
    lt_kernel_call call;
    lt_dtype own = (lt_dtype)a->dtype;
    LT_TRY(lt_check_writable(a, info->in_place));
    if (lt_recording() && b->grad)
        return lt_fail(LT_EINVAL,
                       "%s: the operand is on the graph and an in-place change is not recorded; "
                       "use %s, or la.no_grad(function() ... end)",
                       info->in_place, info->name);
    LT_TRY(checked_call(&call, op, a, b));
    if (lt_dtype_is_float(call.out) && !lt_dtype_is_float(own))
        return cannot_hold(info->in_place, call.out, own);
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    LT_TRY(lt_broadcast(info->in_place, 2, (lt_tensor *[]){a, b}, &ndim, shape));
    if (ndim != a->ndim || memcmp(shape, a->shape, (size_t)ndim * sizeof *shape) != 0)
        return lt_fail(LT_EINVAL, "%s: a tensor %s does not fit into %s", info->in_place,
                       lt_shape_of(b), lt_shape_of(a));
    lt_tensor apart LT_EMPTY;
    if (lt_overlaps(a, b)) {
        LT_TRY(lt_cast(&apart, b, (lt_dtype)b->dtype));
        b = &apart;
    }
    lt_status status = lt_apply(&call, a, 2, (lt_tensor *[]){a, b});
    lt_release(&apart);
    if (status == LT_OK)
        lt_touch(a, info->in_place);
    return status;
}

/* ---- where ---- */

typedef struct where_extra {
    int ndim[2];
    lt_dtype dtype[2];
    int64_t shape[2][LT_MAX_DIMS];
} where_extra;

static lt_kernel_call where_call(lt_dtype t) {
    return (lt_kernel_call){.kernel = lt_select_for(t), .out = t, .in = {LT_BOOL, t, t}};
}

lt_status lt_where_call(lt_kernel_call *call, const lt_tensor *condition, const lt_tensor *a,
                        const lt_tensor *b) {
    if (condition->dtype != LT_BOOL)
        return lt_fail(LT_EINVAL, "where: the condition must be a bool tensor, not %s",
                       lt_dtype_name((lt_dtype)condition->dtype));
    lt_dtype t = lt_promote(a, b);
    *call = where_call(a->wrapped && b->wrapped && lt_dtype_is_float(t) ? lt_default_dtype() : t);
    return LT_OK;
}

static lt_status where_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const where_extra *e = node->extra;
    lt_tensor *condition, zero;
    LT_TRY(lt_node_load(node, 0, &condition));
    lt_number(&zero, 0);
    lt_kernel_call call = where_call(node->dtype);
    for (int k = 0; k < 2; k++) {
        if (!lt_node_wants(node, k))
            continue;
        lt_tensor full LT_EMPTY;
        LT_TRY(lt_empty_like(&full, node->dtype, up[0]));
        lt_status status =
            lt_apply(&call, &full, 3,
                     (lt_tensor *[]){condition, k == 0 ? up[0] : &zero, k == 0 ? &zero : up[0]});
        if (status == LT_OK)
            status = lt_unbroadcast(&down[k], &full, e->dtype[k], e->ndim[k], e->shape[k]);
        lt_release(&full);
        LT_TRY(status);
    }
    return LT_OK;
}

static lt_status record_where(lt_tensor *out, lt_tensor *condition, lt_tensor *a, lt_tensor *b) {
    lt_tensor *const inputs[2] = {a, b};
    lt_node *node = lt_node_new("where", where_backward, 2, inputs, 1, sizeof(where_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: where");
    where_extra *e = node->extra;
    for (int k = 0; k < 2; k++) {
        e->ndim[k] = inputs[k]->ndim;
        e->dtype[k] = (lt_dtype)inputs[k]->dtype;
        memcpy(e->shape[k], inputs[k]->shape, inputs[k]->ndim * sizeof(int64_t));
    }
    lt_status status = lt_node_save(node, 0, condition);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

lt_status lt_where(lt_tensor *out, lt_tensor *condition, lt_tensor *a, lt_tensor *b) {
    lt_kernel_call call;
    LT_TRY(lt_where_call(&call, condition, a, b));
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    lt_tensor *const inputs[3] = {condition, a, b};
    LT_TRY(lt_broadcast("where", 3, inputs, &ndim, shape));
    LT_TRY(lt_empty(out, call.out, ndim, shape));
    lt_status status = lt_apply(&call, out, 3, inputs);
    if (status == LT_OK && (a->grad || b->grad) && lt_recording())
        status = record_where(out, condition, a, b);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

/* ---- gradients of broadcast operands ---- */

lt_status lt_unbroadcast(lt_tensor *out, lt_tensor *g, lt_dtype dtype, int ndim,
                         const int64_t *shape) {
    int dims[LT_MAX_DIMS], n = 0, extra = g->ndim - ndim;
    for (int d = 0; d < g->ndim; d++)
        if (d < extra || (shape[d - extra] == 1 && g->shape[d] != 1))
            dims[n++] = d;
    lt_tensor sum LT_EMPTY, cast LT_EMPTY;
    LT_TRY(n > 0 ? lt_reduce(&sum, LT_RE_sum, g, n, dims, true) : lt_alias(&sum, g));
    lt_status status = LT_OK;
    if ((lt_dtype)sum.dtype != dtype) {
        status = lt_cast(&cast, &sum, dtype);
        lt_release(&sum);
        lt_move(&sum, &cast);
    }
    if (status == LT_OK && n > 0) {
        lt_tensor view LT_EMPTY;
        int64_t stride[LT_MAX_DIMS];
        memcpy(stride, sum.stride + extra, (size_t)ndim * sizeof *stride);
        status = lt_view(&view, &sum, ndim, shape, stride, sum.offset);
        lt_release(&sum);
        lt_move(&sum, &view);
    }
    if (status == LT_OK)
        lt_move(out, &sum);
    lt_release(&sum);
    return status;
}
