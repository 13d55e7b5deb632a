/* forest.h - disjoint sets that several threads may join at once.
 *
 * parent[i] is i for a root. Roots point to smaller roots only, so that the root of a set ends as
 * its smallest member whatever the order of the joins. */
#ifndef LT_FOREST_H
#define LT_FOREST_H

#include <stdbool.h>
#include <stdint.h>

static inline int64_t lt_forest_root(int64_t *parent, int64_t i) {
    for (;;) {
        int64_t up = __atomic_load_n(&parent[i], __ATOMIC_RELAXED);
        if (up == i)
            return i;
        int64_t above = __atomic_load_n(&parent[up], __ATOMIC_RELAXED);
        if (above != up) /* halve the path; whoever writes last is as right */
            __atomic_store_n(&parent[i], above, __ATOMIC_RELAXED);
        i = up;
    }
}

static inline void lt_forest_join(int64_t *parent, int64_t a, int64_t b) {
    for (;;) {
        a = lt_forest_root(parent, a);
        b = lt_forest_root(parent, b);
        if (a == b)
            return;
        if (a < b) {
            int64_t t = a;
            a = b;
            b = t;
        }
        int64_t root = a;
        if (__atomic_compare_exchange_n(&parent[a], &root, b, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return;
    }
}

#endif
