/* node.h - the records of the autograd graph, as operations leave them.
 *
 * An operation on a tensor that is on the graph makes an lt_node: what to call on the way back,
 * the places of its inputs in the graph, and the tensors it will need. An lt_grad is one tensor's
 * place in the graph: a leaf (no node) collects its gradient there, a result points to the node
 * that made it. src/autograd walks these records; src/ops makes them. */
#ifndef LT_NODE_H
#define LT_NODE_H

#include "tensor/tensor.h"

typedef struct lt_node lt_node;

typedef struct lt_grad {
    int refs;
    bool is_leaf;     /* a leaf that requires a gradient */
    bool retain;      /* a non-leaf whose gradient the user asked to keep */
    lt_node *node;    /* the node this tensor is a result of; NULL for a leaf */
    int index;        /* which of the node's results it is */
    lt_tensor *value; /* the gradient collected, or NULL */
    uint64_t walk;    /* of backward: the last walk that came here, and its number for this place */
    int arrival;
} lt_grad;

/* Gradient of the inputs from the gradient of the results. `up[i]` is the gradient of result i or
 * NULL when nothing depends on it. Fill `down[i]` for each i with lt_node_wants(node, i); entries
 * arrive empty. */
typedef lt_status (*lt_backward_fn)(lt_node *node, lt_tensor *const *up, lt_tensor *down);

typedef struct lt_saved {
    lt_tensor tensor; /* a handle off the graph */
    uint64_t version;
} lt_saved;

struct lt_node {
    int refs;
    const char *name; /* the operation, for messages */
    lt_backward_fn backward;
    void (*drop)(lt_node *node); /* frees what `extra` owns; may be NULL */
    int inputs, results, saved_count;
    bool freed;                 /* saved tensors are gone: the graph has been walked already */
    lt_grad **input;            /* [inputs], NULL where no gradient is wanted */
    lt_saved *saved;            /* [saved_count] */
    int64_t shape[LT_MAX_DIMS]; /* shape, dtype of the first result, for zero gradients */
    int ndim;
    lt_dtype dtype;
    void *extra; /* bytes of the operation's own, zeroed */
    /* scratch of the walk */
    int pending;
    uint64_t visit;
    lt_tensor **up; /* [results] gradients gathered so far */
    lt_node *next;
};

/* Whether operations record (la.no_grad switches this off). */
bool lt_recording(void);
void lt_set_recording(bool on);

static inline bool lt_on_graph(const lt_tensor *t) {
    return t->grad != NULL;
}

/* True if an operation on these inputs has to make a node. */
static inline bool lt_must_record(const lt_tensor *a) {
    return a->grad && lt_recording();
}

/* A node for an operation with `inputs` inputs, taking up the graph places of `in[]` (NULL entries
 * or inputs off the graph get none), room for `saved` tensors and `extra` zeroed bytes. NULL
 * when memory is short. */
lt_node *lt_node_new(const char *name, lt_backward_fn backward, int inputs, lt_tensor *const *in,
                     int saved, size_t extra);

/* Keep tensor `t` for the way back, in slot `i`. */
lt_status lt_node_save(lt_node *node, int i, lt_tensor *t);

/* The kept tensor, or an error that names who has changed it since. */
lt_status lt_node_load(lt_node *node, int i, lt_tensor **out);

static inline bool lt_node_wants(const lt_node *node, int i) {
    return node->input[i] != NULL;
}

/* Make `out` the result number `index` of `node` (takes a reference of its own). */
lt_status lt_node_result(lt_node *node, int index, lt_tensor *out);

/* Finish recording: attach the only result and drop the caller's reference. On failure `out` is
 * released. */
lt_status lt_node_finish(lt_node *node, lt_tensor *out);

void lt_node_release(lt_node *node);

/* Free what the node keeps: backward without retain_graph does this. */
void lt_node_free_saved(lt_node *node);

/* A leaf place for a tensor that requires a gradient. */
lt_grad *lt_grad_leaf(void);
static inline lt_grad *lt_grad_keep(lt_grad *g) {
    if (g)
        g->refs++;
    return g;
}
void lt_grad_release(lt_grad *g);

/* Make `g` the collected gradient (it becomes empty), or with NULL forget the one there was. */
lt_status lt_grad_set(lt_grad *place, lt_tensor *g);

/* The gradient collected for `t`, or NULL. Owned by the graph. */
static inline lt_tensor *lt_grad_of(const lt_tensor *t) {
    return t->grad ? t->grad->value : NULL;
}

#endif
