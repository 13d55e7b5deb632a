/* Softmax and running sums, products and logsumexps in Lua: x:softmax(dim), x:cumsum(dim). */
#include "binding/binding.h"

static int softmax(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int dim = lb_check_dim(L, 2, x, 0);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_softmax(out, x, dim, lua_tointeger(L, LB_UP_OPERATION) != 0));
    return lb_done(L, out);
}

static int scan(lua_State *L) {
    lt_tensor *x = lb_check(L, 1);
    int dim = lb_check_dim(L, 2, x, 0);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_scan(out, (lt_scan_op)lua_tointeger(L, LB_UP_OPERATION), x, dim));
    return lb_done(L, out);
}

void lb_open_scan(lua_State *L) {
    lb_register_closure(L, "softmax", softmax, 0, true);
    lb_register_closure(L, "log_softmax", softmax, 1, true);
    lb_register_closure(L, "cumsum", scan, LT_SCAN_sum, true);
    lb_register_closure(L, "cumprod", scan, LT_SCAN_prod, true);
    lb_register_closure(L, "logcumsumexp", scan, LT_SCAN_logsumexp, true);
}
