/* Autograd in Lua: requires_grad, backward, detach, la.no_grad, la.autograd.Function. */
#include "binding/binding.h"

#include <string.h>

static int requires_grad(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    if (lua_isnone(L, 2)) {
        lua_pushboolean(L, t->grad != NULL);
        return 1;
    }
    if (!lua_isboolean(L, 2))
        lb_error(L, "requires_grad: takes true or false, not %s", lb_typename(L, 2));
    LB_TRY(L, lt_set_requires_grad(t, lua_toboolean(L, 2)));
    if (!t->finalised)
        lb_seal(L, 1);
    lua_settop(L, 1);
    return 1;
}

static int retain_grad(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    LB_TRY(L, lt_retain_grad(t));
    lua_settop(L, 1);
    return 1;
}

/* y:backward(), y:backward(g), each with {retain_graph = true} at the end. */
static int backward(lua_State *L) {
    static const char *const known[] = {"retain_graph", NULL};
    lt_tensor *root = lb_check(L, 1), *g = lb_test(L, 2);
    int options = g || lua_isnil(L, 2) ? 3 : 2;
    lb_options(L, options, "backward", known);
    bool retain = lb_opt_bool(L, options, "retain_graph", false);
    if (lt_alloc_pressure())
        lb_collect(L);
    lt_status status = lt_backward(root, g, retain);
    lb_settle(L, lua_gettop(L));
    if (status != LT_OK)
        lb_raise(L, status);
    return 0;
}

static int detach(lua_State *L) {
    lt_tensor *t = lb_check(L, 1), *out = lb_new(L);
    LB_TRY(L, lt_alias(out, t));
    return lb_done(L, out);
}

static int finish_mode(lua_State *L, int status, lua_KContext before) {
    lt_set_recording(before != 0);
    if (status != LUA_OK && status != LUA_YIELD)
        return lua_error(L);
    return lua_gettop(L);
}

/* la.no_grad(f, ...): f's results, with nothing recorded while it runs. upvalue 3: the mode. */
static int with_mode(lua_State *L) {
    lua_KContext before = lt_recording();
    if (lua_type(L, 1) != LUA_TFUNCTION)
        lb_error(L, "%s: takes a function", lb_function_name(L));
    lt_set_recording(lua_tointeger(L, LB_UP_OPERATION) != 0);
    int status = lua_pcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, before, finish_mode);
    return finish_mode(L, status, before);
}

static int is_grad_enabled(lua_State *L) {
    lua_pushboolean(L, lt_recording());
    return 1;
}

/* ---- la.autograd.Function: an operation whose backward is written in Lua ----
 *
 * The node keeps the Lua function and the saved tensors; it calls from inside lt_backward, in
 * protected mode, and turns a Lua error into the engine's. */

typedef struct lua_extra {
    lua_State *L; /* the main thread of the state */
    int function; /* registry reference: backward(ctx, grad) */
    int context;  /* registry reference: the user's table ctx */
} lua_extra;

static void drop_function(lt_node *node) {
    lua_extra *e = node->extra;
    if (e->L) {
        luaL_unref(e->L, LUA_REGISTRYINDEX, e->function);
        luaL_unref(e->L, LUA_REGISTRYINDEX, e->context);
        e->L = NULL;
    }
}

typedef struct lua_call {
    lt_node *node;
    lt_tensor *up, *down;
} lua_call;

/* Push a handle on an engine tensor. */
static void push_alias(lua_State *L, lt_tensor *t) {
    lt_tensor *out = lb_new(L);
    lt_status status = lt_alias(out, t);
    if (status != LT_OK)
        lb_raise(L, status);
    lb_seal(L, -1);
}

/* Runs protected: argument 1 is a light userdata lua_call. Calls backward(ctx, grad, saved...)
 * and moves its results into `down`. */
static int call_backward(lua_State *L) {
    lua_call *call = lua_touserdata(L, 1);
    const lua_extra *e = call->node->extra;
    lua_rawgeti(L, LUA_REGISTRYINDEX, e->function);
    lua_rawgeti(L, LUA_REGISTRYINDEX, e->context);
    push_alias(L, call->up);
    for (int i = 0; i < call->node->saved_count; i++) {
        lt_tensor *saved;
        lt_status status = lt_node_load(call->node, i, &saved);
        if (status != LT_OK)
            lb_raise(L, status);
        push_alias(L, saved);
    }
    int inputs = call->node->inputs;
    lua_call(L, 2 + call->node->saved_count, inputs);
    for (int i = 0; i < inputs; i++) {
        lt_tensor *g = lb_test(L, 2 + i);
        if (!lt_node_wants(call->node, i))
            continue;
        if (!g)
            lb_error(L, "%s: backward must give a gradient for input %d, not %s", call->node->name,
                     i + 1, lb_typename(L, 2 + i));
        lt_status status = lt_cast(&call->down[i], g, (lt_dtype)g->dtype);
        if (status != LT_OK)
            lb_raise(L, status);
    }
    return 0;
}

static lt_status function_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    lua_extra *e = node->extra;
    lua_call call = {node, up[0], down};
    if (node->freed)
        return lt_fail(LT_EINVAL, "backward: the graph of '%s' has been freed", node->name);
    if (!lua_checkstack(e->L, 16))
        return lt_fail(LT_ENOMEM, "out of memory: Lua stack");
    lua_pushcfunction(e->L, call_backward);
    lua_pushlightuserdata(e->L, &call);
    if (lua_pcall(e->L, 1, 0, 0) == LUA_OK)
        return LT_OK;
    lt_status status = lt_fail(LT_EINVAL, "%s", luaL_tolstring(e->L, -1, NULL));
    lua_pop(e->L, 2);
    return status;
}

/* core.record(name, out, inputs, saved, backward, ctx): a new handle on out's data, on the graph.
 * The tensors of `saved` may include `out`. */
static int record(lua_State *L) {
    int inputs, saved;
    const char *name = luaL_checkstring(L, 1);
    lt_tensor *value = lb_check(L, 2);
    luaL_checktype(L, 5, LUA_TFUNCTION);
    luaL_checktype(L, 6, LUA_TTABLE);
    lt_tensor **in = lb_check_list(L, 3, &inputs), **keep = lb_check_list(L, 4, &saved);
    bool wanted = false;
    for (int i = 0; i < inputs; i++)
        wanted |= lt_must_record(in[i]);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_alias(out, value));
    if (!wanted)
        return lb_done(L, out);
    lua_pushvalue(L, 1);
    luaL_ref(L, LUA_REGISTRYINDEX); /* the name lives as long as the state: few and short */
    lt_node *node = lt_node_new(name, function_backward, inputs, in, saved, sizeof(lua_extra));
    lt_status status = node ? LT_OK : lt_fail(LT_ENOMEM, "out of memory: %s", name);
    for (int i = 0; status == LT_OK && i < saved; i++)
        status = lt_node_save(node, i, keep[i]);
    if (status == LT_OK) {
        lua_extra *e = node->extra;
        lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
        e->L = lua_tothread(L, -1);
        lua_pop(L, 1);
        lua_pushvalue(L, 5);
        e->function = luaL_ref(L, LUA_REGISTRYINDEX);
        lua_pushvalue(L, 6);
        e->context = luaL_ref(L, LUA_REGISTRYINDEX);
        node->drop = drop_function;
        status = lt_node_finish(node, out);
    } else {
        lt_node_release(node);
        lt_release(out);
    }
    lb_settle(L, lua_gettop(L));
    if (status != LT_OK)
        lb_raise(L, status);
    return lb_done(L, out);
}

static const luaL_Reg functions[] = {
    {"is_grad_enabled", is_grad_enabled}, {"record", record}, {NULL, NULL}};

static const luaL_Reg methods[] = {{"requires_grad", requires_grad},
                                   {"retain_grad", retain_grad},
                                   {"backward", backward},
                                   {"detach", detach},
                                   {NULL, NULL}};

void lb_open_autograd(lua_State *L) {
    lb_register(L, functions, false);
    lb_register(L, methods, true);
    lb_register_closure(L, "no_grad", with_mode, 0, false);
    lb_register_closure(L, "enable_grad", with_mode, 1, false);
}
