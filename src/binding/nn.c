/* core.layers, for lua/latent/nn and lua/latent/optim. */
#include "binding/nn.h"

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

static const luaL_Reg functions[] = {{"zero_grad", nn_zero_grad},
                                     {"is_trainable", nn_is_trainable},
                                     {"set_data", nn_set_data},
                                     {NULL, NULL}};

void lb_open_nn(lua_State *L) {
    lua_newtable(L);
    lb_register(L, functions, false);
    lb_add_layers(L);
    lb_add_losses(L);
    lb_add_optimisers(L);
    lua_setfield(L, -2, "layers");
}
