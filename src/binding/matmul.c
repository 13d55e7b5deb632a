/* Products of matrices and vectors in Lua. */
#include "binding/binding.h"

static int mm(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *b = lb_check(L, 2), *out = lb_new(L);
    LB_TRY(L, lt_mm(out, a, b));
    return lb_done(L, out);
}

static int bmm(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *b = lb_check(L, 2), *out = lb_new(L);
    LB_TRY(L, lt_bmm(out, a, b));
    return lb_done(L, out);
}

static int matmul(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *b = lb_check(L, 2), *out = lb_new(L);
    LB_TRY(L, lt_matmul(out, a, b));
    return lb_done_scalar(L, out);
}

static int dot(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *b = lb_check(L, 2);
    if (a->ndim != 1 || b->ndim != 1)
        lb_error(L, "dot: takes two vectors, not %s and %s", lt_shape_of(a), lt_shape_of(b));
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_matmul(out, a, b));
    return lb_done_scalar(L, out);
}

static const char *const scale_options[] = {"beta", "alpha", NULL};

/* la.addmm(c, a, b), la.addmv(c, a, x): beta c + alpha a b */
static int addmm(lua_State *L) {
    lt_tensor *c = lb_check(L, 1), *a = lb_check(L, 2), *b = lb_check(L, 3);
    double beta = 1, alpha = 1;
    if (!lua_isnoneornil(L, 4)) {
        lb_options(L, 4, lb_function_name(L), scale_options);
        beta = lb_opt_number(L, 4, "beta", 1);
        alpha = lb_opt_number(L, 4, "alpha", 1);
    }
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_addmm(out, c, a, b, beta, alpha));
    return lb_done(L, out);
}

/* w:addr_(u, v [, alpha]), w:addr_(u, v, {beta =, alpha =}): w = beta w + alpha u v^T */
static int addr(lua_State *L) {
    lt_tensor *w = lb_check(L, 1), *u = lb_check(L, 2), *v = lb_check(L, 3);
    double beta = 1, alpha = 1;
    if (lua_type(L, 4) == LUA_TNUMBER) {
        alpha = lua_tonumber(L, 4);
    } else if (lb_options(L, 4, "addr_", scale_options)) {
        beta = lb_opt_number(L, 4, "beta", 1);
        alpha = lb_opt_number(L, 4, "alpha", 1);
    }
    LB_TRY(L, lt_addr_in_place(w, u, v, beta, alpha));
    lua_settop(L, 1);
    return 1;
}

static const luaL_Reg methods[] = {{"mm", mm},       {"bmm", bmm},    {"matmul", matmul},
                                   {"dot", dot},     {"mv", matmul},  {"addmm", addmm},
                                   {"addmv", addmm}, {"addr_", addr}, {NULL, NULL}};

void lb_open_matmul(lua_State *L) {
    lb_register(L, methods, true);
}
