/* Layers, losses and optimisers: core.layers, for lua/latent/nn and lua/latent/optim. */
#include "binding/binding.h"

#include <string.h>

/* Raise the engine's message; where a layer (a table with a method `where`) called, its own
 * description takes the place of the operation's name. */
static _Noreturn void raise_for_layer(lua_State *L, lt_status status, int layer) {
    if (status == LT_EINTERRUPT || !lua_istable(L, layer))
        lb_raise(L, status);
    char message[512];
    const char *text = strstr(lt_last_error(), ": ");
    lua_pushstring(L, text ? text + 2 : lt_last_error());
    snprintf(message, sizeof message, "%s", lua_tostring(L, -1));
    lua_getfield(L, layer, "where");
    lua_pushvalue(L, layer);
    lua_call(L, 1, 1);
    lb_error(L, "%s: %s", lua_tostring(L, -1), message);
}

/* LB_TRY for the operation of a layer that stands at stack index `layer` (or nil). */
#define LAYER_TRY(L, layer, call)                                                                  \
    do {                                                                                           \
        lt_status layer_status = (call);                                                           \
        if (layer_status == LT_ENOMEM) {                                                           \
            lb_collect(L);                                                                         \
            layer_status = (call);                                                                 \
        }                                                                                          \
        lb_settle(L, lua_gettop(L));                                                               \
        if (layer_status != LT_OK)                                                                 \
            raise_for_layer(L, layer_status, layer);                                               \
    } while (0)

/* linear(x, weight, bias or nil, layer or nil) */
static int nn_linear(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), *w = lb_check(L, 2);
    lt_tensor *b = lua_isnoneornil(L, 3) ? NULL : lb_check(L, 3);
    lua_settop(L, 4);
    lt_tensor *out = lb_new(L);
    LAYER_TRY(L, 4, lt_linear(out, x, w, b));
    return lb_done(L, out);
}

static lt_loss_reduction check_reduction(lua_State *L, int arg, const char *function) {
    const char *name = lb_opt_string(L, arg, "reduction", "mean");
    if (strcmp(name, "mean") == 0)
        return LT_LOSS_MEAN;
    if (strcmp(name, "sum") == 0)
        return LT_LOSS_SUM;
    if (strcmp(name, "none") != 0)
        lb_error(L, "%s: reduction must be 'mean', 'sum' or 'none', not '%s'", function, name);
    return LT_LOSS_NONE;
}

/* <name>_loss(x, y, {reduction =, parameter =}) */
static int pointwise_loss(lua_State *L, lt_loss_op op) {
    const lt_loss_info *info = &lt_loss_table[op];
    lt_tensor *x = lb_check(L, 1), *y = lb_check(L, 2);
    lb_options(L, 3, info->name, (const char *[]){"reduction", info->parameter, NULL});
    lt_loss_reduction reduction = check_reduction(L, 3, info->name);
    double parameter = 0;
    if (info->parameter)
        parameter = lb_opt_number(L, 3, info->parameter, info->value);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_pointwise_loss(out, op, x, y, reduction, parameter));
    return lb_done(L, out);
}

#define LOSS(name, ...)                                                                            \
    static int name##_loss(lua_State *L) {                                                         \
        return pointwise_loss(L, LT_LOSS_##name);                                                  \
    }
#include "ops/loss.def"

/* zero_grad(list): forget the gradients of a list of tensors. */
static int nn_zero_grad(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    for (lua_Integer i = 1; lua_rawgeti(L, 1, i) != LUA_TNIL; i++) {
        lt_tensor *t = lb_test(L, -1);
        if (t)
            lt_gradient_clear(t);
        lua_pop(L, 1);
    }
    return 0;
}

/* is_trainable(value): a tensor that collects a gradient of its own? */
static int nn_is_trainable(lua_State *L) {
    lt_tensor *t = lb_test(L, 1);
    lua_pushboolean(L, t && t->grad && t->grad->is_leaf);
    return 1;
}

/* set_data(t, source): t takes over the data of source and stays the same leaf of the graph. */
static int nn_set_data(lua_State *L) {
    lt_tensor *t = lb_check(L, 1), *source = lb_check(L, 2), alias LT_EMPTY;
    LB_TRY(L, lt_alias(&alias, source));
    lt_gradient_clear(t);
    lt_grad *place = t->grad;
    t->grad = NULL;
    lt_release(t);
    lt_move(t, &alias);
    t->grad = place;
    lb_seal(L, 1);
    return 0;
}

/* ---- optimisers ----
 * An optimiser is a table: `params` a list of tensors, `state` a list of what is remembered of
 * each, {step = n, name = tensor, ...}, and its settings as fields. A parameter without a gradient
 * is left alone. */

enum { SELF = 1, PARAMS, STATE, LIST };

/* Put the state tensor `name` of the row on the top of the stack into *slot, zeros at first. */
static void fetch_state(lua_State *L, const lt_tensor *value, const char *name, lt_tensor **slot) {
    lua_getfield(L, -1, name);
    *slot = lb_test(L, -1);
    lua_pop(L, 1);
    if (*slot)
        return;
    *slot = lb_new(L);
    LB_TRY(L, lt_zeros(*slot, (lt_dtype)value->dtype, value->ndim, value->shape));
    lb_done(L, *slot);
    lua_setfield(L, -2, name);
}

/* Gather parameter i with its state into *p; false when it has no gradient. */
static bool fetch_param(lua_State *L, lua_Integer i, const char *const *names, lt_optim_param *p) {
    lua_rawgeti(L, PARAMS, i);
    p->value = lb_test(L, -1);
    lua_pop(L, 1);
    if (!p->value || !lt_gradient(p->value))
        return false;
    if (lua_rawgeti(L, STATE, i) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawseti(L, STATE, i);
    }
    lua_getfield(L, -1, "step");
    p->step = (int64_t)lua_tointeger(L, -1) + 1;
    lua_pop(L, 1);
    for (int k = 0; k < LT_OPTIM_STATES; k++) {
        p->state[k] = NULL;
        if (names[k])
            fetch_state(L, p->value, names[k], &p->state[k]);
    }
    lua_pop(L, 1);
    return true;
}

/* The parameters that have a gradient; their number in *n. Leaves the slots SELF .. LIST. */
static lt_optim_param *fetch_params(lua_State *L, const char *const *names, int *n) {
    luaL_checktype(L, SELF, LUA_TTABLE);
    lua_settop(L, SELF);
    lua_getfield(L, SELF, "params");
    lua_getfield(L, SELF, "state");
    luaL_checktype(L, PARAMS, LUA_TTABLE);
    luaL_checktype(L, STATE, LUA_TTABLE);
    lua_Integer count = (lua_Integer)lua_rawlen(L, PARAMS);
    lt_optim_param *list = lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *list, 0);
    *n = 0;
    for (lua_Integer i = 1; i <= count; i++)
        if (fetch_param(L, i, names, &list[*n]))
            ++*n;
    return list;
}

/* The step is done: count it. */
static void count_steps(lua_State *L, const lt_optim_param *list) {
    lua_Integer count = (lua_Integer)lua_rawlen(L, PARAMS);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, PARAMS, i);
        lt_tensor *value = lb_test(L, -1);
        lua_pop(L, 1);
        if (!value || !lt_gradient(value))
            continue;
        lua_rawgeti(L, STATE, i);
        lua_pushinteger(L, (list++)->step);
        lua_setfield(L, -2, "step");
        lua_pop(L, 1);
    }
}

/* sgd_step(optimiser): momentum_buffer as state */
static int nn_sgd_step(lua_State *L) {
    luaL_checktype(L, SELF, LUA_TTABLE);
    lt_sgd_rule rule = {
        .lr = lb_opt_number(L, SELF, "lr", 0),
        .momentum = lb_opt_number(L, SELF, "momentum", 0),
        .dampening = lb_opt_number(L, SELF, "dampening", 0),
        .weight_decay = lb_opt_number(L, SELF, "weight_decay", 0),
        .nesterov = lb_opt_bool(L, SELF, "nesterov", false),
    };
    const char *names[LT_OPTIM_STATES] = {rule.momentum != 0 ? "momentum_buffer" : NULL};
    int n;
    lt_optim_param *list = fetch_params(L, names, &n);
    LB_TRY(L, lt_sgd_step(n, list, &rule));
    count_steps(L, list);
    return 0;
}

/* adam_step(optimiser): exp_avg, exp_avg_sq and, with amsgrad, max_exp_avg_sq as state */
static int nn_adam_step(lua_State *L) {
    luaL_checktype(L, SELF, LUA_TTABLE);
    lua_settop(L, SELF);
    lua_getfield(L, SELF, "betas");
    luaL_checktype(L, -1, LUA_TTABLE);
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    lt_adam_rule rule = {
        .lr = lb_opt_number(L, SELF, "lr", 0),
        .beta1 = luaL_checknumber(L, -2),
        .beta2 = luaL_checknumber(L, -1),
        .eps = lb_opt_number(L, SELF, "eps", 1e-8),
        .weight_decay = lb_opt_number(L, SELF, "weight_decay", 0),
        .decoupled = lb_opt_bool(L, SELF, "decoupled", false),
        .amsgrad = lb_opt_bool(L, SELF, "amsgrad", false),
    };
    const char *names[LT_OPTIM_STATES] = {"exp_avg", "exp_avg_sq",
                                          rule.amsgrad ? "max_exp_avg_sq" : NULL};
    int n;
    lt_optim_param *list = fetch_params(L, names, &n);
    LB_TRY(L, lt_adam_step(n, list, &rule));
    count_steps(L, list);
    return 0;
}

void lb_open_nn(lua_State *L) {
    const luaL_Reg functions[] = {
        {"linear", nn_linear},
#define LOSS(name, ...) {#name "_loss", name##_loss},
#include "ops/loss.def"
        {"is_trainable", nn_is_trainable},
        {"zero_grad", nn_zero_grad},
        {"set_data", nn_set_data},
        {"sgd_step", nn_sgd_step},
        {"adam_step", nn_adam_step},
        {NULL, NULL},
    };
    lua_newtable(L);
    lb_register(L, functions, false);
    lua_setfield(L, -2, "layers");
}
