/* terminal.c - types into a program on a pseudo-terminal, for the specs.
 *
 *     terminal command [arguments] < script
 *
 * A line of the script is `send TEXT`, `wait TEXT` (for it to appear after what was waited for
 * last), `prompt TEXT` (the same, and for the line editor to be ready for keys), `pause
 * MILLISECONDS`, `signal NUMBER` or `columns NUMBER` (the width of the terminal, 80 at first). TEXT
 * has the escapes \r \n \t \e \\ and \xHH. At the end of the script it waits for the program.
 * Prints all that the program wrote; exits with its exit code (128 + signal), or with 200 and the
 * reason on standard error when it waited in vain. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { TIMEOUT = 10000, ROOM = 1 << 20 };

static char output[ROOM];
static size_t length, seen;
static int master, ended;

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* Take in what the program writes for at most `ms`; false once it has closed the terminal. */
static int take(long ms) {
    struct pollfd fd = {.fd = master, .events = POLLIN};
    if (poll(&fd, 1, ms > 0 ? (int)ms : 0) <= 0)
        return 1;
    ssize_t n = read(master, output + length, ROOM - 1 - length);
    if (n <= 0)
        return !(ended = 1);
    length += (size_t)n;
    output[length] = '\0';
    return 1;
}

/* Returns the length: there may be NULs. */
static size_t unescape(char *text) {
    char *out = text;
    for (char *in = text; *in != '\0'; in++) {
        if (in[0] != '\\') {
            *out++ = *in;
            continue;
        }
        in++;
        if (*in == 'x') {
            char digits[3] = {in[1], in[2], '\0'};
            *out++ = (char)strtol(digits, NULL, 16);
            in += 2;
        } else {
            *out++ = *in == 'r'   ? '\r'
                     : *in == 'n' ? '\n'
                     : *in == 't' ? '\t'
                     : *in == 'e' ? 27
                                  : *in;
        }
    }
    *out = '\0';
    return (size_t)(out - text);
}

static int wait_for(const char *text) {
    long end = now() + TIMEOUT;
    for (;;) {
        char *at = strstr(output + seen, text);
        if (at != NULL) {
            seen = (size_t)(at - output) + strlen(text);
            return 1;
        }
        if (now() >= end || !take(end - now()))
            return 0;
    }
}

/* Until the program has switched off the terminal's own line editing, and what that would drop at
 * Ctrl-C. */
static int wait_for_editor(void) {
    struct termios mode;
    for (long end = now() + TIMEOUT; now() < end; take(1))
        if (tcgetattr(master, &mode) == 0 && !(mode.c_lflag & ICANON) && (mode.c_lflag & NOFLSH))
            return 1;
    return 0;
}

static int perform(char *line, pid_t child) {
    char *text = strchr(line, ' ');
    line[strcspn(line, "\n")] = '\0';
    if (text == NULL)
        return 1;
    *text++ = '\0';
    if (strcmp(line, "pause") == 0) {
        for (long end = now() + atol(text); now() < end;)
            take(end - now());
    } else if (strcmp(line, "signal") == 0) {
        kill(child, atoi(text));
    } else if (strcmp(line, "columns") == 0) {
        struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)atoi(text)};
        ioctl(master, TIOCSWINSZ, &size);
    } else {
        size_t size = unescape(text);
        if (strcmp(line, "wait") == 0)
            return wait_for(text);
        if (strcmp(line, "prompt") == 0)
            return wait_for(text) && wait_for_editor();
        if (write(master, text, size) < 0)
            return 0;
    }
    return 1;
}

int main(int argc, char **argv) {
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    char line[8192];
    pid_t child = argc > 1 ? forkpty(&master, NULL, NULL, &size) : -1;
    if (child < 0)
        return 200;
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    int ok = 1;
    while (ok && fgets(line, sizeof line, stdin) != NULL)
        ok = perform(line, child);
    long end = now() + TIMEOUT;
    while (ok && now() < end && take(end - now()))
        ;
    if (!ok || now() >= end) {
        fprintf(stderr, "%s at: %s\nafter: %s\n", ended ? "the program ended" : "timed out",
                ok ? "the end" : strchr(line, '\0') + 1, output);
        kill(child, SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    fwrite(output, 1, length, stdout);
    if (!ok)
        return 200;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
