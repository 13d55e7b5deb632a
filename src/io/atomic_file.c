#include "io/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tensor/interrupt.h"
#include "tensor/progress.h"

#define BLOCK ((size_t)1 << 20)

static lt_status cannot_write(const char *path, int code) {
    return lt_fail(LT_EIO, "cannot write %s: %s", path, strerror(code));
}

/* Length of the target's folder with its slash, 0 for the working folder. */
static int folder_length(const lt_atomic_file *f) {
    const char *slash = strrchr(f->target, '/');
    return slash ? (int)(slash + 1 - f->target) : 0;
}

/* Make f->temporary FOLDER/.NAME.PID-N. */
static bool name_temporary(lt_atomic_file *f, int n) {
    int length = folder_length(f);
    free(f->temporary);
    if (asprintf(&f->temporary, "%.*s.%s.%ld-%d", length, f->target, f->target + length,
                 (long)getpid(), n) < 0) {
        f->temporary = NULL;
        errno = ENOMEM;
        return false;
    }
    return true;
}

/* Create the temporary file under the first such name that is free. */
static int create_named(lt_atomic_file *f, mode_t mode) {
    for (int n = 0; n < 1000 && name_temporary(f, n); n++) {
        int fd = open(f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* A file in that folder that has no name yet, so that a process that is killed leaves nothing
 * behind; -1 where the system has no such files. */
static int create_nameless(const lt_atomic_file *f, mode_t mode) {
#ifdef O_TMPFILE
    char *folder = NULL;
    int length = folder_length(f);
    if (access("/proc/self/fd", X_OK) != 0 ||
        asprintf(&folder, "%.*s", length ? length : 1, length ? f->target : ".") < 0)
        return -1;
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    free(folder);
    return fd;
#else
    (void)f, (void)mode;
    return -1;
#endif
}

/* Give a file from create_nameless its temporary name. */
static bool link_nameless(lt_atomic_file *f) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fileno(f->file));
    for (int n = 0; n < 1000 && name_temporary(f, n); n++) {
        if (linkat(AT_FDCWD, link, AT_FDCWD, f->temporary, AT_SYMLINK_FOLLOW) == 0)
            return true;
        if (errno != EEXIST)
            break;
    }
    int code = errno;
    free(f->temporary);
    f->temporary = NULL; /* nothing to remove */
    errno = code;
    return false;
}

static void remove_temporary(const lt_atomic_file *f) {
    if (f->temporary)
        unlink(f->temporary);
}

static void forget(lt_atomic_file *f) {
    free(f->temporary);
    free(f->target);
    *f = (lt_atomic_file){0};
}

static lt_status open_failed(lt_atomic_file *f, const char *path, int code) {
    forget(f);
    return cannot_write(path, code);
}

lt_status lt_atomic_open(lt_atomic_file *f, const char *path) {
    *f = (lt_atomic_file){0};
    struct stat info;
    bool exists = stat(path, &info) == 0;
    if (exists && !S_ISREG(info.st_mode)) {
        const char *words = S_ISDIR(info.st_mode) ? strerror(EISDIR) : "Not a regular file";
        return lt_fail(LT_EIO, "cannot write %s: %s", path, words);
    }
    if (exists && access(path, W_OK) != 0)
        return cannot_write(path, errno);
    f->target = exists ? realpath(path, NULL) : strdup(path);
    if (!f->target)
        return cannot_write(path, errno);
    int fd = create_nameless(f, 0666);
    if (fd < 0 && (fd = create_named(f, 0666)) < 0)
        return open_failed(f, path, errno);
    if (exists)
        (void)!fchmod(fd, info.st_mode & 07777); /* as the file that it replaces, if possible */
    f->file = fdopen(fd, "wb");
    if (!f->file) {
        int code = errno;
        close(fd);
        remove_temporary(f);
        return open_failed(f, path, code);
    }
    return LT_OK;
}

lt_status lt_atomic_failed(const lt_atomic_file *f) {
    return cannot_write(f->target, errno);
}

static lt_status write_blocks(lt_atomic_file *f, const char *bytes, size_t n, lt_progress *p) {
    for (size_t done = 0; done < n;) {
        LT_TRY(lt_check_interrupt());
        size_t now = n - done < BLOCK ? n - done : BLOCK;
        if (fwrite(bytes + done, 1, now, f->file) != now)
            return lt_atomic_failed(f);
        done += now;
        lt_progress_step(p, (int64_t)done);
    }
    return LT_OK;
}

lt_status lt_atomic_write(lt_atomic_file *f, const void *bytes, size_t n) {
    lt_progress p = lt_progress_begin("writing", (int64_t)n);
    lt_status status = write_blocks(f, bytes, n, &p);
    lt_progress_end(&p);
    return status;
}

lt_status lt_atomic_close(lt_atomic_file *f, lt_status status) {
    if (status == LT_OK && (fflush(f->file) != 0 || fsync(fileno(f->file)) != 0))
        status = cannot_write(f->target, errno);
    if (status == LT_OK && !f->temporary && !link_nameless(f))
        status = cannot_write(f->target, errno);
    if (fclose(f->file) != 0 && status == LT_OK)
        status = cannot_write(f->target, errno);
    if (status == LT_OK && rename(f->temporary, f->target) != 0)
        status = cannot_write(f->target, errno);
    if (status != LT_OK)
        remove_temporary(f);
    forget(f);
    return status;
}
