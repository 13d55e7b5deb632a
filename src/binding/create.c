/* New tensors: from Lua tables, filled, ranges, copies and conversions. */
#include "binding/binding.h"

#include <math.h>

/* ---- la.tensor: nested tables ---- */

/* Shape of nested tables, by their first elements. */
static int table_shape(lua_State *L, int index, int64_t *shape) {
    int ndim = 0;
    lua_pushvalue(L, index);
    while (lua_type(L, -1) == LUA_TTABLE) {
        if (ndim == LT_MAX_DIMS)
            lb_error(L, "tensor: tables nest deeper than %d dimensions", LT_MAX_DIMS);
        int64_t n = (int64_t)lua_rawlen(L, -1);
        shape[ndim++] = n;
        if (n == 0)
            break;
        lua_rawgeti(L, -1, 1);
        lua_remove(L, -2);
    }
    return ndim;
}

static void store_value(lua_State *L, lt_tensor *t, int64_t at) {
    int type = lua_type(L, -1);
    if (type == LUA_TBOOLEAN)
        lt_set_int(t, at, lua_toboolean(L, -1));
    else if (type == LUA_TNUMBER && lua_isinteger(L, -1))
        lt_set_int(t, at, lua_tointeger(L, -1));
    else if (type == LUA_TNUMBER)
        lt_set_double(t, at, lua_tonumber(L, -1));
    else
        lb_error(L, "tensor: elements are numbers or booleans, not %s", lb_typename(L, -1));
}

/* Copy the table on top of the stack, which holds dimension d, to t from `at` on. */
static void store_table(lua_State *L, lt_tensor *t, int d, int64_t at) {
    if (d == t->ndim) {
        store_value(L, t, at);
        return;
    }
    int64_t n = t->shape[d];
    if (lua_type(L, -1) != LUA_TTABLE || (int64_t)lua_rawlen(L, -1) != n)
        lb_error(L, "tensor: rows differ in length: dimension %d has %d elements first and then %s",
                 d + 1, (int)n,
                 lua_type(L, -1) == LUA_TTABLE ? lua_pushfstring(L, "%d", (int)lua_rawlen(L, -1))
                                               : lb_typename(L, -1));
    for (int64_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, i + 1);
        store_table(L, t, d + 1, at + i * t->stride[d]);
        lua_pop(L, 1);
    }
}

static int new_tensor(lua_State *L) {
    static const char *const known[] = {"dtype", "requires_grad", NULL};
    int64_t shape[LT_MAX_DIMS];
    lt_tensor *source = lb_test(L, 1);
    lb_options(L, 2, "tensor", known);
    bool grad = lb_opt_bool(L, 2, "requires_grad", false);
    if (source) {
        lt_dtype dtype = lb_opt_dtype(L, 2, "dtype", (lt_dtype)source->dtype);
        lt_tensor *out = lb_new(L);
        LB_TRY(L, lt_cast(out, source, dtype));
        lb_done(L, out);
        if (grad)
            LB_TRY(L, lt_set_requires_grad(out, true));
        return 1;
    }
    int type = lua_type(L, 1);
    if (type != LUA_TTABLE && type != LUA_TNUMBER && type != LUA_TBOOLEAN)
        lb_error(L, "tensor: needs a table of numbers, a number or a tensor, not %s",
                 lb_typename(L, 1));
    int ndim = table_shape(L, 1, shape);
    lt_dtype natural = lua_type(L, -1) == LUA_TBOOLEAN ? LT_BOOL : lt_default_dtype();
    lua_pop(L, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_empty(out, lb_opt_dtype(L, 2, "dtype", natural), ndim, shape));
    lb_done(L, out);
    lua_pushvalue(L, 1);
    store_table(L, out, 0, 0);
    lua_pop(L, 1);
    if (grad)
        LB_TRY(L, lt_set_requires_grad(out, true));
    return 1;
}

/* ---- filled ---- */

static const char *const new_options[] = {"dtype", "requires_grad", NULL};

/* A tensor from the shape at `arg` and the options behind it, holding `value`. */
static int filled(lua_State *L, int arg, const char *name, double value, lt_dtype natural,
                  const int64_t *given, int given_ndim) {
    int64_t shape[LT_MAX_DIMS];
    int next = arg, ndim = given_ndim;
    if (!given)
        ndim = lb_check_shape(L, arg, shape, &next);
    lb_options(L, next, name, new_options);
    lt_dtype dtype = lb_opt_dtype(L, next, "dtype", natural);
    bool grad = lb_opt_bool(L, next, "requires_grad", false);
    lt_tensor *out = lb_new(L);
    if (value == 0)
        LB_TRY(L, lt_zeros(out, dtype, ndim, given ? given : shape));
    else
        LB_TRY(L, lt_empty(out, dtype, ndim, given ? given : shape));
    lb_done(L, out);
    if (value != 0)
        LB_TRY(L, lt_fill(out, value));
    if (grad)
        LB_TRY(L, lt_set_requires_grad(out, true));
    return 1;
}

static int zeros(lua_State *L) {
    return filled(L, 1, "zeros", 0, lt_default_dtype(), NULL, 0);
}

static int ones(lua_State *L) {
    return filled(L, 1, "ones", 1, lt_default_dtype(), NULL, 0);
}

static int zeros_like(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    return filled(L, 2, "zeros_like", 0, (lt_dtype)t->dtype, t->shape, t->ndim);
}

static int ones_like(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    return filled(L, 2, "ones_like", 1, (lt_dtype)t->dtype, t->shape, t->ndim);
}

/* la.full({2, 3}, value, options) */
static int full(lua_State *L) {
    int64_t shape[LT_MAX_DIMS];
    int next;
    if (lua_type(L, 1) != LUA_TTABLE)
        lb_error(L, "full: takes a shape in a table, then the value: la.full({2, 3}, 7)");
    int ndim = lb_check_shape(L, 1, shape, &next);
    lt_dtype natural = lt_default_dtype();
    double value = 0;
    if (lua_type(L, 2) == LUA_TBOOLEAN) {
        natural = LT_BOOL;
        value = lua_toboolean(L, 2);
    } else if (lua_type(L, 2) == LUA_TNUMBER) {
        value = lua_tonumber(L, 2);
    } else {
        lb_error(L, "full: the value must be a number or a boolean, not %s", lb_typename(L, 2));
    }
    return filled(L, 3, "full", value, natural, shape, ndim);
}

static int full_like(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    return filled(L, 3, "full_like", luaL_checknumber(L, 2), (lt_dtype)t->dtype, t->shape, t->ndim);
}

/* ---- ranges ---- */

/* la.arange(stop), la.arange(start, stop [, step]): from start (1) to stop, both included. */
static int arange(lua_State *L) {
    int last = 1;
    while (lua_type(L, last) == LUA_TNUMBER)
        last++;
    int numbers = last - 1;
    if (numbers < 1 || numbers > 3)
        lb_error(L, "arange: takes (stop), (start, stop) or (start, stop, step)");
    lb_options(L, last, "arange", new_options);
    double start = numbers > 1 ? lua_tonumber(L, 1) : 1;
    double stop = lua_tonumber(L, numbers > 1 ? 2 : 1), step = numbers > 2 ? lua_tonumber(L, 3) : 1;
    double count = floor((stop - start) / step * (1 + 1e-14) + 1e-10) + 1;
    if (step == 0 || !isfinite(start) || !isfinite(stop) || !isfinite(step))
        lb_error(L, "arange: there is no way from %g to %g in steps of %g", start, stop, step);
    if (count > 1e15)
        lb_error(L, "arange: %g elements are too many", count);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_range(out, lb_opt_dtype(L, last, "dtype", lt_default_dtype()), start, step,
                       count > 0 ? (int64_t)count : 0));
    lb_done(L, out);
    if (lb_opt_bool(L, last, "requires_grad", false))
        LB_TRY(L, lt_set_requires_grad(out, true));
    return 1;
}

static int linspace(lua_State *L) {
    double start = luaL_checknumber(L, 1), stop = luaL_checknumber(L, 2);
    lua_Integer n = luaL_optinteger(L, 3, 100);
    lb_options(L, 4, "linspace", new_options);
    if (n < 0)
        lb_error(L, "linspace: %d elements", (int)n);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_linspace(out, lb_opt_dtype(L, 4, "dtype", lt_default_dtype()), start, stop, n));
    lb_done(L, out);
    if (lb_opt_bool(L, 4, "requires_grad", false))
        LB_TRY(L, lt_set_requires_grad(out, true));
    return 1;
}

static int eye(lua_State *L) {
    lua_Integer rows = luaL_checkinteger(L, 1);
    int next = lua_type(L, 2) == LUA_TNUMBER ? 3 : 2;
    lua_Integer cols = next == 3 ? luaL_checkinteger(L, 2) : rows;
    lb_options(L, next, "eye", new_options);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_eye(out, lb_opt_dtype(L, next, "dtype", lt_default_dtype()), rows, cols));
    lb_done(L, out);
    if (lb_opt_bool(L, next, "requires_grad", false))
        LB_TRY(L, lt_set_requires_grad(out, true));
    return 1;
}

/* ---- copies and conversions ---- */

static int clone(lua_State *L) {
    lt_tensor *t = lb_check(L, 1), *out = lb_new(L);
    LB_TRY(L, lt_to(out, t, (lt_dtype)t->dtype));
    return lb_done(L, out);
}

static int to(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    lt_dtype dtype = LT_FLOAT32;
    if (!lt_dtype_from_name(name, &dtype))
        lb_error(L, "to: there is no dtype '%s' (there are bool, uint8, int64, float32, float64)",
                 lua_type(L, 2) == LUA_TSTRING ? name : lb_typename(L, 2));
    if ((lt_dtype)t->dtype == dtype) {
        lua_settop(L, 1);
        return 1;
    }
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_to(out, t, dtype));
    return lb_done(L, out);
}

static int contiguous(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    if (lt_is_contiguous(t)) {
        lua_settop(L, 1);
        return 1;
    }
    return clone(L);
}

static int fill(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    double value = lua_type(L, 2) == LUA_TBOOLEAN ? lua_toboolean(L, 2) : luaL_checknumber(L, 2);
    LB_TRY(L, lt_check_writable(t, "fill_"));
    LB_TRY(L, lt_fill(t, value));
    lt_touch(t, "fill_");
    lua_settop(L, 1);
    return 1;
}

static int zero(lua_State *L) {
    lt_tensor *t = lb_check(L, 1);
    LB_TRY(L, lt_check_writable(t, "zero_"));
    LB_TRY(L, lt_fill(t, 0));
    lt_touch(t, "zero_");
    lua_settop(L, 1);
    return 1;
}

static int copy(lua_State *L) {
    lt_tensor room, *t = lb_check(L, 1), *source = lb_operand(L, 2, &room);
    LB_TRY(L, lt_check_writable(t, "copy_"));
    if (lt_recording() && source->grad)
        lb_error(L, "copy_: the source is on the graph and an in-place change is not recorded; "
                    "use :detach() or la.no_grad(function() ... end)");
    LB_TRY(L, lt_copy_into(t, source));
    lt_touch(t, "copy_");
    lua_settop(L, 1);
    return 1;
}

static const luaL_Reg functions[] = {{"tensor", new_tensor}, {"zeros", zeros},   {"ones", ones},
                                     {"full", full},         {"arange", arange}, {"eye", eye},
                                     {"linspace", linspace}, {NULL, NULL}};

static const luaL_Reg methods[] = {{"zeros_like", zeros_like},
                                   {"ones_like", ones_like},
                                   {"full_like", full_like},
                                   {"clone", clone},
                                   {"contiguous", contiguous},
                                   {"to", to},
                                   {"fill", fill},
                                   {"fill_", fill},
                                   {"zero_", zero},
                                   {"copy_", copy},
                                   {NULL, NULL}};

void lb_open_create(lua_State *L) {
    lb_register(L, functions, false);
    lb_register(L, methods, true);
}
