/* Opening the library: latent.core from the binding files, latent from the embedded Lua modules. */
#include "binding/binding.h"
#include "binding/embedded.h"

#include <string.h>

/* The embedded module of a name, or NULL. */
static const lt_embedded_module *find_module(const char *name) {
    for (const lt_embedded_module *m = lt_embedded; m->name; m++)
        if (strcmp(m->name, name) == 0)
            return m;
    return NULL;
}

/* Loader in package.preload: runs the module whose name is its argument. The chunk name begins
 * with "=latent/", which is how errors know the library's own frames. */
static int load_embedded(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    const lt_embedded_module *m = find_module(name);
    if (!m)
        return luaL_error(L, "there is no embedded module '%s'", name);
    const char *file = strncmp(m->file, "lua/", 4) == 0 ? m->file + 4 : m->file;
    lua_pushfstring(L, "=%s", file);
    if (luaL_loadbufferx(L, m->text, (size_t)(m->end - m->text), lua_tostring(L, -1), "t") !=
        LUA_OK)
        return lua_error(L);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

/* core.embedded_source(name): the text of an embedded module, or nil. */
static int embedded_source(lua_State *L) {
    const lt_embedded_module *m = find_module(luaL_checkstring(L, 1));
    if (m)
        lua_pushlstring(L, m->text, (size_t)(m->end - m->text));
    else
        lua_pushnil(L);
    return 1;
}

/* core.embedded_names(): the names of all embedded modules, sorted. */
static int embedded_names(lua_State *L) {
    lua_newtable(L);
    for (const lt_embedded_module *m = lt_embedded; m->name; m++) {
        lua_pushstring(L, m->name);
        lua_rawseti(L, -2, (lua_Integer)(m - lt_embedded) + 1);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    {"embedded_source", embedded_source}, {"embedded_names", embedded_names}, {NULL, NULL}};

int luaopen_latent_core(lua_State *L) {
    lua_newtable(L);
    lb_open_guard(L);
    lb_open_tensor(L);
    lb_open_create(L);
    lb_open_elementwise(L);
    lb_open_reduce(L);
    lb_open_shape(L);
    lb_open_arrange(L);
    lb_open_scan(L);
    lb_open_sort(L);
    lb_open_matmul(L);
    lb_open_linalg(L);
    lb_open_fuse(L);
    lb_open_random(L);
    lb_open_samplers(L);
    lb_open_print(L);
    lb_open_autograd(L);
    lb_open_nn(L);
    lb_open_io(L);
    lb_open_pictures(L);
    lb_open_data(L);
    lb_open_models(L);
    lb_open_process(L);
    lb_open_system(L);
    lb_open_watch(L);
    lb_register(L, functions, false);
    return 1;
}

__attribute__((visibility("default"))) int luaopen_latent(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    for (const lt_embedded_module *m = lt_embedded; m->name; m++) {
        if (strcmp(m->name, "latent") == 0)
            continue;
        lua_pushcfunction(L, load_embedded);
        lua_setfield(L, -2, m->name);
    }
    lua_pushcfunction(L, luaopen_latent_core);
    lua_setfield(L, -2, "latent.core");
    lua_pop(L, 1);
    lua_pushcfunction(L, load_embedded);
    lua_pushliteral(L, "latent");
    lua_call(L, 1, 1);
    return 1;
}
