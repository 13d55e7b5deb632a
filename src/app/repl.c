#include "app/repl.h"

#include <dirent.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/interpreter.h"
#include "app/interrupt.h"
#include "app/line_input.h"
#include "latent.h"

/* The host table is kept in the registry by this address. */
static const char host_key;

static int host_read(lua_State *L) {
    char *line = NULL;
    app_input kind = app_input_read(luaL_checkstring(L, 1), &line);
    if (kind == APP_INPUT_LINE) {
        lua_pushstring(L, line);
        free(line);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, kind == APP_INPUT_END ? "end" : "interrupt");
    return 2;
}

static int host_remember(lua_State *L) {
    app_input_remember(luaL_checkstring(L, 1));
    return 0;
}

static int host_call(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    luaL_checkany(L, 2);
    int status = app_call(L, lua_gettop(L) - 2, LUA_MULTRET, 1);
    lua_pushboolean(L, status == LUA_OK);
    lua_replace(L, 1);
    return lua_gettop(L);
}

static int host_columns(lua_State *L) {
    lua_pushinteger(L, app_input_columns());
    return 1;
}

static int host_clock(lua_State *L) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    lua_pushnumber(L, (lua_Number)now.tv_sec + 1e-9 * (lua_Number)now.tv_nsec);
    return 1;
}

/* Names in a folder, folders with a slash at their end; an empty list where it cannot be read. */
static int host_list(lua_State *L) {
    const char *folder = luaL_checkstring(L, 1);
    lua_newtable(L);
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return 1;
    struct stat info;
    int n = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        bool is_folder = fstatat(dirfd(dir), entry->d_name, &info, 0) == 0 && S_ISDIR(info.st_mode);
        lua_pushfstring(L, is_folder ? "%s/" : "%s", entry->d_name);
        lua_rawseti(L, -2, ++n);
    }
    closedir(dir);
    return 1;
}

static const luaL_Reg functions[] = {
    {"read", host_read},   {"remember", host_remember},
    {"call", host_call},   {"columns", host_columns},
    {"clock", host_clock}, {"list", host_list},
    {NULL, NULL},
};

/* https://no-color.org: any value but the empty one. */
static bool may_colour(void) {
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

static void push_host(lua_State *L) {
    luaL_newlib(L, functions);
    lua_pushboolean(L, app_input_is_terminal());
    lua_setfield(L, -2, "terminal");
    lua_pushboolean(L, may_colour());
    lua_setfield(L, -2, "colour");
    lua_pushliteral(L, LT_VERSION);
    lua_setfield(L, -2, "version");
}

/* Tab: ask host.complete, in protected mode. An error there means that nothing completes. */
static app_completion complete(const char *before, void *context) {
    lua_State *L = context;
    app_completion found = {NULL, NULL};
    int top = lua_gettop(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key);
    lua_getfield(L, -1, "complete");
    lua_pushstring(L, before);
    if (lua_pcall(L, 1, 2, 0) == LUA_OK) {
        if (lua_isstring(L, -2))
            found.insert = strdup(lua_tostring(L, -2));
        if (lua_isstring(L, -1))
            found.display = strdup(lua_tostring(L, -1));
    }
    lua_settop(L, top);
    return found;
}

static int run_session(lua_State *L) {
    lua_getglobal(L, "require");
    lua_pushliteral(L, "latent");
    lua_call(L, 1, 0);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "latent.repl");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "run");
    push_host(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key);
    if (app_input_is_terminal())
        app_interrupt_session();
    app_input_open(complete, L);
    lua_call(L, 1, 0);
    app_input_close();
    return 0;
}

void app_repl_push(lua_State *L) {
    lua_pushcfunction(L, run_session);
}
