#include "autograd/backward.h"

#include <stdlib.h>
#include <string.h>

#include "ops/create.h"
#include "ops/elementwise.h"
#include "tensor/interrupt.h"

lt_status lt_set_requires_grad(lt_tensor *t, bool on) {
    if (t->grad && !t->grad->is_leaf) {
        return on ? LT_OK
                  : lt_fail(LT_EINVAL, "requires_grad: the result of an operation cannot leave "
                                       "the graph; use :detach()");
    }
    if (!on) {
        lt_grad_release(t->grad);
        t->grad = NULL;
        return LT_OK;
    }
    if (!lt_dtype_is_float((lt_dtype)t->dtype))
        return lt_fail(LT_EINVAL, "requires_grad: only float tensors have gradients, not %s",
                       lt_dtype_name((lt_dtype)t->dtype));
    LT_TRY(lt_share(t));
    if (!t->grad)
        t->grad = lt_grad_leaf();
    return t->grad ? LT_OK : lt_fail(LT_ENOMEM, "out of memory: requires_grad");
}

lt_status lt_retain_grad(lt_tensor *t) {
    if (!t->grad)
        return lt_fail(LT_EINVAL, "retain_grad: the tensor is not on the graph");
    t->grad->retain = true;
    return LT_OK;
}

/* True if nobody else sees the data and every element has a place of its own. */
static bool is_own(const lt_tensor *t) {
    return (!t->storage || t->storage->refs == 1) && lt_is_contiguous(t);
}

/* *slot += g, or = g where the slot is empty. Takes g. */
static lt_status gather(lt_tensor *slot, bool *filled, lt_tensor *g) {
    if (!*filled) {
        lt_move(slot, g);
        *filled = true;
        return LT_OK;
    }
    lt_status s;
    if (is_own(slot)) {
        s = lt_binary_in_place(LT_BI_add, slot, g);
    } else {
        lt_tensor sum LT_EMPTY;
        s = lt_binary(&sum, LT_BI_add, slot, g);
        if (s == LT_OK) {
            lt_release(slot);
            lt_move(slot, &sum);
        }
    }
    lt_release(g);
    return s;
}

/* A gradient that outlives the walk owns dense memory. */
static lt_status settle(lt_tensor *t) {
    bool whole =
        !t->storage || (size_t)t->numel * lt_dtype_size((lt_dtype)t->dtype) == t->storage->bytes;
    if (is_own(t) && whole)
        return LT_OK;
    lt_tensor dense LT_EMPTY;
    LT_TRY(lt_cast(&dense, t, (lt_dtype)t->dtype));
    lt_release(t);
    lt_move(t, &dense);
    return LT_OK;
}

lt_status lt_set_grad(lt_tensor *t, lt_tensor *g) {
    if (!t->grad)
        return lt_fail(LT_EINVAL, "grad: the tensor does not require a gradient");
    if (!g)
        return lt_grad_set(t->grad, NULL);
    if (!lt_same_shape(t, g))
        return lt_fail(LT_EINVAL, "grad: a gradient %s for a tensor %s", lt_shape_of(g),
                       lt_shape_of(t));
    lt_tensor copy LT_EMPTY;
    LT_TRY(lt_cast(&copy, g, (lt_dtype)t->dtype));
    lt_status s = lt_grad_set(t->grad, &copy);
    lt_release(&copy);
    return s;
}

/* ---- the walk ---- */

/* What a gradient-keeping place has received in this walk: added to it only at the end. */
typedef struct arrival {
    lt_grad *place;
    lt_tensor sum;
    bool filled;
} arrival;

typedef struct walk {
    uint64_t number; /* of this walk, so that nodes and places need no clearing */
    lt_node **nodes; /* all nodes of the graph below root */
    int count, room;
    arrival *arrivals;
    int arrived, arrival_room;
} walk;

static uint64_t walks;

static lt_status grow(void **list, int count, int *room, size_t size) {
    if (count < *room)
        return LT_OK;
    int larger = *room ? 2 * *room : 64;
    void *p = realloc(*list, (size_t)larger * size);
    if (!p)
        return lt_fail(LT_ENOMEM, "out of memory: backward");
    *list = p;
    *room = larger;
    return LT_OK;
}

static lt_status discover(walk *w, lt_node *node) {
    LT_TRY(grow((void **)&w->nodes, w->count, &w->room, sizeof *w->nodes));
    lt_tensor **up = calloc((size_t)node->results, sizeof *up);
    if (!up)
        return lt_fail(LT_ENOMEM, "out of memory: backward");
    node->up = up;
    node->visit = w->number;
    node->pending = 0;
    w->nodes[w->count++] = node;
    return LT_OK;
}

/* Find every node below root; `pending` counts the uses of a node's results. The list of nodes
 * serves as the queue of the search. */
static lt_status discover_all(walk *w, lt_node *root) {
    LT_TRY(discover(w, root));
    for (int at = 0; at < w->count; at++) {
        lt_node *node = w->nodes[at];
        for (int i = 0; i < node->inputs; i++) {
            lt_node *below = node->input[i] ? node->input[i]->node : NULL;
            if (!below)
                continue;
            if (below->visit != w->number)
                LT_TRY(discover(w, below));
            below->pending++;
        }
    }
    return LT_OK;
}

/* What has arrived at a place, or NULL. A function of Lua's may have walked another graph in the
 * meantime, which has left its own mark there. */
static arrival *find_arrival(const walk *w, const lt_grad *place) {
    if (place->walk == w->number)
        return &w->arrivals[place->arrival];
    for (int i = 0; place->walk > w->number && i < w->arrived; i++)
        if (w->arrivals[i].place == place)
            return &w->arrivals[i];
    return NULL;
}

static arrival *arrival_of(walk *w, lt_grad *place) {
    arrival *found = find_arrival(w, place);
    if (found)
        return found;
    if (grow((void **)&w->arrivals, w->arrived, &w->arrival_room, sizeof *w->arrivals) != LT_OK)
        return NULL;
    place->walk = w->number;
    place->arrival = w->arrived;
    arrival *a = &w->arrivals[w->arrived++];
    a->place = place;
    a->filled = false;
    lt_clear(&a->sum);
    return a;
}

/* A gradient reaches a place in the graph. Takes g. */
static lt_status arrive(walk *w, lt_grad *place, lt_tensor *g) {
    if (place->is_leaf || place->retain) {
        lt_tensor copy LT_EMPTY;
        arrival *a = arrival_of(w, place);
        lt_status s = a ? LT_OK : LT_ENOMEM;
        if (s == LT_OK && !place->is_leaf)
            s = lt_alias(&copy, g);
        else
            lt_move(&copy, g);
        if (s == LT_OK)
            s = gather(&a->sum, &a->filled, &copy);
        if (s != LT_OK || place->is_leaf) {
            lt_release(g);
            return s;
        }
    }
    lt_tensor **slot = &place->node->up[place->index];
    bool filled = *slot != NULL;
    if (!filled) {
        *slot = calloc(1, sizeof **slot);
        if (!*slot) {
            lt_release(g);
            return lt_fail(LT_ENOMEM, "out of memory: backward");
        }
    }
    return gather(*slot, &filled, g);
}

static void drop_up(lt_node *node) {
    for (int i = 0; node->up && i < node->results; i++) {
        if (node->up[i]) {
            lt_release(node->up[i]);
            free(node->up[i]);
        }
    }
    free(node->up);
    node->up = NULL;
}

/* Run one node and hand its gradients down; nodes that wait for nothing more join the queue. */
static lt_status step(walk *w, lt_node *node, lt_node **queue, int *queued) {
    bool reached = false;
    for (int i = 0; i < node->results; i++)
        reached |= node->up[i] != NULL;
    lt_tensor *down = calloc((size_t)node->inputs, sizeof *down);
    lt_status s = down ? lt_check_interrupt() : lt_fail(LT_ENOMEM, "out of memory: backward");
    if (s == LT_OK && reached && node->freed)
        s = lt_fail(LT_EINVAL, "backward: the graph has been walked already and is freed; pass "
                               "{retain_graph = true} to the first backward to walk it again");
    if (s == LT_OK && reached)
        s = node->backward(node, node->up, down);
    drop_up(node);
    for (int i = 0; i < node->inputs; i++) {
        lt_grad *place = node->input[i];
        if (!down || !place)
            continue;
        if (s == LT_OK && reached)
            s = arrive(w, place, &down[i]);
        lt_release(&down[i]);
        if (place->node && --place->node->pending == 0)
            queue[(*queued)++] = place->node;
    }
    free(down);
    return s;
}

static lt_status run(walk *w, lt_node *root) {
    lt_node **queue = malloc((size_t)w->count * sizeof *queue);
    if (!queue)
        return lt_fail(LT_ENOMEM, "out of memory: backward");
    int queued = 0;
    lt_status s = LT_OK;
    queue[queued++] = root;
    for (int at = 0; s == LT_OK && at < queued; at++)
        s = step(w, queue[at], queue, &queued);
    free(queue);
    return s;
}

/* Add what has arrived to the gradients that were there. The sums are made before the first one
 * changes; after that only memory for a handle can be missing. */
static lt_status commit(walk *w) {
    for (int i = 0; i < w->arrived; i++) {
        arrival *a = &w->arrivals[i];
        if (a->place->value) {
            lt_tensor sum LT_EMPTY;
            LT_TRY(lt_binary(&sum, LT_BI_add, a->place->value, &a->sum));
            lt_release(&a->sum);
            lt_move(&a->sum, &sum);
        }
        LT_TRY(settle(&a->sum));
    }
    for (int i = 0; i < w->arrived; i++) {
        LT_TRY(lt_grad_set(w->arrivals[i].place, &w->arrivals[i].sum));
    }
    return LT_OK;
}

static lt_status first_gradient(lt_tensor *out, lt_tensor *root, lt_tensor *g) {
    if (g && !lt_same_shape(root, g))
        return lt_fail(LT_EINVAL, "backward: a gradient %s for a tensor %s", lt_shape_of(g),
                       lt_shape_of(root));
    if (g)
        return lt_cast(out, g, (lt_dtype)root->dtype);
    if (root->numel != 1)
        return lt_fail(LT_EINVAL,
                       "backward: a tensor %s is not a scalar; give its gradient: y:backward(g)",
                       lt_shape_of(root));
    LT_TRY(lt_empty_like(out, (lt_dtype)root->dtype, root));
    return lt_fill(out, 1);
}

lt_status lt_backward(lt_tensor *root, lt_tensor *g, bool retain_graph) {
    if (!root->grad)
        return lt_fail(LT_EINVAL, "backward: the tensor is not on the graph; call "
                                  "requires_grad(true) on what it depends on");
    walk w = {.number = ++walks};
    bool recording = lt_recording();
    lt_tensor first LT_EMPTY;
    lt_set_recording(false);
    lt_status s = first_gradient(&first, root, g);
    lt_node *node = root->grad->node;
    if (s == LT_OK && node)
        s = discover_all(&w, node);
    if (s == LT_OK)
        s = arrive(&w, root->grad, &first);
    if (s == LT_OK && node)
        s = run(&w, node);
    if (s == LT_OK)
        s = commit(&w);
    for (int i = 0; i < w.count; i++) {
        drop_up(w.nodes[i]);
        if (s == LT_OK && !retain_graph)
            lt_node_free_saved(w.nodes[i]);
    }
    for (int i = 0; i < w.arrived; i++)
        lt_release(&w.arrivals[i].sum);
    free(w.nodes);
    free(w.arrivals);
    lt_release(&first);
    lt_set_recording(recording);
    return s;
}
