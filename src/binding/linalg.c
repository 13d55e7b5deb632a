/* Linear algebra in Lua: la.linalg's C part (core.linalg), outer, trace, cdist. */
#include "binding/binding.h"

#include <math.h>

/* Give the last `n` userdata of the stack, all filled, their metatables. */
static int done_all(lua_State *L, int n) {
    for (int i = 1; i <= n; i++)
        lb_seal(L, -i);
    return n;
}

/* svd(a [, {full_matrices = false}]) -> u, s, vt */
static int svd(lua_State *L) {
    static const char *const known[] = {"full_matrices", NULL};
    lt_tensor *a = lb_check(L, 1);
    lb_options(L, 2, "linalg.svd", known);
    bool full = lb_opt_bool(L, 2, "full_matrices", false);
    lt_tensor *u = lb_new(L), *s = lb_new(L), *vt = lb_new(L);
    LB_TRY(L, lt_svd(u, s, vt, a, full));
    return done_all(L, 3);
}

static int svdvals(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *s = lb_new(L);
    LB_TRY(L, lt_svd(NULL, s, NULL, a, false));
    return lb_done(L, s);
}

static int eigh(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *values = lb_new(L), *vectors = lb_new(L);
    LB_TRY(L, lt_eigh(values, vectors, a));
    return done_all(L, 2);
}

static int eigvalsh(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *values = lb_new(L);
    LB_TRY(L, lt_eigh(values, NULL, a));
    return lb_done(L, values);
}

static int eig(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *values = lb_new(L), *vectors = lb_new(L);
    LB_TRY(L, lt_eig(values, vectors, a));
    return done_all(L, 2);
}

static int eigvals(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *values = lb_new(L);
    LB_TRY(L, lt_eig(values, NULL, a));
    return lb_done(L, values);
}

static int cholesky(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *l = lb_new(L);
    LB_TRY(L, lt_cholesky(l, a));
    return lb_done(L, l);
}

/* qr(a [, {complete = false}]) -> q, r */
static int qr(lua_State *L) {
    static const char *const known[] = {"complete", NULL};
    lt_tensor *a = lb_check(L, 1);
    lb_options(L, 2, "linalg.qr", known);
    bool complete = lb_opt_bool(L, 2, "complete", false);
    lt_tensor *q = lb_new(L), *r = lb_new(L);
    LB_TRY(L, lt_qr(q, r, a, complete));
    return done_all(L, 2);
}

static int solve(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *b = lb_check(L, 2), *x = lb_new(L);
    LB_TRY(L, lt_solve(x, a, b));
    return lb_done(L, x);
}

/* solve_triangular(a, b [, {upper = false}]) */
static int solve_triangular(lua_State *L) {
    static const char *const known[] = {"upper", NULL};
    lt_tensor *a = lb_check(L, 1), *b = lb_check(L, 2);
    lb_options(L, 3, "linalg.solve_triangular", known);
    bool upper = lb_opt_bool(L, 3, "upper", false);
    lt_tensor *x = lb_new(L);
    LB_TRY(L, lt_solve_triangular(x, a, b, upper));
    return lb_done(L, x);
}

static int lstsq(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *b = lb_check(L, 2), *x = lb_new(L);
    LB_TRY(L, lt_lstsq(x, a, b));
    return lb_done(L, x);
}

static int inv(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *out = lb_new(L);
    LB_TRY(L, lt_inv(out, a));
    return lb_done(L, out);
}

/* pinv(a [, {rtol =}]) */
static int pinv(lua_State *L) {
    static const char *const known[] = {"rtol", NULL};
    lt_tensor *a = lb_check(L, 1);
    lb_options(L, 2, "linalg.pinv", known);
    double rtol = lb_opt_number(L, 2, "rtol", NAN);
    if (rtol < 0)
        lb_error(L, "linalg.pinv: rtol must be 0 or more, not %g", rtol);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_pinv(out, a, isnan(rtol) ? -1 : rtol));
    return lb_done(L, out);
}

static int det(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *out = lb_new(L);
    LB_TRY(L, lt_det(out, a));
    return lb_done_scalar(L, out);
}

/* slogdet(a) -> sign, logabs */
static int slogdet(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *logabs = lb_new(L), *sign = lb_new(L);
    LB_TRY(L, lt_slogdet(sign, logabs, a));
    lb_done_scalar(L, sign);
    lua_insert(L, -2);
    lb_done_scalar(L, logabs);
    return 2;
}

static int outer(lua_State *L) {
    lt_tensor *u = lb_check(L, 1), *v = lb_check(L, 2), *out = lb_new(L);
    LB_TRY(L, lt_outer(out, u, v));
    return lb_done(L, out);
}

static int trace(lua_State *L) {
    lt_tensor *a = lb_check(L, 1), *out = lb_new(L);
    LB_TRY(L, lt_trace(out, a));
    return lb_done_scalar(L, out);
}

/* cdist(a, b [, {p = 2}]) */
static int cdist(lua_State *L) {
    static const char *const known[] = {"p", NULL};
    lt_tensor *a = lb_check(L, 1), *b = lb_check(L, 2);
    lb_options(L, 3, "cdist", known);
    double p = lb_opt_number(L, 3, "p", 2);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_cdist(out, a, b, p));
    return lb_done(L, out);
}

static const luaL_Reg linalg[] = {{"svd", svd},           {"svdvals", svdvals},
                                  {"eigh", eigh},         {"eigvalsh", eigvalsh},
                                  {"eig", eig},           {"eigvals", eigvals},
                                  {"cholesky", cholesky}, {"qr", qr},
                                  {"solve", solve},       {"solve_triangular", solve_triangular},
                                  {"lstsq", lstsq},       {"inv", inv},
                                  {"pinv", pinv},         {"det", det},
                                  {"slogdet", slogdet},   {NULL, NULL}};

static const luaL_Reg methods[] = {
    {"outer", outer}, {"trace", trace}, {"cdist", cdist}, {NULL, NULL}};

void lb_open_linalg(lua_State *L) {
    lb_register(L, methods, true);
    lua_newtable(L);
    lb_register(L, linalg, false);
    lua_setfield(L, -2, "linalg");
}
