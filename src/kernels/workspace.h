/* workspace.h - scratch memory for the threads of an lt_parallel() range.
 *
 * Taken once before the range starts, since the allocator is not for threads; inside, each thread
 * works in a piece of its own. */
#ifndef LT_WORKSPACE_H
#define LT_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct lt_workspace {
    char *base;
    size_t each, bytes;
} lt_workspace;

/* Room of `bytes` for every thread; false when memory is short. */
bool lt_workspace_take(lt_workspace *w, size_t bytes);

/* The calling thread's piece, 64-byte aligned, as the last user left it. */
void *lt_workspace_mine(const lt_workspace *w);

/* Give everything back; an untaken (zeroed) workspace is ignored. */
void lt_workspace_drop(lt_workspace *w);

/* Cut the next array of `bytes` off a piece; `*at` moves on, and stays 64-byte aligned. */
static inline void *lt_workspace_cut(char **at, size_t bytes) {
    char *start = *at;
    *at += (bytes + 63) / 64 * 64;
    return start;
}

/* Bytes that lt_workspace_cut() takes. */
static inline size_t lt_workspace_room(size_t bytes) {
    return (bytes + 63) / 64 * 64;
}

#endif
