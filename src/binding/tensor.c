/* The tensor type in Lua: its metatables, fields, conversions to Lua values. */
#include "binding/binding.h"
#include "binding/index.h"

#include <stdlib.h>
#include <string.h>

static int tensor_gc(lua_State *L) {
    lt_tensor *t = lb_test(L, 1);
    if (t)
        lt_release(t);
    return 0;
}

static int tensor_len(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    if (t->ndim == 0)
        lb_error(L, "a 0-dimensional tensor has no length");
    lua_pushinteger(L, t->shape[0]);
    return 1;
}

static int tensor_tostring(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    char *text = lt_to_text(t, NULL);
    if (!text)
        return luaL_error(L, "out of memory: printing a tensor");
    lua_pushstring(L, text);
    free(text);
    return 1;
}

/* <, <= would turn a tensor of answers into one boolean: say what to write instead. */
static int no_order(lua_State *L) {
    lb_error(L, "tensors are compared by methods: a:lt(b), a:le(b), a:gt(b), a:ge(b), a:eq(b)");
}

static int no_call(lua_State *L) {
    lb_error(L, "a tensor is not a function; elements are x[i] or x[{i, j}]");
}

/* ---- fields ---- */

static int push_shape(lua_State *L, const lt_tensor *t) {
    lua_createtable(L, t->ndim, 0);
    for (int d = 0; d < t->ndim; d++) {
        lua_pushinteger(L, t->shape[d]);
        lua_rawseti(L, -2, d + 1);
    }
    return 1;
}

static int push_grad(lua_State *L, lt_tensor *t) {
    lt_tensor *g = lt_grad_of(t);
    if (!g) {
        lua_pushnil(L);
        return 1;
    }
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_alias(out, g));
    return lb_done(L, out);
}

/* Those that push_field() knows, for completion and hints. */
static const char *const fields[] = {"shape", "dtype", "ndim", "grad", "is_leaf"};

/* Fields that are no methods; nil for others. */
static int push_field(lua_State *L, lt_tensor *t, const char *name) {
    if (strcmp(name, "shape") == 0)
        return push_shape(L, t);
    if (strcmp(name, "dtype") == 0)
        lua_pushstring(L, lt_dtype_name((lt_dtype)t->dtype));
    else if (strcmp(name, "ndim") == 0)
        lua_pushinteger(L, t->ndim);
    else if (strcmp(name, "grad") == 0)
        return push_grad(L, t);
    else if (strcmp(name, "is_leaf") == 0)
        lua_pushboolean(L, !t->grad || t->grad->is_leaf);
    else
        lua_pushnil(L);
    return 1;
}

/* upvalue 4: the methods */
static int tensor_index(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING)
        return lb_get_index(L);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(4)) != LUA_TNIL)
        return 1;
    return push_field(L, lb_check(L, 1), lua_tostring(L, 2));
}

static int tensor_newindex(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING)
        return lb_set_index(L);
    lt_tensor *t = lb_check(L, 1);
    const char *name = lua_tostring(L, 2);
    if (strcmp(name, "grad") != 0)
        lb_error(L, "a tensor has no field '%s' to assign (only grad and elements)", name);
    lt_tensor *g = lua_isnil(L, 3) ? NULL : lb_check(L, 3);
    LB_TRY(L, lt_set_grad(t, g));
    return 0;
}

/* ---- methods ---- */

static int tensor_size(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    if (lua_isnoneornil(L, 2))
        return push_shape(L, t);
    lua_pushinteger(L, t->shape[lb_check_dim(L, 2, t, 0)]);
    return 1;
}

static int tensor_numel(lua_State *L) {
    lua_pushinteger(L, lb_check(L, 1)->numel);
    return 1;
}

static int tensor_item(lua_State *L) {
    if (lua_type(L, 1) == LUA_TNUMBER || lua_type(L, 1) == LUA_TBOOLEAN) {
        lua_settop(L, 1);
        return 1;
    }
    lt_tensor *t = lb_check(L, 1);
    if (t->numel != 1)
        lb_error(L, "item: a tensor %s is not one number", lt_shape_of(t));
    lb_push_element(L, t, 0);
    return 1;
}

static void push_nested(lua_State *L, const lt_tensor *t, int d, int64_t offset) {
    if (d == t->ndim) {
        lb_push_element(L, t, offset);
        return;
    }
    luaL_checkstack(L, 3, "totable");
    int64_t n = t->shape[d];
    lua_createtable(L, n < 1 << 26 ? (int)n : 0, 0);
    for (int64_t i = 0; i < n; i++) {
        push_nested(L, t, d + 1, offset + i * t->stride[d]);
        lua_rawseti(L, -2, i + 1);
    }
}

static int tensor_totable(lua_State *L) {
    push_nested(L, lb_check(L, 1), 0, 0);
    return 1;
}

static int tensor_is_contiguous(lua_State *L) {
    lua_pushboolean(L, lt_is_contiguous(lb_check(L, 1)));
    return 1;
}

static int tensor_stride(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    lua_createtable(L, t->ndim, 0);
    for (int d = 0; d < t->ndim; d++) {
        lua_pushinteger(L, t->stride[d]);
        lua_rawseti(L, -2, d + 1);
    }
    return 1;
}

static int is_tensor(lua_State *L) {
    lua_pushboolean(L, lb_test(L, 1) != NULL);
    return 1;
}

static const luaL_Reg methods[] = {{"size", tensor_size},
                                   {"numel", tensor_numel},
                                   {"item", tensor_item},
                                   {"totable", tensor_totable},
                                   {"is_contiguous", tensor_is_contiguous},
                                   {"stride", tensor_stride},
                                   {"is_tensor", is_tensor},
                                   {NULL, NULL}};

static void set_metamethod(lua_State *L, const char *name, lua_CFunction f) {
    lb_push_closure(L, f, 0);
    lua_setfield(L, -2, name);
}

/* Fill the metatable on top of the stack with everything but arithmetic (elementwise.c). */
static void fill_metatable(lua_State *L) {
    lua_pushliteral(L, "tensor");
    lua_setfield(L, -2, "__name");
    set_metamethod(L, "__len", tensor_len);
    set_metamethod(L, "__tostring", tensor_tostring);
    set_metamethod(L, "__newindex", tensor_newindex);
    set_metamethod(L, "__lt", no_order);
    set_metamethod(L, "__le", no_order);
    set_metamethod(L, "__call", no_call);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_plain_key);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lb_finalised_key);
    lua_pushinteger(L, 0);
    lb_push_methods(L);
    lua_pushcclosure(L, tensor_index, 4);
    lua_setfield(L, -2, "__index");
    lb_push_methods(L);
    lua_setfield(L, -2, "__methods");
    lua_newtable(L);
    for (int i = 0; i < (int)(sizeof fields / sizeof fields[0]); i++) {
        lua_pushstring(L, fields[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "__fields");
}

void lb_open_tensor(lua_State *L) {
    lua_newtable(L);
    lua_newtable(L);
    lua_pushvalue(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_plain_key);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lb_finalised_key);
    fill_metatable(L);
    lua_pushcfunction(L, tensor_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    fill_metatable(L);
    lua_pop(L, 1);
    lb_register(L, methods, true);
}
