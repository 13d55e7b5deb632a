/* interpreter.h - the program as an interpreter: what `lua` does with its command line, scripts,
 * environment variables, errors and exit codes, with the engine ready for `require "latent"`. */
#ifndef APP_INTERPRETER_H
#define APP_INTERPRETER_H

#include <lua.h>

/* The whole program; returns its exit code. */
int app_main(int argc, char **argv);

/* lua_pcall, open to Ctrl-C. `handler` is the stack index of the message handler. */
int app_call(lua_State *L, int nargs, int nresults, int handler);

#endif
