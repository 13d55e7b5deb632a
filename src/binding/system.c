/* Settings of the engine: threads, default dtype, memory figures. */
#include "binding/binding.h"

static int set_num_threads(lua_State *L) {
    lua_Integer n = luaL_checkinteger(L, 1);
    if (n < 1 || n > 1024)
        lb_error(L, "set_num_threads: takes 1 or more, not %d", (int)n);
    lt_set_num_threads((int)n);
    return 0;
}

static int get_num_threads(lua_State *L) {
    lua_pushinteger(L, lt_num_threads());
    return 1;
}

static int set_default_dtype(lua_State *L) {
    lt_dtype dtype = LT_FLOAT32;
    const char *name = luaL_checkstring(L, 1);
    if (!lt_dtype_from_name(name, &dtype) || !lt_dtype_is_float(dtype))
        lb_error(L, "set_default_dtype: takes 'float32' or 'float64', not '%s'", name);
    lt_set_default_dtype(dtype);
    return 0;
}

static int get_default_dtype(lua_State *L) {
    lua_pushstring(L, lt_dtype_name(lt_default_dtype()));
    return 1;
}

/* Bytes of tensor storage: in use now, and the most so far. */
static int memory(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)lt_alloc_live());
    lua_pushinteger(L, (lua_Integer)lt_alloc_peak());
    return 2;
}

static const luaL_Reg functions[] = {{"set_num_threads", set_num_threads},
                                     {"get_num_threads", get_num_threads},
                                     {"set_default_dtype", set_default_dtype},
                                     {"get_default_dtype", get_default_dtype},
                                     {"memory", memory},
                                     {NULL, NULL}};

void lb_open_system(lua_State *L) {
    lb_register(L, functions, false);
    lua_pushliteral(L, LT_VERSION);
    lua_setfield(L, -2, "version");
}
