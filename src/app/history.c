#include "app/history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_ENTRY = 1 << 16, MAX_FILE = 1 << 22 };

/* Where the history is; false if there is no home to keep it in. */
static bool history_path(char path[PATH_MAX]) {
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int n = 0;
    if (state != NULL && state[0] == '/')
        n = snprintf(path, PATH_MAX, "%s/latent/history", state);
    else if (home != NULL && home[0] == '/')
        n = snprintf(path, PATH_MAX, "%s/.local/state/latent/history", home);
    return n > 0 && n < PATH_MAX;
}

static void make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

/* Open only a plain file: a pipe of that name would block. Returns its size in *size. */
static int open_history(const char *path, int flags, off_t *size) {
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0600);
    struct stat info;
    if (fd < 0)
        return -1;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(fd);
        return -1;
    }
    *size = info.st_size;
    return fd;
}

static bool write_all(int fd, const char *text, size_t size) {
    while (size > 0) {
        ssize_t n = write(fd, text, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        size -= (size_t)n;
    }
    return true;
}

/* The last MAX_FILE bytes of the file from a full line on, NUL-terminated; NULL if there is none.
 */
static char *read_tail(const char *path) {
    off_t size = 0;
    int fd = open_history(path, O_RDONLY, &size);
    if (fd < 0)
        return NULL;
    off_t start = size > MAX_FILE ? size - MAX_FILE : 0;
    char *text = malloc(MAX_FILE + 1);
    size_t got = 0;
    ssize_t n = 1;
    while (text != NULL && n > 0 && got < MAX_FILE) {
        n = pread(fd, text + got, MAX_FILE - got, start + (off_t)got);
        got += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    if (text == NULL)
        return NULL;
    text[got] = '\0';
    char *line = start > 0 ? strchr(text, '\n') : NULL;
    if (line != NULL)
        memmove(text, line + 1, strlen(line + 1) + 1);
    return text;
}

static void decode(char *entry) {
    char *out = entry;
    for (const char *in = entry; *in != '\0'; in++) {
        if (in[0] == '\\' && (in[1] == 'n' || in[1] == '\\'))
            *out++ = *++in == 'n' ? '\n' : '\\';
        else
            *out++ = *in;
    }
    *out = '\0';
}

/* Keep `text` only, through a temporary file: a crash leaves the old history or the new one. */
static void rewrite(const char *path, const char *text) {
    char temporary[PATH_MAX];
    off_t size = 0;
    int n = snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());
    if (n <= 0 || n >= (int)sizeof temporary)
        return;
    int fd = open_history(temporary, O_WRONLY | O_CREAT | O_EXCL, &size);
    if (fd < 0)
        return;
    bool ok = write_all(fd, text, strlen(text));
    ok = close(fd) == 0 && ok;
    if (!ok || rename(temporary, path) != 0)
        unlink(temporary);
}

/* Start of the last `n` lines of `text`; *lines receives how many it has. */
static char *last_lines(char *text, int n, int *lines) {
    *lines = 0;
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
        ++*lines;
    char *start = text;
    for (int skip = *lines - n; skip > 0; skip--)
        start = strchr(start, '\n') + 1;
    return start;
}

void app_history_load(void (*visit)(const char *entry)) {
    char path[PATH_MAX];
    char *text = history_path(path) ? read_tail(path) : NULL;
    if (text == NULL)
        return;
    int lines = 0;
    char *line = last_lines(text, APP_HISTORY_MAX, &lines);
    if (lines > 2 * APP_HISTORY_MAX)
        rewrite(path, line);
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        decode(line);
        visit(line);
    }
    free(text);
}

/* The entry as a line of the file, in `out` of room for twice its length and 2. */
static size_t encode(char *out, const char *entry) {
    char *start = out;
    for (; *entry != '\0'; entry++) {
        if (*entry == '\n' || *entry == '\\')
            *out++ = '\\';
        *out++ = (char)(*entry == '\n' ? 'n' : *entry);
    }
    *out++ = '\n';
    return (size_t)(out - start);
}

void app_history_append(const char *entry) {
    char path[PATH_MAX];
    off_t size = 0;
    if (strlen(entry) > MAX_ENTRY || !history_path(path))
        return;
    char *line = malloc(2 * strlen(entry) + 2);
    if (line == NULL)
        return;
    size_t length = encode(line, entry);
    make_folders(path);
    int fd = open_history(path, O_WRONLY | O_CREAT | O_APPEND, &size);
    if (fd >= 0) {
        write_all(fd, line, length);
        close(fd);
    }
    free(line);
}
