/* io.c (binding) - reading and writing files, for lua/latent/io. */
#include <string.h>

#include "binding/binding.h"

/* A path may hold any byte but the zero that would end it early. */
static const char *check_path(lua_State *L, int arg) {
    size_t length;
    const char *path = luaL_checklstring(L, arg, &length);
    if (strlen(path) != length)
        luaL_argerror(L, arg, "a path cannot hold a zero byte");
    return path;
}

static int load_idx(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_read_idx(out, path));
    return lb_done(L, out);
}

static int load_npy(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_tensor *out = lb_new(L);
    LB_TRY(L, lt_read_npy(out, path));
    return lb_done(L, out);
}

static int save_npy(lua_State *L) {
    lt_tensor room;
    const char *path = check_path(L, 1);
    lt_tensor *t = lb_operand(L, 2, &room);
    LB_TRY(L, lt_write_npy(path, t));
    return 0;
}

/* An open archive is held by a userdata, so that an error on the way closes it. */
static int npz_gc(lua_State *L) {
    lt_npz **box = lua_touserdata(L, 1);
    lt_npz_close(*box);
    *box = NULL;
    return 0;
}

static lt_npz **new_npz(lua_State *L) {
    lt_npz **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    if (luaL_newmetatable(L, "latent.npz")) {
        lua_pushcfunction(L, npz_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return box;
}

/* A table of tensors by name. */
static int load_npz(lua_State *L) {
    const char *path = check_path(L, 1);
    lt_npz **box = new_npz(L);
    LB_TRY(L, lt_npz_open(box, path));
    lua_newtable(L);
    for (int64_t i = 0; i < lt_npz_count(*box); i++) {
        lt_tensor *out = lb_new(L);
        LB_TRY(L, lt_npz_read(*box, i, out));
        lb_done(L, out);
        lua_setfield(L, -2, lt_npz_name(*box, i));
    }
    lt_npz_close(*box);
    *box = NULL;
    return 1;
}

/* The strings of the list at `names` and the tensors of the list at `tensors`, as C arrays that
 * live on the stack of Lua. */
static lua_Integer check_named(lua_State *L, int names, int tensors, const char ***name,
                               lt_tensor ***tensor) {
    luaL_checktype(L, names, LUA_TTABLE);
    luaL_checktype(L, tensors, LUA_TTABLE);
    lua_Integer n = (lua_Integer)lua_rawlen(L, names);
    *name = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof **name, 0);
    *tensor = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof **tensor, 0);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(L, names, i + 1);
        lua_rawgeti(L, tensors, i + 1);
        (*name)[i] = luaL_checkstring(L, -2);
        (*tensor)[i] = lb_check(L, lua_gettop(L));
        lua_pop(L, 2);
    }
    return n;
}

/* Writing may have moved inline data to a storage: see that the tensors of the list own it. */
static void seal_all(lua_State *L, int tensors, lua_Integer n) {
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, tensors, i);
        lb_settle(L, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* save_npz(path, names, tensors, compress) */
static int save_npz(lua_State *L) {
    const char **name;
    lt_tensor **tensor;
    const char *path = check_path(L, 1);
    lua_Integer n = check_named(L, 2, 3, &name, &tensor);
    lt_status status = lt_write_npz(path, n, name, tensor, lua_toboolean(L, 4));
    seal_all(L, 3, n);
    LB_TRY(L, status);
    return 0;
}

void lb_open_io(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"load_idx", load_idx}, {"load_npy", load_npy}, {"load_npz", load_npz},
        {"save_npy", save_npy}, {"save_npz", save_npz}, {NULL, NULL},
    };
    lb_register(L, functions, false);
}
