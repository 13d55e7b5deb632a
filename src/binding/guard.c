/* Finalisers for tensors that need one late. */
#include "binding/binding.h"

static const char guards_key = 0, metatable_key = 0;

static int guard_gc(lua_State *L) {
    lua_getiuservalue(L, 1, 1);
    lt_tensor *t = lb_test(L, -1);
    if (t)
        lt_release(t);
    return 0;
}

void lb_guard(lua_State *L, int index) {
    index = lua_absindex(L, index);
    luaL_checkstack(L, 4, "guard");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &guards_key);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) != LUA_TNIL) {
        lua_pop(L, 2);
        return;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, index);
    lua_newuserdatauv(L, 0, 1);
    lua_pushvalue(L, index);
    lua_setiuservalue(L, -2, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_key);
    lua_setmetatable(L, -2);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

void lb_open_guard(lua_State *L) {
    lua_newtable(L);
    lua_pushcfunction(L, guard_gc);
    lua_setfield(L, -2, "__gc");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_key);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &guards_key);
}
