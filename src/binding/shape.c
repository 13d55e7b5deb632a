/* Views and joins in Lua. Dimensions are 1-based, negative ones count from the end. */
#include "binding/binding.h"

static int reshape(lua_State *L) {
    int64_t shape[LT_MAX_DIMS];
    int next;
    lt_tensor *x = lb_check(L, 1);
    int ndim = lb_check_shape(L, 2, shape, &next);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_reshape(out, x, ndim, shape));
    return lb_done(L, out);
}

static int expand(lua_State *L) {
    int64_t shape[LT_MAX_DIMS];
    int next;
    lt_tensor *x = lb_check(L, 1);
    int ndim = lb_check_shape(L, 2, shape, &next);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_expand(out, x, ndim, shape));
    return lb_done(L, out);
}

static int expand_as(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), *like = lb_check(L, 2), *out = lb_new(L);
    LB_TRY(L, lt_expand(out, x, like->ndim, like->shape));
    return lb_done(L, out);
}

/* x:flatten() is one dimension; x:flatten(from [, to]) joins those. */
static int flatten(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int64_t shape[LT_MAX_DIMS];
    int from = 0, to = x->ndim - 1, n = 0;
    if (!lua_isnoneornil(L, 2))
        from = lb_check_dim(L, 2, x, 0);
    if (!lua_isnoneornil(L, 3))
        to = lb_check_dim(L, 3, x, 0);
    if (from > to && x->ndim > 0)
        lb_error(L, "flatten: dimension %d stands after %d", from + 1, to + 1);
    for (int d = 0; d < from; d++)
        shape[n++] = x->shape[d];
    shape[n] = 1;
    for (int d = from; d <= to; d++)
        shape[n] *= x->shape[d];
    n++;
    for (int d = to + 1; d < x->ndim; d++)
        shape[n++] = x->shape[d];
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_reshape(out, x, n, shape));
    return lb_done(L, out);
}

/* x:permute(3, 1, 2) or x:permute({3, 1, 2}) */
static int permute(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int64_t given[LT_MAX_DIMS];
    int order[LT_MAX_DIMS], next;
    int n = lb_check_shape(L, 2, given, &next);
    if (n != x->ndim)
        lb_error(L, "permute: %d dimensions named for a tensor %s", n, lt_shape_of(x));
    for (int d = 0; d < n; d++)
        order[d] = lb_to_dim(L, "permute", given[d], x->ndim);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_permute(out, x, order));
    return lb_done(L, out);
}

static int transpose(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int a = lb_check_dim(L, 2, x, 0), b = lb_check_dim(L, 3, x, 0);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_transpose(out, x, a, b));
    return lb_done(L, out);
}

/* x:t() swaps the two dimensions of a matrix; a vector stays as it is. */
static int t(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    if (x->ndim > 2)
        lb_error(L, "t: takes a matrix, not %s; use transpose or permute", lt_shape_of(x));
    if (x->ndim < 2) {
        lua_settop(L, 1);
        return 1;
    }
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_transpose(out, x, 0, 1));
    return lb_done(L, out);
}

/* A 1-based index into dimension d, negative from the end, to 0-based. */
static int64_t to_place(lua_State *L, int arg, const lt_tensor *x, int d) {
    lua_Integer i = luaL_checkinteger(L, arg);
    int64_t n = x->shape[d], place = i < 0 ? i + n : i - 1;
    if (i == 0 || place < 0 || place > n)
        lb_error(L, "%s: index %d is outside dimension %d of a tensor %s", lb_function_name(L),
                 (int)i, d + 1, lt_shape_of(x));
    return place;
}

/* x:narrow(dim, start, count) */
static int narrow(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int dim = lb_check_dim(L, 2, x, 0);
    int64_t start = to_place(L, 3, x, dim), count = luaL_checkinteger(L, 4);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_narrow(out, x, dim, start, count));
    return lb_done(L, out);
}

/* x:select(dim, index) */
static int select(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int dim = lb_check_dim(L, 2, x, 0);
    int64_t index = to_place(L, 3, x, dim);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_select(out, x, dim, index));
    return lb_done_scalar(L, out);
}

static int unsqueeze(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int dim = lb_check_dim(L, 2, x, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_unsqueeze(out, x, dim));
    return lb_done(L, out);
}

/* x:squeeze(), x:squeeze(dim), x:squeeze({dim, ...}) */
static int squeeze(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), *out;
    if (lua_type(L, 2) == LUA_TTABLE) {
        int64_t shape[LT_MAX_DIMS], given[LT_MAX_DIMS];
        bool drop[LT_MAX_DIMS] = {false};
        int next, n = 0, named = lb_check_shape(L, 2, given, &next);
        for (int i = 0; i < named; i++)
            drop[lb_to_dim(L, "squeeze", given[i], x->ndim)] = true;
        for (int d = 0; d < x->ndim; d++)
            if (!drop[d] || x->shape[d] != 1)
                shape[n++] = x->shape[d];
        out = lb_new(L);
        LB_TRY(L, lt_reshape(out, x, n, shape));
        return lb_done(L, out);
    }
    int dim = lua_isnoneornil(L, 2) ? LT_ALL_DIMS : lb_check_dim(L, 2, x, 0);
    out = lb_new(L);
    LB_TRY(L, lt_squeeze(out, x, dim));
    return lb_done(L, out);
}

static int join(lua_State *L, lt_status (*f)(lt_tensor *, int, lt_tensor *const *, int),
                int extra) {
    int n;
    lua_settop(L, 2);
    lt_tensor **list = lb_check_list(L, 1, &n);
    lt_tensor none LT_EMPTY;
    none.ndim = 1;
    int dim = lua_isnoneornil(L, 2) ? 0 : lb_check_dim(L, 2, n ? list[0] : &none, extra);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, f(out, n, list, dim));
    return lb_done(L, out);
}

static int cat(lua_State *L) {
    return join(L, lt_cat, 0);
}

static int stack(lua_State *L) {
    return join(L, lt_stack, 1);
}

/* ---- by tensors of places ---- */

static int index_select(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int dim = lb_check_dim(L, 2, x, 0);
    lt_tensor *index = lb_check(L, 3), *out = lb_new(L);
    LB_TRY(L, lt_index_select(out, x, dim, index));
    return lb_done(L, out);
}

static int gather(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int dim = lb_check_dim(L, 2, x, 0);
    lt_tensor *index = lb_check(L, 3), *out = lb_new(L);
    LB_TRY(L, lt_gather(out, x, dim, index));
    return lb_done(L, out);
}

static int masked_select(lua_State *L) {
    lt_tensor *x = lb_check(L, 1), *mask = lb_check(L, 2), *out = lb_new(L);
    LB_TRY(L, lt_masked_select(out, x, mask));
    return lb_done(L, out);
}

static const luaL_Reg functions[] = {{"cat", cat}, {"stack", stack}, {NULL, NULL}};

static const luaL_Reg methods[] = {{"reshape", reshape},
                                   {"view", reshape},
                                   {"flatten", flatten},
                                   {"expand", expand},
                                   {"expand_as", expand_as},
                                   {"permute", permute},
                                   {"transpose", transpose},
                                   {"t", t},
                                   {"narrow", narrow},
                                   {"select", select},
                                   {"unsqueeze", unsqueeze},
                                   {"squeeze", squeeze},
                                   {"index_select", index_select},
                                   {"gather", gather},
                                   {"masked_select", masked_select},
                                   {NULL, NULL}};

void lb_open_shape(lua_State *L) {
    lb_register(L, functions, false);
    lb_register(L, methods, true);
}
