/* projection_tree.h - a random projection tree over rows: each node is halved along the line
 * through two of its rows, so that rows of one leaf are likely to be near each other (Dasgupta and
 * Freund 2008). */
#ifndef LT_PROJECTION_TREE_H
#define LT_PROJECTION_TREE_H

#include "kernels/neighbour_lists.h"
#include "kernels/rows.h"
#include "models/arena.h"
#include "models/neighbours.h"

typedef struct lt_projection_tree {
    const lt_points *rows;
    uint64_t seed;
    int32_t *order, *place; /* [n] rows by leaf, and where each stands among them */
    int64_t leaves;         /* a power of two; lt_leaf_start() tells where they begin */

    lt_keyed_row *along;    /* [n] */
    int64_t number, level;  /* in work */
    lt_workspace direction; /* [d] a thread */
} lt_projection_tree;

/* Memory for a tree over these rows. Drop the arena and the tree at the end. */
lt_status lt_projection_tree_open(lt_projection_tree *t, lt_arena *a, const char *model,
                                  const lt_points *rows, uint64_t seed);
void lt_projection_tree_drop(lt_projection_tree *t);

/* Number of leaves of at most `most` rows, and more than half of it. */
int64_t lt_projection_leaves(int64_t n, int64_t most);

/* Grow tree `number`, in place of the one before. What grows depends on seed and number. */
lt_status lt_projection_tree_grow(lt_projection_tree *t, int64_t number, int64_t leaves);

#endif
