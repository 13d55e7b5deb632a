/* coroutine.h - coroutines that Ctrl-C reaches.
 *
 * Lua does not tell which coroutine is running, and an interrupt hook works in one thread only.
 * These versions of coroutine.resume and coroutine.wrap say so themselves (app_run_enter) and
 * behave like the standard ones otherwise. */
#ifndef APP_COROUTINE_H
#define APP_COROUTINE_H

#include <lua.h>

/* Put them into the standard table `coroutine`. */
void app_coroutine_open(lua_State *L);

#endif
