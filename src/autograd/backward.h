/* backward.h - reverse-mode differentiation over the recorded graph. */
#ifndef LT_BACKWARD_H
#define LT_BACKWARD_H

#include "tensor/node.h"
#include "tensor/tensor.h"

/* Make `t` a leaf that collects a gradient, or take that back. Only float leaves can. */
lt_status lt_set_requires_grad(lt_tensor *t, bool on);

/* Keep the gradient of a result when backward passes it. */
lt_status lt_retain_grad(lt_tensor *t);

/* Add `g` to (or with NULL: forget) the gradient of a leaf. */
lt_status lt_set_grad(lt_tensor *t, lt_tensor *g);

/* From `root` back to the leaves, adding to their gradients. `g` is the gradient of root, NULL
 * for 1 where root has one element. The graph's saved tensors are freed unless retain_graph.
 * When it fails, no leaf's gradient has changed. */
lt_status lt_backward(lt_tensor *root, lt_tensor *g, bool retain_graph);

#endif
