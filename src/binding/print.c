/* Options of the printed form of tensors. */
#include "binding/binding.h"

/* set_print_options{precision=, threshold=, edge_items=, width=}: those not given stay. */
static int f_set_print_options(lua_State *L) {
    static const char *const known[] = {"precision", "threshold", "edge_items", "width", NULL};
    lt_print_options now = lt_get_print_options();
    luaL_checktype(L, 1, LUA_TTABLE);
    lb_options(L, 1, "set_print_options", known);
    lua_Integer precision = lb_opt_int(L, 1, "precision", now.precision);
    lua_Integer width = lb_opt_int(L, 1, "width", now.width);
    now.threshold = lb_opt_int(L, 1, "threshold", now.threshold);
    now.edge_items = lb_opt_int(L, 1, "edge_items", now.edge_items);
    now.precision = precision < -1 || precision > 99 ? -1 : (int)precision;
    now.width = width < 0 ? 0 : width > 1000000 ? 1000000 : (int)width;
    LB_TRY(L, lt_set_print_options(now));
    return 0;
}

static int f_get_print_options(lua_State *L) {
    lt_print_options now = lt_get_print_options();
    lua_createtable(L, 0, 4);
    lua_pushinteger(L, now.precision);
    lua_setfield(L, -2, "precision");
    lua_pushinteger(L, now.threshold);
    lua_setfield(L, -2, "threshold");
    lua_pushinteger(L, now.edge_items);
    lua_setfield(L, -2, "edge_items");
    lua_pushinteger(L, now.width);
    lua_setfield(L, -2, "width");
    return 1;
}

static const luaL_Reg functions[] = {
    {"set_print_options", f_set_print_options},
    {"get_print_options", f_get_print_options},
    {NULL, NULL},
};

void lb_open_print(lua_State *L) {
    lb_register(L, functions, false);
}
