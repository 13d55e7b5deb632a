/* arena.h - working memory of a fit: many arrays, given back together.
 *
 *     lt_arena a = {0};
 *     double *sums = lt_take(&a, k * sizeof *sums);
 *     if (a.failed) ...
 *     lt_arena_drop(&a);
 */
#ifndef LT_ARENA_H
#define LT_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct lt_arena {
    struct lt_arena_block *last;
    bool failed; /* some lt_take() found no memory */
} lt_arena;

/* `bytes` bytes, 64-byte aligned, not cleared; NULL (and a->failed) when memory is short. */
void *lt_take(lt_arena *a, size_t bytes);

/* The same, zeroed. */
void *lt_take_zeroed(lt_arena *a, size_t bytes);

/* Free everything taken. */
void lt_arena_drop(lt_arena *a);

#endif
