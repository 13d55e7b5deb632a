#include "ops/incomplete.h"

#include <string.h>

#include "kernels/incomplete.h"
#include "kernels/parallel.h"
#include "ops/apply.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

enum { GRAIN = 1024, MOST_INPUTS = 3 };

/* The inputs, dense float64 of one shape; the result overwrites the first. */
typedef struct job {
    int inputs; /* 2: gammainc, 3: betainc */
    bool slope; /* the derivative by the last input instead */
    double *in[MOST_INPUTS];
} job;

static void compute_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const job *j = context;
    (void)chunk;
    double *a = j->in[0], *b = j->in[1], *c = j->in[2];
    for (int64_t i = begin; i < end; i++)
        if (j->inputs == 2)
            a[i] = (j->slope ? lt_gammainc_slope : lt_gammainc)(a[i], b[i]);
        else
            a[i] = (j->slope ? lt_betainc_slope : lt_betainc)(a[i], b[i], c[i]);
}

static lt_status spread(lt_tensor *dense, int inputs, lt_tensor *const *in, int ndim,
                        const int64_t *shape) {
    for (int k = 0; k < inputs; k++) {
        LT_TRY(lt_empty(&dense[k], LT_FLOAT64, ndim, shape));
        LT_TRY(lt_copy_into(&dense[k], in[k]));
    }
    return LT_OK;
}

static lt_status compute(lt_tensor *out, lt_tensor *dense, int inputs, bool slope, lt_dtype dtype) {
    job j = {.inputs = inputs, .slope = slope};
    for (int k = 0; k < inputs; k++)
        j.in[k] = lt_data(&dense[k]);
    if (!lt_parallel(dense[0].numel, GRAIN, compute_range, &j))
        return lt_check_interrupt();
    return lt_cast(out, &dense[0], dtype);
}

/* The last input, where the function is evaluated, with each of the others. */
static lt_dtype result_dtype(int inputs, lt_tensor *const *in) {
    lt_dtype dtype = LT_BOOL;
    for (int k = 0; k < inputs - 1; k++)
        dtype = lt_dtype_promote(dtype, lt_promote(in[k], in[inputs - 1]));
    return lt_dtype_is_float(dtype) ? dtype : lt_default_dtype();
}

static lt_status evaluate(lt_tensor *out, const char *op, int inputs, lt_tensor *const *in,
                          bool slope, lt_dtype dtype) {
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    LT_TRY(lt_broadcast(op, inputs, in, &ndim, shape));
    lt_tensor dense[MOST_INPUTS] = {0};
    lt_status status = spread(dense, inputs, in, ndim, shape);
    if (status == LT_OK)
        status = compute(out, dense, inputs, slope, dtype);
    for (int k = 0; k < inputs; k++)
        lt_release(&dense[k]);
    return status;
}

/* Of x, the only input of the node; the inputs are what it saves. */
typedef struct incomplete_extra {
    int inputs, ndim;
    lt_dtype dtype;
    int64_t shape[LT_MAX_DIMS];
} incomplete_extra;

static lt_status incomplete_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const incomplete_extra *e = node->extra;
    lt_tensor *in[MOST_INPUTS], slope LT_EMPTY, g LT_EMPTY;
    for (int k = 0; k < e->inputs; k++)
        LT_TRY(lt_node_load(node, k, &in[k]));
    LT_TRY(evaluate(&slope, node->name, e->inputs, in, true, node->dtype));
    lt_status status = lt_binary(&g, LT_BI_mul, up[0], &slope);
    if (status == LT_OK)
        status = lt_unbroadcast(down, &g, e->dtype, e->ndim, e->shape);
    lt_release(&slope);
    lt_release(&g);
    return status;
}

static lt_status record(const char *op, lt_tensor *out, int inputs, lt_tensor *const *in) {
    lt_tensor *x = in[inputs - 1];
    lt_node *node = lt_node_new(op, incomplete_backward, 1, &x, inputs, sizeof(incomplete_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", op);
    incomplete_extra *e = node->extra;
    *e = (incomplete_extra){inputs, x->ndim, (lt_dtype)x->dtype, {0}};
    memcpy(e->shape, x->shape, x->ndim * sizeof *e->shape);
    lt_status status = LT_OK;
    for (int k = 0; k < inputs && status == LT_OK; k++)
        status = lt_node_save(node, k, in[k]);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

static lt_status run(const char *op, lt_tensor *out, int inputs, lt_tensor *const *in) {
    for (int k = 0; k < inputs - 1; k++)
        if (lt_must_record(in[k]))
            return lt_fail(LT_EINVAL, "%s: has a gradient by x alone; detach() the other tensors",
                           op);
    LT_TRY(evaluate(out, op, inputs, in, false, result_dtype(inputs, in)));
    lt_status status = lt_must_record(in[inputs - 1]) ? record(op, out, inputs, in) : LT_OK;
    if (status != LT_OK)
        lt_release(out);
    return status;
}

lt_status lt_gammainc_of(lt_tensor *out, lt_tensor *a, lt_tensor *x) {
    return run("gammainc", out, 2, (lt_tensor *[]){a, x});
}

lt_status lt_betainc_of(lt_tensor *out, lt_tensor *a, lt_tensor *b, lt_tensor *x) {
    return run("betainc", out, 3, (lt_tensor *[]){a, b, x});
}
