/* interrupt.h - Ctrl-C stops what runs: Lua code by a hook, engine kernels by lt_interrupt().
 *
 * Both end in the Lua error "interrupted!". A second Ctrl-C in the same run ends the process.
 * A run is everything between app_run_enter() and app_run_leave() of the outermost run. */
#ifndef APP_INTERRUPT_H
#define APP_INTERRUPT_H

#include <stdbool.h>

#include <lua.h>

/* A Lua thread that is running code: the outermost one and each coroutine resumed from it. */
typedef struct app_run {
    lua_State *L;
    struct app_run *outer;
} app_run;

/* Bracket a call that runs user code in `L`. Nothing may jump past app_run_leave(): the call in
 * between is a protected one. */
void app_run_enter(app_run *run, lua_State *L);
void app_run_leave(app_run *run);

/* From now on Ctrl-C outside of a run is only noted (for app_interrupt_take). Inside of one, a
 * second Ctrl-C within a second of the first does nothing: work is not lost to impatience. */
void app_interrupt_session(void);

/* True once after a Ctrl-C outside of a run. */
bool app_interrupt_take(void);

#endif
