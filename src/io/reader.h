/* reader.h - bytes in order from a file, a gzip file or a member of an archive.
 *
 * Readers of formats take their bytes from here. What a file says about sizes is a claim: `bound`
 * is the number of bytes that can still come at most, so a claim past it is known to be false
 * before any memory is taken. Only regular files are opened, which never block. */
#ifndef LT_READER_H
#define LT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/status.h"

/* Bytes that one byte of deflated data can become, at most. */
#define LT_DEFLATE_RATIO 1032

typedef struct lt_reader {
    const char *name; /* of the file, for messages; the caller keeps it alive */
    int64_t bound;    /* no more than this many bytes are left */
    void *source;
    int fd;
    /* Read up to n bytes; fewer only at the end. */
    lt_status (*read)(struct lt_reader *r, void *to, size_t n, size_t *got);
    void (*close)(struct lt_reader *r);
} lt_reader;

/* Open a regular file for reading: its descriptor and its size. */
lt_status lt_open_regular(const char *path, int *fd, int64_t *bytes);

/* Read the file as it is. */
lt_status lt_reader_open(lt_reader *r, const char *path);

/* Read what the file unpacks to if its first bytes are gzip's, or the file as it is. */
lt_status lt_reader_open_packed(lt_reader *r, const char *path);

/* Go on at this place of a file that is read as it is; `length` bytes from there are its bound. */
lt_status lt_reader_seek(lt_reader *r, int64_t offset, int64_t length);

void lt_reader_close(lt_reader *r);

/* Read up to n bytes in blocks, looking for interrupts between them. */
lt_status lt_reader_some(lt_reader *r, void *to, size_t n, size_t *got);

/* Read exactly n bytes, or fail with "NAME: truncated: ...". */
lt_status lt_reader_exact(lt_reader *r, void *to, size_t n);

/* Whether nothing is left. At the end of a compressed stream this also checks its checksum. */
lt_status lt_reader_at_end(lt_reader *r, bool *end);

/* A whole file in memory, with a zero byte after its end; to be freed. */
lt_status lt_read_file(const char *path, char **bytes, size_t *size);

/* bytes * LT_DEFLATE_RATIO without overflow. */
int64_t lt_deflate_bound(int64_t bytes);

#endif
