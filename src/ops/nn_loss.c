#include "ops/nn_loss.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/keys.h"
#include "kernels/parallel.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

const lt_loss_info lt_loss_table[LT_LOSS_COUNT] = {
#define LOSS(name, value, by_x, by_y, parameter, fallback)                                         \
    [LT_LOSS_##name] = {#name "_loss", parameter, fallback},
#include "ops/loss.def"
};

/* What the way back needs besides x and y. */
typedef struct loss_extra {
    lt_loss_op op;
    lt_loss_reduction reduction;
    double parameter;
} loss_extra;

static const lt_loss_kernels *kernels_for(const lt_tensor *x) {
    return x->dtype == LT_FLOAT32 ? &lt_loss_float32 : &lt_loss_float64;
}

static lt_status run(lt_kernel kernel, void *out, int64_t out_step, const lt_tensor *x,
                     const lt_tensor *y, double parameter, double factor) {
    double params[] = {parameter, factor};
    int64_t step = (int64_t)lt_dtype_size((lt_dtype)x->dtype);
    if (!lt_loss_run(kernel, x->numel, out, out_step, lt_data(x), lt_data(y), step, params))
        return lt_check_interrupt();
    return LT_OK;
}

/* Sum of the losses over all elements: partial sums of fixed chunks, added in order. */
static lt_status sum_losses(double *sum, const lt_tensor *x, const lt_tensor *y, lt_loss_op op,
                            double parameter) {
    int64_t chunks = lt_chunks(x->numel, LT_LOSS_GRAIN);
    double few[64];
    double *partial = chunks <= 64 ? few : malloc((size_t)chunks * sizeof *partial);
    if (!partial)
        return lt_fail(LT_ENOMEM, "out of memory: %s", lt_loss_table[op].name);
    lt_status status = run(kernels_for(x)->sum[op], partial, 0, x, y, parameter, 1);
    *sum = 0;
    for (int64_t i = 0; status == LT_OK && i < chunks; i++)
        *sum += partial[i];
    if (partial != few)
        free(partial);
    return status;
}

/* Gradient by one operand: derivative times the gradient of the result. */
static lt_status gradient(lt_tensor *down, lt_kernel kernel, const loss_extra *e, lt_tensor *x,
                          lt_tensor *y, lt_tensor *g) {
    lt_tensor each LT_EMPTY;
    double factor = 1;
    if (e->reduction != LT_LOSS_NONE)
        factor = lt_get_double(g, 0);
    if (e->reduction == LT_LOSS_MEAN)
        factor /= (double)x->numel;
    LT_TRY(lt_empty_like(&each, (lt_dtype)x->dtype, x));
    int64_t step = (int64_t)lt_dtype_size((lt_dtype)x->dtype);
    lt_status status = run(kernel, lt_data(&each), step, x, y, e->parameter, factor);
    if (status == LT_OK && e->reduction == LT_LOSS_NONE)
        status = lt_binary(down, LT_BI_mul, &each, g);
    else if (status == LT_OK)
        lt_move(down, &each);
    lt_release(&each);
    return status;
}

static lt_status loss_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const loss_extra *e = node->extra;
    lt_tensor *x, *y;
    LT_TRY(lt_node_load(node, 0, &x));
    LT_TRY(lt_node_load(node, 1, &y));
    const lt_loss_kernels *k = kernels_for(x);
    if (lt_node_wants(node, 0))
        LT_TRY(gradient(&down[0], k->back_x[e->op], e, x, y, up[0]));
    if (lt_node_wants(node, 1))
        LT_TRY(gradient(&down[1], k->back_y[e->op], e, x, y, up[0]));
    return LT_OK;
}

/* bce of what is no probability is NaN: x need only be searched where there is a NaN among the
 * losses. */
static lt_status check_probabilities(const lt_tensor *x, const lt_tensor *losses) {
    lt_dtype dtype = (lt_dtype)x->dtype;
    if (lt_find_key(dtype, losses->numel, lt_data(losses), lt_key_mask(dtype)) < 0)
        return LT_OK;
    for (int64_t i = 0; i < x->numel; i++) {
        double p = lt_get_double(x, i);
        if (!(p >= 0 && p <= 1))
            return lt_fail(LT_EINVAL,
                           "bce_loss: probabilities are 0 to 1, element %lld of %s is %.*g",
                           (long long)i + 1, lt_shape_of(x), dtype == LT_FLOAT32 ? 9 : 17, p);
    }
    return LT_OK;
}

static lt_status forward(lt_tensor *out, lt_tensor *x, lt_tensor *y, const loss_extra *e) {
    if (e->reduction == LT_LOSS_NONE) {
        LT_TRY(lt_empty_like(out, (lt_dtype)x->dtype, x));
        int64_t step = (int64_t)lt_dtype_size((lt_dtype)x->dtype);
        return run(kernels_for(x)->each[e->op], lt_data(out), step, x, y, e->parameter, 1);
    }
    double sum = 0;
    LT_TRY(sum_losses(&sum, x, y, e->op, e->parameter));
    if (e->reduction == LT_LOSS_MEAN)
        sum = x->numel ? sum / (double)x->numel : NAN;
    lt_scalar(out, (lt_dtype)x->dtype, sum);
    return LT_OK;
}

static lt_status record(lt_tensor *out, lt_tensor *x, lt_tensor *y, lt_tensor *dense_x,
                        lt_tensor *dense_y, const loss_extra *e) {
    lt_node *node = lt_node_new(lt_loss_table[e->op].name, loss_backward, 2, (lt_tensor *[]){x, y},
                                2, sizeof *e);
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: autograd record");
    *(loss_extra *)node->extra = *e;
    lt_status status = lt_node_save(node, 0, dense_x);
    if (status == LT_OK)
        status = lt_node_save(node, 1, dense_y);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

lt_status lt_pointwise_loss(lt_tensor *out, lt_loss_op op, lt_tensor *x, lt_tensor *y,
                            lt_loss_reduction reduction, double parameter) {
    const char *name = lt_loss_table[op].name;
    if (!lt_same_shape(x, y))
        return lt_fail(LT_EINVAL, "%s: the shapes differ: %s and %s", name, lt_shape_of(x),
                       lt_shape_of(y));
    if (x->dtype != y->dtype || !lt_dtype_is_float((lt_dtype)x->dtype))
        return lt_fail(LT_EINVAL, "%s: needs two float tensors of one dtype, not %s and %s", name,
                       lt_dtype_name((lt_dtype)x->dtype), lt_dtype_name((lt_dtype)y->dtype));
    loss_extra e = {op, reduction, parameter};
    lt_tensor dense_x LT_EMPTY, dense_y LT_EMPTY;
    lt_status status = lt_contiguous(&dense_x, x);
    if (status == LT_OK)
        status = lt_contiguous(&dense_y, y);
    if (status == LT_OK)
        status = forward(out, &dense_x, &dense_y, &e);
    if (status == LT_OK && op == LT_LOSS_bce)
        status = check_probabilities(&dense_x, out);
    if (status == LT_OK && (lt_must_record(x) || lt_must_record(y)))
        status = record(out, x, y, &dense_x, &dense_y, &e);
    if (status != LT_OK)
        lt_release(out);
    lt_release(&dense_x);
    lt_release(&dense_y);
    return status;
}
