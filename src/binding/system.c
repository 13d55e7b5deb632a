/* Settings of the engine: threads, default dtype, memory figures; the clock, the terminal and
 * folders for the Lua modules (core.host). */
#include "binding/binding.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernels/blas.h"

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

/* clock(): seconds on a clock that never jumps. */
static int host_clock(lua_State *L) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    lua_pushnumber(L, (double)now.tv_sec + 1e-9 * (double)now.tv_nsec);
    return 1;
}

/* product_time(count): seconds spent in matrix products, by all threads together, since the call
 * before asked to count them; `count` says whether to from here on. */
static int host_product_time(lua_State *L) {
    lua_pushnumber(L, lt_gemm_time(lua_toboolean(L, 1)));
    return 1;
}

/* columns(): width of the terminal that standard error goes to, or nil if it goes elsewhere. */
static int host_columns(lua_State *L) {
    struct winsize size;
    if (!isatty(STDERR_FILENO))
        return lua_pushnil(L), 1;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    lua_pushinteger(L, known ? size.ws_col : 80);
    return 1;
}

/* make_folder(path): make it and the folders above it; true, or nil and the reason. */
static int host_make_folder(lua_State *L) {
    size_t length;
    const char *path = luaL_checklstring(L, 1, &length);
    for (size_t i = 1; i <= length; i++) {
        if (i < length && path[i] != '/')
            continue;
        const char *part = lua_pushlstring(L, path, i);
        if (mkdir(part, 0777) != 0 && errno != EEXIST && i == length) {
            lua_pushnil(L);
            lua_pushstring(L, strerror(errno));
            return 2;
        }
        lua_pop(L, 1);
    }
    lua_pushboolean(L, true);
    return 1;
}

static const luaL_Reg host[] = {{"clock", host_clock},
                                {"product_time", host_product_time},
                                {"columns", host_columns},
                                {"make_folder", host_make_folder},
                                {NULL, NULL}};

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
    lua_newtable(L);
    lb_register(L, host, false);
    lua_setfield(L, -2, "host");
}
