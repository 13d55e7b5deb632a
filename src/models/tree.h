/* tree.h - a k-d tree over rows: which of them lie in a ball (Bentley 1975; boxes round the nodes
 * as Omohundro 1989).
 *
 * Rows are kept in float64, in an order in which each node's stand together. */
#ifndef LT_TREE_H
#define LT_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/arena.h"
#include "tensor/tensor.h"

typedef struct lt_tree {
    int64_t n, d;
    double *rows;   /* [n, d] in the tree's order */
    int64_t *id;    /* [n] number (from 0) of the row at each place of that order */
    double *box;    /* [nodes, 2 d] least and largest values */
    double *sum;    /* [nodes, d] */
    int64_t leaves; /* a power of two; node i (from 1) has the children 2 i and 2 i + 1 */
    lt_arena arena;
} lt_tree;

/* Build over dense float rows x [n, d], n > 0. */
lt_status lt_tree_build(lt_tree *t, const char *model, const lt_tensor *x);
void lt_tree_drop(lt_tree *t);

/* Call fn for the place of every row no farther than `radius` from q [d], until it returns
 * false. */
typedef bool (*lt_tree_fn)(void *context, int64_t place);
void lt_tree_visit(const lt_tree *t, const double *q, double radius, lt_tree_fn fn, void *context);

/* Number of those rows, and their sum [d]. */
int64_t lt_tree_sum(const lt_tree *t, const double *q, double radius, double *sum);

#endif
