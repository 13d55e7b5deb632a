#include "ops/optim.h"

#include <stdlib.h>

#include "ops/create.h"
#include "tensor/node.h"

lt_tensor *lt_gradient(const lt_tensor *t) {
    return t->grad && t->grad->is_leaf ? t->grad->value : NULL;
}

void lt_gradient_clear(lt_tensor *t) {
    if (!lt_gradient(t))
        return;
    lt_grad_set(t->grad, NULL);
}

static lt_status check_param(const char *op, int number, const lt_optim_param *p) {
    const lt_tensor *w = p->value, *g = lt_gradient(w);
    if (!lt_dtype_is_float((lt_dtype)w->dtype) || !lt_is_contiguous(w))
        return lt_fail(LT_EINVAL, "%s: parameter %d must be a contiguous float tensor", op, number);
    if (!g || g->dtype != w->dtype || !lt_same_shape(g, w))
        return lt_fail(LT_EINVAL, "%s: parameter %d %s has no gradient of its shape and dtype", op,
                       number, lt_shape_of(w));
    for (int k = 0; k < LT_OPTIM_STATES; k++) {
        const lt_tensor *s = p->state[k];
        if (s && (s->dtype != w->dtype || !lt_same_shape(s, w) || !lt_is_contiguous(s)))
            return lt_fail(LT_EINVAL, "%s: the state of parameter %d is %s %s, the parameter %s %s",
                           op, number, lt_dtype_name((lt_dtype)s->dtype), lt_shape_of(s),
                           lt_dtype_name((lt_dtype)w->dtype), lt_shape_of(w));
    }
    return LT_OK;
}

/* Fill one piece. A gradient that is not contiguous is copied to `*room`. */
static lt_status fill_piece(lt_optim_piece *piece, const lt_optim_param *p, lt_tensor *room) {
    lt_tensor *grad = lt_gradient(p->value);
    if (!lt_is_contiguous(grad)) {
        LT_TRY(lt_contiguous(room, grad));
        grad = room;
    }
    piece->dtype = (lt_dtype)p->value->dtype;
    piece->n = p->value->numel;
    piece->value = lt_data(p->value);
    piece->grad = lt_data(grad);
    piece->step = p->step;
    for (int k = 0; k < LT_OPTIM_STATES; k++)
        piece->state[k] = p->state[k] ? lt_data(p->state[k]) : NULL;
    return LT_OK;
}

static void touch(int n, const lt_optim_param *param, const char *op) {
    for (int i = 0; i < n; i++) {
        lt_touch(param[i].value, op);
        for (int k = 0; k < LT_OPTIM_STATES; k++)
            if (param[i].state[k])
                lt_touch(param[i].state[k], op);
    }
}

static lt_status step(const char *op, int n, const lt_optim_param *param, lt_optim_fn update,
                      const void *rule) {
    for (int i = 0; i < n; i++)
        LT_TRY(check_param(op, i + 1, &param[i]));
    lt_optim_piece *piece = calloc((size_t)n + 1, sizeof *piece);
    lt_tensor *grad = calloc((size_t)n + 1, sizeof *grad);
    lt_status status = LT_OK;
    if (!piece || !grad)
        status = lt_fail(LT_ENOMEM, "out of memory: %s over %d parameters", op, n);
    for (int i = 0; i < n && status == LT_OK; i++)
        status = fill_piece(&piece[i], &param[i], &grad[i]);
    if (status == LT_OK && !lt_optim_run(n, piece, update, rule))
        status = lt_fail(LT_ENOMEM, "out of memory: %s over %d parameters", op, n);
    if (status == LT_OK)
        touch(n, param, op);
    for (int i = 0; grad && i < n; i++)
        lt_release(&grad[i]);
    free(grad);
    free(piece);
    return status;
}

lt_status lt_sgd_step(int n, const lt_optim_param *param, const lt_sgd_rule *rule) {
    return step("SGD", n, param, lt_sgd_update, rule);
}

lt_status lt_adam_step(int n, const lt_optim_param *param, const lt_adam_rule *rule) {
    return step(rule->decoupled ? "AdamW" : "Adam", n, param, lt_adam_update, rule);
}

lt_status lt_rmsprop_step(int n, const lt_optim_param *param, const lt_rmsprop_rule *rule) {
    return step("RMSprop", n, param, lt_rmsprop_update, rule);
}

lt_status lt_adagrad_step(int n, const lt_optim_param *param, const lt_adagrad_rule *rule) {
    return step("Adagrad", n, param, lt_adagrad_update, rule);
}
