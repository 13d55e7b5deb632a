#include "app/interrupt.h"

#include <errno.h>
#include <lauxlib.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "tensor/interrupt.h"

static app_run *volatile innermost;       /* chain of running threads; NULL outside of a run */
static volatile sig_atomic_t interrupted; /* there was a Ctrl-C in this run */
static volatile sig_atomic_t noted;       /* there was one outside of a run */
static bool session;
static pthread_t owner;       /* the thread that runs Lua */
static struct timespec first; /* when the run's first Ctrl-C came */

/* The hook raises at the first Lua instruction, call or return after the signal. An engine kernel
 * that saw the flag before has raised already and cleared it: nothing is left to do then. */
static void stop(lua_State *L, lua_Debug *ar) {
    (void)ar;
    lua_sethook(L, NULL, 0, 0);
    if (lt_interrupted()) {
        lt_interrupt_clear();
        luaL_where(L, 0);
        lua_pushliteral(L, "interrupted!");
        lua_concat(L, 2);
        lua_error(L);
    }
}

static bool impatient(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return session &&
           (double)(now.tv_sec - first.tv_sec) + 1e-9 * (double)(now.tv_nsec - first.tv_nsec) < 1.0;
}

/* Only async-signal-safe calls, and lua_sethook, which Lua allows here. Every Lua thread of the
 * chain gets the hook: the signal may come while one of them is just handing over to the next. A
 * worker of the engine that happens to get the signal passes it on. */
static void on_interrupt(int number) {
    int saved = errno;
    if (!pthread_equal(pthread_self(), owner)) {
        pthread_kill(owner, number);
        errno = saved;
        return;
    }
    if (innermost == NULL) {
        noted = 1;
    } else if (!interrupted) {
        interrupted = 1;
        clock_gettime(CLOCK_MONOTONIC, &first);
        lt_interrupt();
        for (app_run *run = innermost; run != NULL; run = run->outer)
            lua_sethook(run->L, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
    } else if (!impatient()) {
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = saved;
}

/* No SA_RESTART: a read that waits for input fails with EINTR, so that the hook gets its turn. */
static void set_action(void (*action)(int)) {
    struct sigaction sa = {.sa_handler = action};
    owner = pthread_self();
    sigemptyset(&sa.sa_mask);
    sigaction(SIGINT, &sa, NULL);
}

void app_run_enter(app_run *run, lua_State *L) {
    run->L = L;
    run->outer = innermost;
    innermost = run;
    if (run->outer == NULL && !session)
        set_action(on_interrupt);
}

void app_run_leave(app_run *run) {
    innermost = run->outer;
    if (run->outer != NULL)
        return;
    if (!session)
        set_action(SIG_DFL);
    if (interrupted) {
        lua_sethook(run->L, NULL, 0, 0);
        lt_interrupt_clear();
        interrupted = 0;
    }
}

void app_interrupt_session(void) {
    session = true;
    set_action(on_interrupt);
}

bool app_interrupt_take(void) {
    bool was = noted;
    noted = 0;
    return was;
}
