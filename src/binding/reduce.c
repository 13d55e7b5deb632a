/* Reductions in Lua: x:sum(), x:sum(d), x:sum({d1, d2}), each with {keepdim = true}. */
#include "binding/binding.h"

typedef struct arguments {
    int n, dims[LT_MAX_DIMS];
    int options; /* stack index of the options table */
    bool keepdim;
} arguments;

/* True if the table at `arg` is a list of dimensions and not an options table. */
static bool is_list(lua_State *L, int arg) {
    return lua_type(L, arg) == LUA_TTABLE && lua_rawlen(L, arg) > 0;
}

static void read_dims(lua_State *L, int arg, const char *name, const lt_tensor *x, arguments *a) {
    a->n = 0;
    a->options = arg;
    if (lua_type(L, arg) == LUA_TNUMBER) {
        a->dims[a->n++] = lb_check_dim(L, arg, x, 0);
        a->options++;
    } else if (is_list(L, arg)) {
        int n = (int)lua_rawlen(L, arg);
        if (n > x->ndim)
            lb_error(L, "%s: %d dimensions of a tensor %s", name, n, lt_shape_of(x));
        for (int i = 1; i <= n; i++) {
            lua_rawgeti(L, arg, i);
            a->dims[a->n++] = lb_to_dim(L, name, luaL_checkinteger(L, -1), x->ndim);
            lua_pop(L, 1);
        }
        a->options++;
    } else if (lua_isnil(L, arg)) {
        a->options++;
    }
}

static int finish(lua_State *L, lt_reduce_op op, lt_tensor *x, const arguments *a,
                  double parameter) {
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_reduce_p(out, op, x, a->n, a->dims, a->keepdim, parameter));
    return lb_done_scalar(L, out);
}

static int reduce(lua_State *L) {
    static const char *const known[] = {"keepdim", NULL};
    lt_reduce_op op = (lt_reduce_op)lua_tointeger(L, LB_UP_OPERATION);
    if (!lb_test(L, 1) && lb_traced(L, 1))
        return lb_trace_reduce(L, op);
    lt_tensor *x = lb_check(L, 1);
    arguments a;
    read_dims(L, 2, lt_reduce_name(op), x, &a);
    lb_options(L, a.options, lt_reduce_name(op), known);
    a.keepdim = lb_opt_bool(L, a.options, "keepdim", false);
    return finish(L, op, x, &a, 0);
}

/* var and std: {correction = 0} is the maximum-likelihood form. */
static int spread(lua_State *L) {
    static const char *const known[] = {"keepdim", "correction", NULL};
    lt_reduce_op op = (lt_reduce_op)lua_tointeger(L, LB_UP_OPERATION);
    lt_tensor *x = lb_check(L, 1);
    arguments a;
    read_dims(L, 2, lt_reduce_name(op), x, &a);
    lb_options(L, a.options, lt_reduce_name(op), known);
    a.keepdim = lb_opt_bool(L, a.options, "keepdim", false);
    return finish(L, op, x, &a, lb_opt_number(L, a.options, "correction", 0));
}

/* max and min: of two tensors element by element; along one dimension values and places; else the
 * value alone. */
static int extreme(lua_State *L) {
    static const char *const known[] = {"keepdim", NULL};
    lt_reduce_op op = (lt_reduce_op)lua_tointeger(L, LB_UP_OPERATION);
    lt_tensor *x = lb_check(L, 1), *other = lb_test(L, 2);
    if (other) {
        lt_tensor *out = lb_new(L);
        LB_TRY(L, lt_binary(out, op == LT_RE_max ? LT_BI_maximum : LT_BI_minimum, x, other));
        return lb_done(L, out);
    }
    arguments a;
    read_dims(L, 2, lt_reduce_name(op), x, &a);
    lb_options(L, a.options, lt_reduce_name(op), known);
    a.keepdim = lb_opt_bool(L, a.options, "keepdim", false);
    if (a.n != 1)
        return finish(L, op, x, &a, 0);
    lt_tensor *values = lb_new(L), *places = lb_new(L);
    LB_TRY(L, lt_extreme(values, places, op == LT_RE_max ? LT_RE_argmax : LT_RE_argmin, x,
                         a.dims[0], a.keepdim));
    lb_done(L, places);
    lua_insert(L, -2);
    lb_done_scalar(L, values);
    lua_insert(L, -2);
    lb_unbox_scalar(L, places);
    return 2;
}

/* x:norm(), x:norm(p), x:norm(p, {dim =, keepdim =}) */
static int norm(lua_State *L) {
    static const char *const known[] = {"dim", "keepdim", NULL};
    lt_tensor *x = lb_check(L, 1);
    double order = 2;
    int options = 2;
    arguments a = {0};
    if (lua_type(L, 2) == LUA_TNUMBER || lua_isnil(L, 2)) {
        order = luaL_optnumber(L, 2, 2);
        options = 3;
    }
    lb_options(L, options, "norm", known);
    a.keepdim = lb_opt_bool(L, options, "keepdim", false);
    if (lua_type(L, options) == LUA_TTABLE) {
        lua_getfield(L, options, "dim");
        read_dims(L, lua_gettop(L), "norm", x, &a);
    }
    return finish(L, LT_RE_norm, x, &a, order);
}

void lb_open_reduce(lua_State *L) {
    static const lt_reduce_op plain[] = {LT_RE_sum,    LT_RE_prod, LT_RE_mean, LT_RE_argmax,
                                         LT_RE_argmin, LT_RE_any,  LT_RE_all,  LT_RE_logsumexp};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        lb_register_closure(L, lt_reduce_name(plain[i]), reduce, plain[i], true);
    lb_register_closure(L, "var", spread, LT_RE_var, true);
    lb_register_closure(L, "std", spread, LT_RE_std, true);
    lb_register_closure(L, "max", extreme, LT_RE_max, true);
    lb_register_closure(L, "min", extreme, LT_RE_min, true);
    lb_register_closure(L, "norm", norm, 0, true);
}
