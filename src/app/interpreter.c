#include "app/interpreter.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/coroutine.h"
#include "app/interrupt.h"
#include "app/options.h"
#include "app/repl.h"
#include "binding/binding.h"

#define INIT_NAME           "LUA_INIT"
#define INIT_NAME_VERSIONED INIT_NAME "_" LUA_VERSION_MAJOR "_" LUA_VERSION_MINOR

/* ---- calls and errors ---- */

int app_call(lua_State *L, int nargs, int nresults, int handler) {
    app_run run;
    app_run_enter(&run, L);
    int status = lua_pcall(L, nargs, nresults, handler);
    app_run_leave(&run);
    return status;
}

/* Where the script uses the library: "did you mean la.zeros?" under the message of the error; where
 * it forgot to load it: how that is done. */
static const char *with_hint(lua_State *L, const char *message) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    if (lua_getfield(L, -1, "latent") == LUA_TNIL) {
        bool forgotten = strstr(message, "a nil value (global 'la')") != NULL;
        const char *how = "a script begins with: local la = require \"latent\"";
        return forgotten ? lua_pushfstring(L, "%s\n%s", message, how) : message;
    }
    lua_getglobal(L, "require");
    lua_pushliteral(L, "latent.hint");
    if (lua_pcall(L, 1, 1, 0) != LUA_OK || lua_getfield(L, -1, "of") != LUA_TFUNCTION)
        return message;
    lua_pushstring(L, message);
    lua_pushinteger(L, 2);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK || !lua_isstring(L, -1))
        return message;
    return lua_pushfstring(L, "%s\n%s", message, lua_tostring(L, -1));
}

/* Message handler: an error that is not a string is named, or says itself what it is. */
static int with_traceback(lua_State *L) {
    const char *message = lua_tostring(L, 1);
    if (message == NULL) {
        if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING)
            return 1;
        message = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
    }
    luaL_traceback(L, L, with_hint(L, message), 1);
    return 1;
}

/* Call the function below `nargs` arguments; an error gets the traceback added. */
static int call(lua_State *L, int nargs, int nresults) {
    int base = lua_gettop(L) - nargs;
    lua_pushcfunction(L, with_traceback);
    lua_insert(L, base);
    int status = app_call(L, nargs, nresults, base);
    lua_remove(L, base);
    return status;
}

/* Print the error on top of the stack, if `status` says that there is one. */
static bool report(lua_State *L, const app_options *o, int status) {
    if (status == LUA_OK)
        return true;
    const char *message = lua_tostring(L, -1);
    fflush(stdout);
    if (o->argc > 0 && o->argv[0][0] != '\0')
        fprintf(stderr, "%s: ", o->argv[0]);
    fprintf(stderr, "%s\n", message != NULL ? message : "(error message not a string)");
    fflush(stderr);
    lua_pop(L, 1);
    return false;
}

/* Run what a luaL_load function left: a chunk, or its error message. */
static bool run_chunk(lua_State *L, const app_options *o, int status) {
    if (status == LUA_OK)
        status = call(L, 0, 0);
    return report(L, o, status);
}

static bool run_string(lua_State *L, const app_options *o, const char *code, const char *name) {
    return run_chunk(L, o, luaL_loadbuffer(L, code, strlen(code), name));
}

/* ---- the steps of a run ---- */

/* Global `arg`: the script's name at 0, its arguments after it, what stood before it below. */
static void set_arg(lua_State *L, const app_options *o) {
    int zero = o->script < o->argc ? o->script : 0;
    lua_createtable(L, o->argc - zero, zero + 1);
    for (int i = 0; i < o->argc; i++) {
        lua_pushstring(L, o->argv[i]);
        lua_rawseti(L, -2, i - zero);
    }
    lua_setglobal(L, "arg");
}

/* LUA_INIT_5_4 or else LUA_INIT: code, or a file where it begins with '@'. */
static bool run_init(lua_State *L, const app_options *o) {
    const char *name = "=" INIT_NAME_VERSIONED;
    const char *value = getenv(name + 1);
    if (value == NULL) {
        name = "=" INIT_NAME;
        value = getenv(name + 1);
    }
    if (value == NULL)
        return true;
    if (value[0] == '@')
        return run_chunk(L, o, luaL_loadfile(L, value + 1));
    return run_string(L, o, value, name);
}

/* -l name, -l global=name */
static bool run_require(lua_State *L, const app_options *o, const char *argument) {
    const char *equals = strchr(argument, '=');
    const char *module = equals != NULL ? equals + 1 : argument;
    size_t length = equals != NULL ? (size_t)(equals - argument) : strlen(argument);
    lua_pushlstring(L, argument, length);
    lua_getglobal(L, "require");
    lua_pushstring(L, module);
    int status = call(L, 1, 1);
    if (status == LUA_OK) {
        lua_pushglobaltable(L);
        lua_insert(L, -3);
        lua_settable(L, -3);
    }
    bool ok = report(L, o, status);
    lua_pop(L, 1);
    return ok;
}

/* -e, -l and -W, in the order given. */
static bool run_options(lua_State *L, const app_options *o) {
    for (int i = 1; i < o->script; i++) {
        const char *argument = NULL;
        int action = app_options_action(o, &i, &argument);
        if (action == 'e' && !run_string(L, o, argument, "=(command line)"))
            return false;
        if (action == 'l' && !run_require(L, o, argument))
            return false;
        if (action == 'W')
            lua_warning(L, "@on", 0);
    }
    return true;
}

/* Push the script's arguments as the global `arg` holds them now. */
static int push_arguments(lua_State *L) {
    if (lua_getglobal(L, "arg") != LUA_TTABLE)
        luaL_error(L, "'arg' is not a table");
    int table = lua_gettop(L);
    int n = (int)luaL_len(L, table);
    luaL_checkstack(L, n + 3, "too many arguments to script");
    for (int i = 1; i <= n; i++)
        lua_rawgeti(L, table, i);
    lua_remove(L, table);
    return n;
}

/* `-` is standard input, unless `--` stands before it. */
static bool run_script(lua_State *L, const app_options *o) {
    const char *name = o->argv[o->script];
    bool is_file = strcmp(name, "-") != 0 || strcmp(o->argv[o->script - 1], "--") == 0;
    int status = luaL_loadfile(L, is_file ? name : NULL);
    if (status == LUA_OK) {
        int n = push_arguments(L);
        status = call(L, n, LUA_MULTRET);
    }
    return report(L, o, status);
}

/* -strict: latent.strict watches the globals of the user's own files. */
static bool set_strict(lua_State *L, const app_options *o) {
    return run_string(L, o, "require 'latent'; require 'latent.strict'.enable(arg[0])", "=-strict");
}

/* The session is no run: Ctrl-C stops what is run in it. */
static bool run_session(lua_State *L, const app_options *o) {
    lua_pushcfunction(L, with_traceback);
    app_repl_push(L);
    bool ok = report(L, o, lua_pcall(L, 0, 0, -2));
    lua_pop(L, 1);
    return ok;
}

static void print_versions(void) {
    printf("%s\nlatent %s\n", LUA_COPYRIGHT, LT_VERSION);
    fflush(stdout);
}

static bool run(lua_State *L, const app_options *o) {
    bool has_script = o->script < o->argc;
    if (!o->no_environment && !run_init(L, o))
        return false;
    if (o->strict && !set_strict(L, o))
        return false;
    if (!run_options(L, o))
        return false;
    if (has_script && !run_script(L, o))
        return false;
    if (o->interactive)
        return run_session(L, o);
    if (has_script || o->execute || o->version)
        return true;
    if (isatty(STDIN_FILENO))
        return run_session(L, o);
    run_chunk(L, o, luaL_loadfile(L, NULL)); /* as with `lua`, its failure is not the exit code */
    return true;
}

/* ---- the state ---- */

static void set_preload(lua_State *L, const char *name, lua_CFunction opener) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, opener);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

static int run_protected(lua_State *L) {
    const app_options *o = lua_touserdata(L, 1);
    luaL_checkversion(L);
    if (o->version)
        print_versions();
    if (o->no_environment) {
        lua_pushboolean(L, true);
        lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
    }
    luaL_openlibs(L);
    app_coroutine_open(L);
    set_preload(L, "latent", luaopen_latent);
    set_arg(L, o);
    lua_gc(L, LUA_GCGEN, 0, 0);
    lua_pushboolean(L, run(L, o));
    return 1;
}

int app_main(int argc, char **argv) {
    app_options o = app_options_read(argc, argv);
    if (o.help || o.refused > 0) {
        app_options_usage(&o, o.refused > 0 ? stderr : stdout);
        return o.refused > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    }
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        fprintf(stderr, "%s: no memory for a Lua state\n", app_options_program(&o));
        return EXIT_FAILURE;
    }
    lua_pushcfunction(L, run_protected);
    lua_pushlightuserdata(L, &o);
    int status = lua_pcall(L, 1, 1, 0);
    bool ok = report(L, &o, status) && lua_toboolean(L, -1);
    lua_close(L);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
