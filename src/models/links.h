/* links.h - undirected edges between units, each with an age: competitive Hebbian learning
 * (Martinetz 1993) makes them where two units are the nearest to a row, and lets them die when
 * that has not happened for long. */
#ifndef LT_LINKS_H
#define LT_LINKS_H

#include "models/arena.h"
#include "tensor/tensor.h"

typedef struct lt_link {
    int32_t to;
    int64_t age;
} lt_link;

typedef struct lt_links {
    lt_arena *arena;
    int64_t k;
    int32_t *count, *room; /* [k] */
    lt_link **link;        /* [k] the edges of each unit; every edge is in two lists */
} lt_links;

/* Memory comes from the arena, which says whether it was there. */
void lt_links_take(lt_links *l, lt_arena *arena, int64_t k);

/* Make the edge a-b, or make it young again. Failure of memory is in the arena. */
void lt_links_join(lt_links *l, int64_t a, int64_t b);

/* Remove the edge a-b, if there is one. */
void lt_links_cut(lt_links *l, int64_t a, int64_t b);

/* The edges of a unit grow older by one; those past the limit die. */
void lt_links_age(lt_links *l, int64_t a, double limit);

/* All edges as rows (a, b), a < b, in order: int64 [m, 2]; unit u goes by the number name[u]. */
lt_status lt_links_list(const lt_links *l, const int64_t *name, lt_tensor *out);

#endif
