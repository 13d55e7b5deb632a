/* atomic_file.h - writing a file so that it appears whole or not at all.
 *
 * The bytes go to a temporary file in the same folder, which takes the file's name once they are
 * safely on the disk. Until then, and after any failure, a file that was there stays as it was.
 * Where the system allows, the temporary file has no name before that: a kill leaves no litter.
 *
 *     lt_atomic_file f;
 *     LT_TRY(lt_atomic_open(&f, path));
 *     lt_status status = lt_atomic_write(&f, bytes, n);
 *     return lt_atomic_close(&f, status);
 */
#ifndef LT_ATOMIC_FILE_H
#define LT_ATOMIC_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "tensor/status.h"

typedef struct lt_atomic_file {
    FILE *file;      /* write here, or with lt_atomic_write */
    char *temporary; /* its present name, NULL while it has none */
    char *target;    /* the name it will have; a symbolic link's target, not the link */
} lt_atomic_file;

lt_status lt_atomic_open(lt_atomic_file *f, const char *path);

/* Write in blocks, looking for interrupts between them. */
lt_status lt_atomic_write(lt_atomic_file *f, const void *bytes, size_t n);

/* The failure of a write to f->file, in the system's words. */
lt_status lt_atomic_failed(const lt_atomic_file *f);

/* With LT_OK: flush, sync and rename. With a failure: remove the temporary file, and return that
 * failure with its message. */
lt_status lt_atomic_close(lt_atomic_file *f, lt_status status);

#endif
