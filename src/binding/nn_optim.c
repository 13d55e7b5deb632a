/* Steps of optimisers.
 *
 * An optimiser is a table: `params` a list of tensors, `state` a list of what is remembered of
 * each, {step = n, name = tensor, ...}, and its settings as fields. A parameter without a gradient
 * is left alone. */
#include "binding/nn.h"

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
    if (lua_getfield(L, SELF, "betas") != LUA_TTABLE || lua_rawgeti(L, -1, 1) != LUA_TNUMBER ||
        lua_rawgeti(L, -2, 2) != LUA_TNUMBER)
        lb_error(L, "Adam: betas must be two numbers");
    lt_adam_rule rule = {
        .lr = lb_opt_number(L, SELF, "lr", 0),
        .beta1 = lua_tonumber(L, -2),
        .beta2 = lua_tonumber(L, -1),
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

/* rmsprop_step(optimiser): square_avg, momentum_buffer and grad_avg as state */
static int nn_rmsprop_step(lua_State *L) {
    luaL_checktype(L, SELF, LUA_TTABLE);
    lt_rmsprop_rule rule = {
        .lr = lb_opt_number(L, SELF, "lr", 0),
        .alpha = lb_opt_number(L, SELF, "alpha", 0.99),
        .eps = lb_opt_number(L, SELF, "eps", 1e-8),
        .weight_decay = lb_opt_number(L, SELF, "weight_decay", 0),
        .momentum = lb_opt_number(L, SELF, "momentum", 0),
        .centered = lb_opt_bool(L, SELF, "centered", false),
    };
    const char *names[LT_OPTIM_STATES] = {"square_avg",
                                          rule.momentum != 0 ? "momentum_buffer" : NULL,
                                          rule.centered ? "grad_avg" : NULL};
    int n;
    lt_optim_param *list = fetch_params(L, names, &n);
    LB_TRY(L, lt_rmsprop_step(n, list, &rule));
    count_steps(L, list);
    return 0;
}

/* adagrad_step(optimiser): sum as state */
static int nn_adagrad_step(lua_State *L) {
    luaL_checktype(L, SELF, LUA_TTABLE);
    lt_adagrad_rule rule = {
        .lr = lb_opt_number(L, SELF, "lr", 0),
        .lr_decay = lb_opt_number(L, SELF, "lr_decay", 0),
        .eps = lb_opt_number(L, SELF, "eps", 1e-10),
        .weight_decay = lb_opt_number(L, SELF, "weight_decay", 0),
        .initial = lb_opt_number(L, SELF, "initial_accumulator_value", 0),
    };
    const char *names[LT_OPTIM_STATES] = {"sum"};
    int n;
    lt_optim_param *list = fetch_params(L, names, &n);
    LB_TRY(L, lt_adagrad_step(n, list, &rule));
    count_steps(L, list);
    return 0;
}

static const luaL_Reg functions[] = {{"sgd_step", nn_sgd_step},
                                     {"adam_step", nn_adam_step},
                                     {"rmsprop_step", nn_rmsprop_step},
                                     {"adagrad_step", nn_adagrad_step},
                                     {NULL, NULL}};

void lb_add_optimisers(lua_State *L) {
    lb_register(L, functions, false);
}
