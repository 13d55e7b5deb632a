/* repl.h - the session: what the Lua side (lua/latent/repl/) cannot do itself.
 *
 * The loop, its commands and what it prints are Lua. This file gives it the terminal, the history,
 * Tab and calls that Ctrl-C can stop, as the table `host`:
 *
 *     host.read(prompt)           -> line | nil, "end" | nil, "interrupt"
 *     host.remember(entry)           add to the history
 *     host.call(handler, f, ...)  -> true, results... | false, handler(message)
 *     host.columns()              -> width of the terminal
 *     host.clock()                -> seconds, from an arbitrary start
 *     host.list(folder)           -> names in it, folders with a slash at their end
 *     host.terminal, host.colour     is input a terminal; may output be coloured
 *     host.version                   "0.1.0"
 *     host.complete                  set by Lua: f(text before the cursor) -> insert, display */
#ifndef APP_REPL_H
#define APP_REPL_H

#include <lua.h>

/* Push a function that runs a session, without arguments or results. */
void app_repl_push(lua_State *L);

#endif
