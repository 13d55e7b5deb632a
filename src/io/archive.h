/* archive.h - an open file of tensors by name, whatever its format (npz, safetensors). */
#ifndef LT_ARCHIVE_H
#define LT_ARCHIVE_H

#include "tensor/tensor.h"

typedef struct lt_archive lt_archive;

struct lt_archive {
    char *path;
    int64_t count;
    const char **name; /* [count], no two alike */
    int64_t notes;     /* texts by key that stand beside the tensors */
    const char **key;  /* [notes] */
    const char **text; /* [notes] */
    lt_status (*read)(lt_archive *a, int64_t i, lt_tensor *out);
    void (*close)(lt_archive *a);
};

/* Read tensor i, 0 <= i < count. */
static inline lt_status lt_archive_read(lt_archive *a, int64_t i, lt_tensor *out) {
    return a->read(a, i, out);
}

/* NULL is ignored. */
static inline void lt_archive_close(lt_archive *a) {
    if (a)
        a->close(a);
}

#endif
