/* data.c (binding) - core.drawn: data sets that the engine draws, for lua/latent/data. */
#include "binding/binding.h"

/* digits(n, seed, split): images, labels */
static int digits(lua_State *L) {
    int64_t n = luaL_checkinteger(L, 1);
    uint64_t seed = (uint64_t)luaL_checkinteger(L, 2);
    uint32_t split = (uint32_t)luaL_checkinteger(L, 3);
    lt_tensor *images = lb_new(L);
    lt_tensor *labels = lb_new(L);
    LB_TRY(L, lt_digits(images, labels, n, seed, split));
    lb_seal(L, -2);
    lb_seal(L, -1);
    return 2;
}

void lb_open_data(lua_State *L) {
    static const luaL_Reg functions[] = {{"digits", digits}, {NULL, NULL}};
    lua_newtable(L);
    lb_register(L, functions, false);
    lua_setfield(L, -2, "drawn");
}
