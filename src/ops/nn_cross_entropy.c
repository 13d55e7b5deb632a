#include "ops/nn_cross_entropy.h"

#include <inttypes.h>
#include <math.h>

#include "kernels/nn_cross_entropy.h"
#include "ops/create.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

/* Saved for the way back: x, the target, log sum exp [rows]. */
enum { X, TARGET, LSE, SAVED };

static bool has_ids(const lt_tensor *target) {
    return target->dtype == LT_INT64;
}

static bool fits(const lt_tensor *x, const lt_tensor *target) {
    if (x->ndim < 1 || x->shape[x->ndim - 1] < 1)
        return false;
    if (!has_ids(target))
        return lt_same_shape(x, target);
    if (target->ndim != x->ndim - 1)
        return false;
    for (int d = 0; d < target->ndim; d++)
        if (target->shape[d] != x->shape[d])
            return false;
    return true;
}

static lt_status check(const lt_tensor *x, const lt_tensor *target) {
    if (!lt_dtype_is_float((lt_dtype)x->dtype) || (!has_ids(target) && target->dtype != x->dtype))
        return lt_fail(LT_EINVAL,
                       "cross_entropy_loss: scores are float and targets int64 class ids or "
                       "probabilities of the scores' dtype, not %s and %s",
                       lt_dtype_name((lt_dtype)x->dtype), lt_dtype_name((lt_dtype)target->dtype));
    if (!has_ids(target) && target->ndim < x->ndim)
        return lt_fail(LT_EINVAL, "cross_entropy_loss: class ids must be int64, not %s",
                       lt_dtype_name((lt_dtype)target->dtype));
    if (!fits(x, target))
        return lt_fail(LT_EINVAL,
                       "cross_entropy_loss: the shapes do not fit: scores %s, targets %s",
                       lt_shape_of(x), lt_shape_of(target));
    if (target->grad)
        return lt_fail(LT_EINVAL, "cross_entropy_loss: targets get no gradient: detach() them");
    return LT_OK;
}

static lt_status check_ids(const lt_tensor *target, int64_t classes) {
    const int64_t *id = lt_data(target);
    for (int64_t i = 0; i < target->numel; i++)
        if (id[i] < 1 || id[i] > classes)
            return lt_fail(
                LT_EINVAL,
                "cross_entropy_loss: class id %" PRId64 " is not one of 1 to %" PRId64 "%s", id[i],
                classes, id[i] == 0 ? " (to ids that count from 0 add 1: labels + 1)" : "");
    return LT_OK;
}

static lt_scores scores_of(const lt_tensor *x, const lt_tensor *target) {
    int64_t classes = x->shape[x->ndim - 1];
    bool ids = has_ids(target);
    return (lt_scores){.dtype = (lt_dtype)x->dtype,
                       .rows = x->numel / classes,
                       .classes = classes,
                       .x = lt_data(x),
                       .id = ids ? lt_data(target) : NULL,
                       .share = ids ? NULL : lt_data(target)};
}

static lt_status outcome(bool done) {
    return done ? LT_OK : lt_check_interrupt();
}

/* The gradient of the loss of each row, as doubles: one for all where the loss was reduced. */
static lt_status row_scales(lt_tensor *out, lt_tensor *g, lt_loss_reduction reduction,
                            int64_t rows) {
    LT_TRY(lt_cast(out, g, LT_FLOAT64));
    if (reduction == LT_LOSS_MEAN)
        lt_set_double(out, 0, lt_get_double(out, 0) / (double)rows);
    return LT_OK;
}

static lt_status backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lt_loss_reduction reduction = *(const lt_loss_reduction *)node->extra;
    lt_tensor *x, *target, *lse, scale LT_EMPTY;
    LT_TRY(lt_node_load(node, X, &x));
    LT_TRY(lt_node_load(node, TARGET, &target));
    LT_TRY(lt_node_load(node, LSE, &lse));
    lt_scores s = scores_of(x, target);
    lt_status status = row_scales(&scale, up[0], reduction, s.rows);
    if (status == LT_OK)
        status = lt_empty_like(&down[0], s.dtype, x);
    if (status == LT_OK)
        status = outcome(lt_cross_entropy_rows_back(&s, lt_data(lse), lt_data(&scale),
                                                    reduction != LT_LOSS_NONE, lt_data(&down[0])));
    lt_release(&scale);
    return status;
}

static lt_status record(lt_tensor *out, lt_tensor *x, lt_tensor *dense_x, lt_tensor *target,
                        lt_tensor *lse, lt_loss_reduction reduction) {
    lt_node *node =
        lt_node_new("cross_entropy_loss", backward, 1, (lt_tensor *[]){x}, SAVED, sizeof reduction);
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: autograd record");
    *(lt_loss_reduction *)node->extra = reduction;
    lt_status status = lt_node_save(node, X, dense_x);
    if (status == LT_OK)
        status = lt_node_save(node, TARGET, target);
    if (status == LT_OK)
        status = lt_node_save(node, LSE, lse);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

/* Fold the losses of the rows, [rows] doubles, into the result. */
static lt_status fold(lt_tensor *out, const lt_tensor *x, lt_tensor *each,
                      lt_loss_reduction reduction) {
    lt_dtype dtype = (lt_dtype)x->dtype;
    if (reduction == LT_LOSS_NONE) {
        LT_TRY(lt_empty(out, dtype, x->ndim - 1, x->shape));
        for (int64_t i = 0; i < each->numel; i++)
            lt_set_double(out, i, lt_get_double(each, i));
        return LT_OK;
    }
    double sum = 0;
    for (int64_t i = 0; i < each->numel; i++)
        sum += lt_get_double(each, i);
    if (reduction == LT_LOSS_MEAN)
        sum = each->numel ? sum / (double)each->numel : NAN;
    lt_scalar(out, dtype, sum);
    return LT_OK;
}

static lt_status forward(lt_tensor *out, lt_tensor *x, lt_tensor *target, lt_tensor *lse,
                         lt_loss_reduction reduction) {
    lt_scores s = scores_of(x, target);
    if (s.id)
        LT_TRY(check_ids(target, s.classes));
    lt_tensor each LT_EMPTY;
    LT_TRY(lt_empty(lse, LT_FLOAT64, 1, &s.rows));
    LT_TRY(lt_empty(&each, LT_FLOAT64, 1, &s.rows));
    lt_status status = outcome(lt_cross_entropy_rows(&s, lt_data(&each), lt_data(lse)));
    if (status == LT_OK)
        status = fold(out, x, &each, reduction);
    lt_release(&each);
    return status;
}

lt_status lt_cross_entropy(lt_tensor *out, lt_tensor *x, lt_tensor *target,
                           lt_loss_reduction reduction) {
    LT_TRY(check(x, target));
    lt_tensor dense_x LT_EMPTY, dense_target LT_EMPTY, lse LT_EMPTY;
    lt_status status = lt_contiguous(&dense_x, x);
    if (status == LT_OK)
        status = lt_contiguous(&dense_target, target);
    if (status == LT_OK)
        status = forward(out, &dense_x, &dense_target, &lse, reduction);
    if (status == LT_OK && lt_must_record(x))
        status = record(out, x, &dense_x, &dense_target, &lse, reduction);
    if (status != LT_OK)
        lt_release(out);
    lt_release(&dense_x);
    lt_release(&dense_target);
    lt_release(&lse);
    return status;
}
