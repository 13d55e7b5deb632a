#include "io/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "tensor/interrupt.h"
#include "tensor/progress.h"

#define BLOCK ((size_t)1 << 20)

int64_t lt_deflate_bound(int64_t bytes) {
    return bytes > INT64_MAX / LT_DEFLATE_RATIO ? INT64_MAX : bytes * LT_DEFLATE_RATIO;
}

lt_status lt_open_regular(const char *path, int *fd, int64_t *bytes) {
    /* O_NONBLOCK: opening a pipe by mistake must not wait for its other end. */
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return lt_fail(LT_EIO, "cannot open %s: %s", path, strerror(errno));
    struct stat info;
    const char *trouble = NULL;
    if (fstat(*fd, &info) != 0)
        trouble = strerror(errno);
    else if (S_ISDIR(info.st_mode))
        trouble = strerror(EISDIR);
    else if (!S_ISREG(info.st_mode))
        trouble = "Not a regular file";
    if (trouble) {
        close(*fd);
        return lt_fail(LT_EIO, "cannot open %s: %s", path, trouble);
    }
    *bytes = info.st_size;
    return LT_OK;
}

static lt_status read_plain(lt_reader *r, void *to, size_t n, size_t *got) {
    for (*got = 0; *got < n;) {
        ssize_t now = read(r->fd, (char *)to + *got, n - *got);
        if (now == 0)
            break;
        if (now < 0 && errno != EINTR)
            return lt_fail(LT_EIO, "cannot read %s: %s", r->name, strerror(errno));
        if (now < 0)
            LT_TRY(lt_check_interrupt());
        else
            *got += (size_t)now;
    }
    return LT_OK;
}

static void close_plain(lt_reader *r) {
    close(r->fd);
}

static lt_status read_gzip(lt_reader *r, void *to, size_t n, size_t *got) {
    int now = gzread(r->source, to, (unsigned)n);
    *got = now > 0 ? (size_t)now : 0;
    if (*got == n)
        return LT_OK;
    int code = Z_OK;
    const char *words = gzerror(r->source, &code);
    if (code == Z_BUF_ERROR)
        return lt_fail(LT_EIO, "%s: truncated: its gzip data end early", r->name);
    if (code == Z_ERRNO)
        return lt_fail(LT_EIO, "cannot read %s: %s", r->name, strerror(errno));
    if (code == Z_MEM_ERROR)
        return lt_fail(LT_ENOMEM, "%s: out of memory for unpacking", r->name);
    if (code == Z_OK || code == Z_STREAM_END)
        return LT_OK;
    const char *colon = strstr(words, ": "); /* zlib puts its own name of the file in front */
    return lt_fail(LT_EIO, "%s: damaged gzip data (%s)", r->name, colon ? colon + 2 : words);
}

static void close_gzip(lt_reader *r) {
    gzclose_r(r->source);
}

static lt_status open_gzip(lt_reader *r) {
    r->source = gzdopen(r->fd, "rb");
    if (!r->source) {
        close(r->fd);
        return lt_fail(LT_ENOMEM, "%s: out of memory for unpacking", r->name);
    }
    gzbuffer(r->source, 1 << 17);
    r->bound = lt_deflate_bound(r->bound);
    r->read = read_gzip;
    r->close = close_gzip;
    return LT_OK;
}

lt_status lt_reader_open(lt_reader *r, const char *path) {
    *r = (lt_reader){.name = path, .read = read_plain, .close = close_plain};
    return lt_open_regular(path, &r->fd, &r->bound);
}

lt_status lt_reader_open_packed(lt_reader *r, const char *path) {
    LT_TRY(lt_reader_open(r, path));
    unsigned char magic[2];
    if (pread(r->fd, magic, 2, 0) == 2 && magic[0] == 0x1f && magic[1] == 0x8b)
        return open_gzip(r);
    return LT_OK;
}

lt_status lt_reader_seek(lt_reader *r, int64_t offset, int64_t length) {
    if (lseek(r->fd, offset, SEEK_SET) < 0)
        return lt_fail(LT_EIO, "cannot read %s: %s", r->name, strerror(errno));
    r->bound = length;
    return LT_OK;
}

void lt_reader_close(lt_reader *r) {
    r->close(r);
}

static lt_status read_blocks(lt_reader *r, char *to, size_t n, size_t *got, lt_progress *p) {
    for (*got = 0; *got < n;) {
        LT_TRY(lt_check_interrupt());
        size_t want = n - *got < BLOCK ? n - *got : BLOCK, now;
        LT_TRY(r->read(r, to + *got, want, &now));
        *got += now;
        r->bound = r->bound > (int64_t)now ? r->bound - (int64_t)now : 0;
        if (now < want)
            break;
        lt_progress_step(p, (int64_t)*got);
    }
    return LT_OK;
}

lt_status lt_reader_some(lt_reader *r, void *to, size_t n, size_t *got) {
    lt_progress p = lt_progress_begin("reading", (int64_t)n);
    lt_status status = read_blocks(r, to, n, got, &p);
    lt_progress_end(&p);
    return status;
}

lt_status lt_reader_exact(lt_reader *r, void *to, size_t n) {
    size_t got;
    LT_TRY(lt_reader_some(r, to, n, &got));
    if (got < n)
        return lt_fail(LT_EIO, "%s: truncated: %zu of %zu bytes are missing", r->name, n - got, n);
    return LT_OK;
}

lt_status lt_reader_at_end(lt_reader *r, bool *end) {
    char byte;
    size_t got;
    LT_TRY(lt_reader_some(r, &byte, 1, &got));
    *end = got == 0;
    return LT_OK;
}

lt_status lt_read_file(const char *path, char **bytes, size_t *size) {
    lt_reader r;
    LT_TRY(lt_reader_open(&r, path));
    size_t room = (size_t)r.bound;
    char *text = malloc(room + 1);
    lt_status status = text ? lt_reader_some(&r, text, room, size)
                            : lt_fail(LT_ENOMEM, "%s: out of memory for %zu bytes", path, room);
    lt_reader_close(&r);
    if (status != LT_OK) {
        free(text);
        return status;
    }
    text[*size] = 0;
    *bytes = text;
    return LT_OK;
}
