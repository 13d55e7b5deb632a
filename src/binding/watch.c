/* watch.c - core.host.watch: tells a Lua function how far long engine work is. */
#include "binding/binding.h"
#include "tensor/progress.h"

/* The watch runs in a Lua thread of its own: nobody knows which one called the engine. */
static lua_State *watcher;
static int watched; /* place of the function in the registry */

/* The collector rests meanwhile: the engine is in the middle of its work. What the function raises
 * is dropped, the work goes on. */
static void tell(const char *label, int64_t done, int64_t total) {
    lua_State *L = watcher;
    bool collecting = lua_gc(L, LUA_GCISRUNNING) != 0;
    lua_gc(L, LUA_GCSTOP);
    lua_rawgeti(L, LUA_REGISTRYINDEX, watched);
    lua_pushstring(L, label);
    lua_pushinteger(L, done);
    lua_pushinteger(L, total);
    if (lua_pcall(L, 3, 0, 0) != LUA_OK)
        lua_pop(L, 1);
    if (collecting)
        lua_gc(L, LUA_GCRESTART);
}

static int forget(lua_State *L) {
    (void)L;
    lt_progress_watch(NULL);
    watcher = NULL;
    return 0;
}

/* watch(f): f(label, done, total) is called ten times a second while an engine call takes more
 * than one, and with done = -1 at its end. One Lua state of a process can watch. */
static int host_watch(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    if (watcher)
        return 0;
    watched = luaL_ref(L, LUA_REGISTRYINDEX);
    watcher = lua_newthread(L);
    luaL_ref(L, LUA_REGISTRYINDEX);
    lua_newuserdatauv(L, 0, 0); /* ends the watch with the state */
    lua_newtable(L);
    lua_pushcfunction(L, forget);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    luaL_ref(L, LUA_REGISTRYINDEX);
    lt_progress_watch(tell);
    return 0;
}

void lb_open_watch(lua_State *L) {
    lua_getfield(L, -1, "host");
    lua_pushcfunction(L, host_watch);
    lua_setfield(L, -2, "watch");
    lua_pop(L, 1);
}
