#include "ops/scatter.h"

#include <string.h>

#include "ops/apply.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/gather.h"
#include "ops/shape.h"
#include "tensor/node.h"

static const char *name_of(lt_write w, bool in_place) {
    static const char *const names[2][2][2] = {
        {{"scatter", "scatter_"}, {"scatter_add", "scatter_add_"}},
        {{"index_copy", "index_copy_"}, {"index_add", "index_add_"}},
    };
    return names[w.rows][w.add][in_place];
}

static lt_status put(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source, lt_write w) {
    if (w.rows)
        return lt_index_put(x, dim, index, source, w.add);
    return w.add ? lt_scatter_add(x, dim, index, source) : lt_scatter(x, dim, index, source);
}

/* ---- backward ---- */

typedef struct scatter_extra {
    int dim;
    lt_write write;
    lt_dtype source_dtype;
    int source_ndim;
    int64_t source_shape[LT_MAX_DIMS];
} scatter_extra;

/* What the result has of x: nothing where it has been overwritten. */
static lt_status down_to_x(const scatter_extra *e, lt_tensor *index, lt_tensor *g,
                           lt_tensor *down) {
    if (e->write.add)
        return lt_alias(down, g);
    lt_tensor zero;
    lt_number(&zero, 0);
    LT_TRY(lt_cast(down, g, (lt_dtype)g->dtype));
    return put(down, e->dim, index, &zero, e->write);
}

static lt_status down_to_source(const scatter_extra *e, lt_tensor *index, lt_tensor *g,
                                lt_tensor *down) {
    lt_tensor read LT_EMPTY;
    LT_TRY(e->write.rows ? lt_index_select(&read, g, e->dim, index)
                         : lt_gather(&read, g, e->dim, index));
    lt_status s = lt_unbroadcast(down, &read, e->source_dtype, e->source_ndim, e->source_shape);
    lt_release(&read);
    return s;
}

static lt_status scatter_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const scatter_extra *e = node->extra;
    lt_tensor *index;
    LT_TRY(lt_node_load(node, 0, &index));
    if (lt_node_wants(node, 0))
        LT_TRY(down_to_x(e, index, up[0], &down[0]));
    if (lt_node_wants(node, 1))
        LT_TRY(down_to_source(e, index, up[0], &down[1]));
    return LT_OK;
}

static lt_status record(lt_tensor *out, lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source,
                        lt_write w) {
    lt_node *node = lt_node_new(name_of(w, false), scatter_backward, 2, (lt_tensor *[]){x, source},
                                1, sizeof(scatter_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", name_of(w, false));
    scatter_extra *e = node->extra;
    *e = (scatter_extra){dim, w, (lt_dtype)source->dtype, source->ndim, {0}};
    memcpy(e->source_shape, source->shape, source->ndim * sizeof(int64_t));
    lt_status s = lt_node_save(node, 0, index);
    if (s == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return s;
}

/* ---- forward ---- */

lt_status lt_scattered(lt_tensor *out, lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source,
                       lt_write w) {
    LT_TRY(lt_check_dim(name_of(w, false), x, &dim));
    LT_TRY(lt_cast(out, x, (lt_dtype)x->dtype));
    lt_status s = put(out, dim, index, source, w);
    if (s == LT_OK && lt_recording() && (x->grad || source->grad))
        s = record(out, x, dim, index, source, w);
    if (s != LT_OK)
        lt_release(out);
    return s;
}

lt_status lt_scatter_in_place(lt_tensor *x, int dim, lt_tensor *index, lt_tensor *source,
                              lt_write w) {
    const char *name = name_of(w, true);
    LT_TRY(lt_check_dim(name, x, &dim));
    LT_TRY(lt_check_writable(x, name));
    if (lt_recording() && source->grad)
        return lt_fail(LT_EINVAL,
                       "%s: the source is on the graph and an in-place change is not recorded; "
                       "use %s, or la.no_grad(function() ... end)",
                       name, name_of(w, false));
    LT_TRY(put(x, dim, index, source, w));
    lt_touch(x, name);
    return LT_OK;
}
