#include "ops/softmax.h"

#include "kernels/softmax.h"
#include "ops/lines.h"
#include "ops/shape.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

typedef struct softmax_extra {
    int dim;
    bool log;
} softmax_extra;

static const char *name_of(bool log) {
    return log ? "log_softmax" : "softmax";
}

static lt_status softmax_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const softmax_extra *e = node->extra;
    lt_tensor *y, *g, room LT_EMPTY;
    LT_TRY(lt_node_load(node, 0, &y));
    LT_TRY(lt_dense(&g, &room, up[0], node->dtype));
    lt_lines lines = lt_lines_along(y, e->dim);
    lt_status s = lt_empty_like(down, node->dtype, y);
    if (s == LT_OK &&
        !lt_softmax_backward(node->dtype, e->log, &lines, lt_data(g), lt_data(y), lt_data(down)))
        s = lt_check_interrupt();
    lt_release(&room);
    return s;
}

static lt_status record(lt_tensor *out, lt_tensor *x, int dim, bool log) {
    lt_node *node = lt_node_new(name_of(log), softmax_backward, 1, &x, 1, sizeof(softmax_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", name_of(log));
    *(softmax_extra *)node->extra = (softmax_extra){dim, log};
    lt_status s = lt_node_save(node, 0, out);
    if (s == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return s;
}

lt_status lt_softmax(lt_tensor *out, lt_tensor *x, int dim, bool log) {
    lt_dtype dtype =
        lt_dtype_is_float((lt_dtype)x->dtype) ? (lt_dtype)x->dtype : lt_default_dtype();
    lt_tensor *dense, room LT_EMPTY;
    LT_TRY(lt_check_dim(name_of(log), x, &dim));
    LT_TRY(lt_dense(&dense, &room, x, dtype));
    lt_lines lines = lt_lines_along(x, dim);
    lt_status s = lt_empty_like(out, dtype, x);
    if (s == LT_OK && !lt_softmax_forward(dtype, log, &lines, lt_data(dense), lt_data(out)))
        s = lt_check_interrupt();
    lt_release(&room);
    if (s == LT_OK && lt_must_record(x))
        s = record(out, x, dim, log);
    if (s != LT_OK)
        lt_release(out);
    return s;
}
