#include "models/arena.h"

#include <stdint.h>
#include <string.h>

#include "tensor/alloc.h"

/* Stands in front of each array; takes a whole cache line, which keeps the array aligned. */
typedef struct lt_arena_block {
    struct lt_arena_block *before;
    size_t bytes;
} block;

void *lt_take(lt_arena *a, size_t bytes) {
    block *b = bytes < SIZE_MAX / 2 ? lt_alloc(bytes + LT_ALIGNMENT) : NULL;
    if (!b) {
        a->failed = true;
        return NULL;
    }
    b->before = a->last;
    b->bytes = bytes + LT_ALIGNMENT;
    a->last = b;
    return (char *)b + LT_ALIGNMENT;
}

void *lt_take_zeroed(lt_arena *a, size_t bytes) {
    void *p = lt_take(a, bytes);
    if (p)
        memset(p, 0, bytes);
    return p;
}

void lt_arena_drop(lt_arena *a) {
    while (a->last) {
        block *b = a->last;
        a->last = b->before;
        lt_free(b, b->bytes);
    }
    a->failed = false;
}
