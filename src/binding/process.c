/* process.c - child processes without a shell: a program is started with its arguments as they
 * are, fed through its standard input, and what it prints is collected while it runs, so that
 * neither side ever waits for the other. */
#include "binding/binding.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define CHILD "latent.process"

/* More than any picture: a child gone wild is stopped here. */
#define MAX_OUTPUT ((size_t)1 << 28)

#define MAX_SECONDS 1e9
#define SLICE_MS    20 /* how often a wait looks for interrupts and for the child's end */

typedef struct text {
    char *data;
    size_t size, room;
} text;

typedef struct child {
    pid_t pid;        /* 0: not started, or reaped */
    int in, out, err; /* our ends, not blocking; -1: closed */
    int code;         /* exit status, 128 + signal for one that was killed */
    double cpu;       /* seconds of processor time it took */
    double deadline;  /* on the clock of now() */
    text printed, complained;
} child;

typedef enum outcome { READY, TIMEOUT, INTERRUPTED, OVERFLOW } outcome;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void close_fd(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- the child's end ---- */

/* Note the exit status if the child has ended. True when there is no child any more. */
static bool reap(child *c, int flags) {
    int status = 0;
    struct rusage usage = {0};
    pid_t got;
    if (c->pid == 0)
        return true;
    do {
        got = wait4(c->pid, &status, flags, &usage);
    } while (got < 0 && errno == EINTR);
    if (got == 0)
        return false;
    c->pid = 0;
    if (got > 0) {
        c->code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        c->cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    }
    return true;
}

/* The child leads a process group of its own: its helpers end with it. */
static void stop(child *c) {
    close_fd(&c->in);
    close_fd(&c->out);
    close_fd(&c->err);
    if (c->pid != 0) {
        kill(-c->pid, SIGKILL);
        reap(c, 0);
    }
}

static void discard(child *c) {
    stop(c);
    free(c->printed.data);
    free(c->complained.data);
    c->printed = c->complained = (text){0};
}

/* ---- the child's start ---- */

/* Descriptors 0, 1 and 2 are what the child's ends become: keep ours above them, in case this
 * process was started with one of those closed. */
static int above_stdio(int fd) {
    int high;
    if (fd < 0 || fd > 2)
        return fd;
    high = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    close(fd);
    return high;
}

static int open_ends(int in[2], int out[2], int err[2]) {
    /* A socket as standard input: a write to a child that has gone is then an error code
     * (MSG_NOSIGNAL) and no SIGPIPE. */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0 || pipe2(out, O_CLOEXEC) != 0 ||
        pipe2(err, O_CLOEXEC) != 0)
        return errno;
    for (int i = 0; i < 2; i++) {
        in[i] = above_stdio(in[i]);
        out[i] = above_stdio(out[i]);
        err[i] = above_stdio(err[i]);
        if (in[i] < 0 || out[i] < 0 || err[i] < 0)
            return errno;
    }
    shutdown(in[0], SHUT_RD);
    fcntl(in[0], F_SETFL, O_NONBLOCK);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static int launch(pid_t *pid, char *const argv[], int in, int out, int err) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    int failure;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGQUIT);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_adddup2(&files, err, 2);
    failure = posix_spawnp(pid, argv[0], &files, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return failure;
}

/* Start argv with the ends of `c` tied to it. Returns an errno. */
static int start(child *c, char *const argv[]) {
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    pid_t pid = 0;
    int failure = open_ends(in, out, err);
    if (failure == 0)
        failure = launch(&pid, argv, in[1], out[1], err[1]);
    close_fd(&in[1]);
    close_fd(&out[1]);
    close_fd(&err[1]);
    c->in = in[0];
    c->out = out[0];
    c->err = err[0];
    if (failure == 0)
        c->pid = pid;
    else
        stop(c);
    return failure;
}

/* ---- moving bytes ---- */

/* Take what has arrived at *fd; closes it at its end. False when memory or patience run out. */
static bool take(int *fd, text *into) {
    while (*fd >= 0) {
        ssize_t got;
        if (into->room - into->size < 65536) {
            size_t room = into->room * 2 + 131072;
            char *grown = room > MAX_OUTPUT ? NULL : realloc(into->data, room);
            if (!grown)
                return false;
            into->data = grown;
            into->room = room;
        }
        got = read(*fd, into->data + into->size, into->room - into->size);
        if (got > 0)
            into->size += (size_t)got;
        else if (got < 0 && errno == EINTR)
            continue;
        else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        else
            close_fd(fd);
    }
    return true;
}

/* Wait until the child can be written to (if `writing`) or has printed something, at most
 * `milliseconds`, and take what it has printed. */
static outcome exchange(child *c, bool writing, int milliseconds) {
    struct pollfd fds[3] = {
        {writing ? c->in : -1, POLLOUT, 0}, {c->out, POLLIN, 0}, {c->err, POLLIN, 0}};
    if (lt_interrupted())
        return INTERRUPTED;
    if (milliseconds > 0 && now() > c->deadline)
        return TIMEOUT;
    poll(fds, 3, milliseconds);
    return take(&c->out, &c->printed) && take(&c->err, &c->complained) ? READY : OVERFLOW;
}

/* Send all of it. `*gone` tells that the child reads no longer. */
static outcome send_all(child *c, const char *data, size_t size, bool *gone) {
    *gone = false;
    while (size > 0) {
        ssize_t sent = c->in < 0 ? -1 : send(c->in, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            data += sent;
            size -= (size_t)sent;
        } else if (c->in >= 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
            outcome result = exchange(c, true, SLICE_MS);
            if (result != READY)
                return result;
        } else {
            *gone = true;
            return READY;
        }
    }
    return READY;
}

/* Close the child's input and collect its output until it has ended. Output is complete when both
 * pipes are closed, or when the child has ended: a helper it left behind may hold them open. */
static outcome collect(child *c) {
    close_fd(&c->in);
    for (;;) {
        bool ended = reap(c, WNOHANG);
        bool silent = c->out < 0 && c->err < 0;
        outcome result = exchange(c, false, ended ? 0 : silent ? 1 : SLICE_MS);
        if (result != READY || ended)
            return result;
    }
}

/* ---- Lua ---- */

static child *check_child(lua_State *L) {
    return luaL_checkudata(L, 1, CHILD);
}

/* nil and "timeout", after the child is stopped; an error after an interrupt. */
static int give_up(lua_State *L, child *c, outcome result) {
    stop(c);
    if (result == INTERRUPTED)
        lb_raise(L, lt_check_interrupt());
    lua_pushnil(L);
    lua_pushstring(L, result == TIMEOUT ? "timeout" : "too much output");
    return 2;
}

static double check_deadline(lua_State *L, int arg) {
    double seconds = luaL_optnumber(L, arg, MAX_SECONDS);
    return now() + (seconds >= 0 && seconds < MAX_SECONDS ? seconds : MAX_SECONDS);
}

/* process.spawn(argv [, seconds]): start the program argv[1], found on PATH, with the arguments
 * argv. It must end within `seconds`. Returns a handle, or nil and the reason. */
static int process_spawn(lua_State *L) {
    lua_Integer count;
    char **argv;
    child *c;
    int failure;
    double deadline = check_deadline(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    count = luaL_len(L, 1);
    luaL_argcheck(L, count >= 1 && count < 1000, 1, "no program");
    argv = lua_newuserdatauv(L, (size_t)(count + 1) * sizeof *argv, 0);
    for (lua_Integer i = 1; i <= count; i++) {
        size_t length;
        luaL_argcheck(L, lua_rawgeti(L, 1, i) == LUA_TSTRING, 1, "arguments must be strings");
        argv[i - 1] = (char *)lua_tolstring(L, -1, &length);
        luaL_argcheck(L, strlen(argv[i - 1]) == length, 1, "an argument holds a zero byte");
        lua_pop(L, 1); /* the table keeps it alive */
    }
    argv[count] = NULL;
    c = lua_newuserdatauv(L, sizeof *c, 0);
    *c = (child){.in = -1, .out = -1, .err = -1, .deadline = deadline};
    luaL_setmetatable(L, CHILD);
    failure = start(c, argv);
    if (failure == 0)
        return 1;
    lua_pushnil(L);
    lua_pushstring(L, strerror(failure));
    return 2;
}

/* child:write(data): a string, or a contiguous tensor whose bytes go out straight from its memory.
 * Returns true, or nil and "closed" (the child has gone or reads no longer), "timeout". */
static int child_write(lua_State *L) {
    child *c = check_child(L);
    lt_tensor *t = lb_test(L, 2);
    bool gone;
    outcome result;
    if (t) {
        luaL_argcheck(L, lt_is_contiguous(t), 2, "the tensor is not contiguous");
        result = send_all(c, lt_data(t), (size_t)t->numel * lt_dtype_size(t->dtype), &gone);
    } else {
        size_t size;
        const char *data = luaL_checklstring(L, 2, &size);
        result = send_all(c, data, size, &gone);
    }
    if (result != READY)
        return give_up(L, c, result);
    if (gone) {
        lua_pushnil(L);
        lua_pushliteral(L, "closed");
        return 2;
    }
    lua_pushboolean(L, true);
    return 1;
}

/* child:poll(): take what has been printed, without waiting. True when the child has ended. */
static int child_poll(lua_State *L) {
    child *c = check_child(L);
    bool ended = reap(c, WNOHANG);
    outcome result = exchange(c, false, 0);
    if (result != READY)
        return give_up(L, c, result);
    lua_pushboolean(L, ended);
    return 1;
}

/* child:finish(): close its input, wait for its end. Returns the exit code (128 + signal if it was
 * killed), what it wrote to standard output and to standard error, and the processor time it took
 * in seconds; or nil and "timeout". */
static int child_finish(lua_State *L) {
    child *c = check_child(L);
    outcome result = collect(c);
    if (result != READY)
        return give_up(L, c, result);
    stop(c);
    lua_pushinteger(L, c->code);
    lua_pushlstring(L, c->printed.data ? c->printed.data : "", c->printed.size);
    lua_pushlstring(L, c->complained.data ? c->complained.data : "", c->complained.size);
    lua_pushnumber(L, c->cpu);
    discard(c);
    return 4;
}

/* child:close_input(): no more data will come. */
static int child_close_input(lua_State *L) {
    close_fd(&check_child(L)->in);
    return 0;
}

/* child:deadline(seconds): the child must end within so many seconds from now. */
static int child_deadline(lua_State *L) {
    child *c = check_child(L);
    c->deadline = check_deadline(L, 2);
    return 0;
}

/* child:kill(): end it now. Also what __gc and __close do. */
static int child_kill(lua_State *L) {
    discard(check_child(L));
    return 0;
}

/* ---- the surroundings ---- */

/* process.sleep(seconds): wait; Ctrl-C ends it with an error. */
static int process_sleep(lua_State *L) {
    double end = now() + luaL_checknumber(L, 1);
    for (;;) {
        double left = end - now();
        struct timespec slice = {0, 0};
        if (lt_interrupted())
            lb_raise(L, lt_check_interrupt());
        if (!(left > 0))
            return 0;
        slice.tv_nsec = (long)(1e9 * (left < 1e-3 * SLICE_MS ? left : 1e-3 * SLICE_MS));
        nanosleep(&slice, NULL);
    }
}

/* process.terminal(fd): columns and rows of the terminal that a descriptor is, nil if it is none.
 */
static int process_terminal(lua_State *L) {
    int fd = (int)luaL_checkinteger(L, 1);
    struct winsize size = {0};
    if (!isatty(fd))
        return 0;
    ioctl(fd, TIOCGWINSZ, &size);
    lua_pushinteger(L, size.ws_col ? size.ws_col : 80);
    lua_pushinteger(L, size.ws_row ? size.ws_row : 24);
    return 2;
}

void lb_open_process(lua_State *L) {
    static const luaL_Reg functions[] = {{"spawn", process_spawn},
                                         {"sleep", process_sleep},
                                         {"terminal", process_terminal},
                                         {NULL, NULL}};
    static const luaL_Reg methods[] = {{"write", child_write},
                                       {"poll", child_poll},
                                       {"finish", child_finish},
                                       {"close_input", child_close_input},
                                       {"deadline", child_deadline},
                                       {"kill", child_kill},
                                       {"__gc", child_kill},
                                       {"__close", child_kill},
                                       {NULL, NULL}};
    luaL_newmetatable(L, CHILD);
    lb_register(L, methods, false);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    lua_newtable(L);
    lb_register(L, functions, false);
    lua_setfield(L, -2, "process");
}
