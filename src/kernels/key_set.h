/* key_set.h - the keys (keys.h) of dense elements and how often each occurs, by hashing.
 *
 * Made for elements with few distinct values among many: a set is given up where sorting would be
 * faster. Threads count stretches of the elements for themselves, and the sets are united. */
#ifndef LT_KEY_SET_H
#define LT_KEY_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

typedef struct lt_key_slot {
    uint64_t key;
    int64_t count; /* 0: the slot is free */
} lt_key_slot;

/* Open addressing, at most a quarter full. A zeroed set may be closed. */
typedef struct lt_key_set {
    lt_key_slot *slots; /* [2^bits] */
    int64_t held, most; /* keys in it, and how many it takes */
    int bits;
} lt_key_set;

/* The distinct keys of x. False when they are too many, when memory is short or when an interrupt
 * came; the set is closed then. */
bool lt_key_set_count(lt_key_set *set, lt_dtype dtype, int64_t n, const void *x);

/* out[i] = the `count` beside the key of x[i], which is in the set. False when interrupted. */
bool lt_key_set_look_up(const lt_key_set *set, lt_dtype dtype, int64_t n, const void *x,
                        int64_t *out);

void lt_key_set_close(lt_key_set *set);

#endif
