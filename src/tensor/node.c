#include "tensor/node.h"

#include <stdlib.h>
#include <string.h>

static bool recording = true;

/* Dropping a node drops its inputs' nodes in turn. A long chain (a recurrent net, a loop that
 * accumulates) would overflow the C stack, so nodes whose count has reached zero queue here. */
static lt_node *doomed;
static bool reaping;

bool lt_recording(void) {
    return recording;
}

void lt_set_recording(bool on) {
    recording = on;
}

lt_node *lt_node_new(const char *name, lt_backward_fn backward, int inputs, lt_tensor *const *in,
                     int saved, size_t extra) {
    size_t extra_at = (sizeof(lt_node) + 15) / 16 * 16;
    size_t saved_at = extra_at + (extra + 15) / 16 * 16;
    size_t input_at = saved_at + (size_t)saved * sizeof(lt_saved);
    lt_node *node = malloc(input_at + (size_t)inputs * sizeof(lt_grad *));
    if (!node)
        return NULL;
    memset(node, 0, saved_at);
    node->refs = 1;
    node->name = name;
    node->backward = backward;
    node->inputs = inputs;
    node->saved_count = saved;
    node->extra = (char *)node + extra_at;
    node->saved = (lt_saved *)((char *)node + saved_at);
    for (int i = 0; i < saved; i++)
        lt_clear(&node->saved[i].tensor);
    node->input = (lt_grad **)((char *)node + input_at);
    for (int i = 0; i < inputs; i++)
        node->input[i] = in[i] ? lt_grad_keep(in[i]->grad) : NULL;
    return node;
}

lt_status lt_node_save(lt_node *node, int i, lt_tensor *t) {
    if (t->wrapped && !t->storage) { /* a number: a C local that nobody can change */
        node->saved[i].tensor = *t;
        return LT_OK;
    }
    LT_TRY(lt_alias(&node->saved[i].tensor, t));
    node->saved[i].version = t->storage->version;
    return LT_OK;
}

lt_status lt_node_load(lt_node *node, int i, lt_tensor **out) {
    lt_saved *s = &node->saved[i];
    if (node->freed)
        return lt_fail(LT_EINVAL,
                       "backward: the graph of '%s' has been freed; pass {retain_graph = true} to "
                       "the first backward to walk it again",
                       node->name);
    if (s->tensor.storage && s->tensor.storage->version != s->version)
        return lt_fail(LT_EINVAL,
                       "backward: a tensor that '%s' needs %s was changed in place by '%s' after "
                       "'%s' had used it; change a clone() instead",
                       node->name, lt_shape_of(&s->tensor), s->tensor.storage->writer, node->name);
    *out = &s->tensor;
    return LT_OK;
}

lt_status lt_node_result(lt_node *node, int index, lt_tensor *out) {
    lt_grad *g = calloc(1, sizeof *g);
    if (!g)
        return lt_fail(LT_ENOMEM, "out of memory: autograd record");
    g->refs = 1;
    g->index = index;
    g->node = node;
    node->refs++;
    if (index >= node->results)
        node->results = index + 1;
    if (index == 0) {
        node->ndim = out->ndim;
        node->dtype = (lt_dtype)out->dtype;
        memcpy(node->shape, out->shape, (size_t)out->ndim * sizeof *out->shape);
    }
    out->grad = g;
    return LT_OK;
}

lt_status lt_node_finish(lt_node *node, lt_tensor *out) {
    lt_status status = lt_node_result(node, 0, out);
    lt_node_release(node);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

void lt_node_free_saved(lt_node *node) {
    for (int i = 0; i < node->saved_count; i++)
        lt_release(&node->saved[i].tensor);
    node->freed = true;
}

static void node_destroy(lt_node *node) {
    if (node->drop)
        node->drop(node);
    lt_node_free_saved(node);
    for (int i = 0; i < node->inputs; i++)
        lt_grad_release(node->input[i]);
    free(node);
}

void lt_node_release(lt_node *node) {
    if (!node || --node->refs > 0)
        return;
    node->next = doomed;
    doomed = node;
    if (reaping)
        return;
    reaping = true;
    while (doomed) {
        lt_node *dead = doomed;
        doomed = dead->next;
        node_destroy(dead);
    }
    reaping = false;
}

lt_grad *lt_grad_leaf(void) {
    lt_grad *g = calloc(1, sizeof *g);
    if (g) {
        g->refs = 1;
        g->is_leaf = true;
    }
    return g;
}

lt_status lt_grad_set(lt_grad *place, lt_tensor *g) {
    if (g && !place->value) {
        place->value = calloc(1, sizeof *place->value);
        if (!place->value)
            return lt_fail(LT_ENOMEM, "out of memory: gradient");
    }
    if (place->value)
        lt_release(place->value);
    if (g) {
        lt_move(place->value, g);
    } else {
        free(place->value);
        place->value = NULL;
    }
    return LT_OK;
}

void lt_grad_release(lt_grad *g) {
    if (!g || --g->refs > 0)
        return;
    lt_node *node = g->node;
    lt_grad_set(g, NULL);
    free(g);
    lt_node_release(node);
}
