/* groups.h - groups of equal elements in a sorted row. Equal are elements with equal keys
 * (keys.h): -0 and 0, and all NaNs. */
#ifndef LT_GROUPS_H
#define LT_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

typedef struct lt_groups {
    lt_dtype dtype;
    int64_t n;
    const void *sorted;    /* [n] */
    const int64_t *places; /* [n]: 1-based, where each element was before */
    int64_t count;         /* of groups */
    int64_t *before;       /* [chunks]: groups that start before each chunk of the row */
} lt_groups;

/* Find out how many groups there are: sets `count` and `before`, which lt_groups_close() frees.
 * False when interrupted or without memory. */
bool lt_groups_count(lt_groups *g);

/* Unless NULL: values[k] becomes the first element of group k, sizes[k] its number of elements,
 * group[i] the 1-based number of the group to which the element from place i + 1 belongs. */
bool lt_groups_write(const lt_groups *g, void *values, int64_t *sizes, int64_t *group);

void lt_groups_close(lt_groups *g);

#endif
