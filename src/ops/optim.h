/* optim.h - one step of an optimiser over a list of parameters, in place. */
#ifndef LT_OPS_OPTIM_H
#define LT_OPS_OPTIM_H

#include "kernels/optim.h"
#include "tensor/tensor.h"

/* A parameter and what the optimiser remembers about it. The state tensors have its shape and
 * dtype, begin as zeros, and are those of the rule (kernels/optim.h); unused ones are NULL. */
typedef struct lt_optim_param {
    lt_tensor *value;
    lt_tensor *state[LT_OPTIM_STATES];
    int64_t step; /* number of this step, from 1 */
} lt_optim_param;

/* The gradient that backward has left at a leaf, or NULL. */
lt_tensor *lt_gradient(const lt_tensor *t);

/* Forget the gradient of a leaf. */
void lt_gradient_clear(lt_tensor *t);

/* Update n parameters. Each must be a contiguous float tensor that has a gradient. */
lt_status lt_sgd_step(int n, const lt_optim_param *param, const lt_sgd_rule *rule);
lt_status lt_adam_step(int n, const lt_optim_param *param, const lt_adam_rule *rule);
lt_status lt_rmsprop_step(int n, const lt_optim_param *param, const lt_rmsprop_rule *rule);
lt_status lt_adagrad_step(int n, const lt_optim_param *param, const lt_adagrad_rule *rule);

#endif
