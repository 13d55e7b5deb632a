#include "ops/scan.h"

#include "ops/lines.h"
#include "ops/shape.h"
#include "tensor/node.h"

static const char *const names[LT_SCAN_COUNT] = {"cumsum", "cumprod", "logcumsumexp"};

typedef struct scan_extra {
    lt_scan_op op;
    int dim;
} scan_extra;

static lt_status scan_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const scan_extra *e = node->extra;
    lt_dtype t = node->dtype;
    lt_tensor *x = NULL, *y = NULL, *g, room_x LT_EMPTY, room_g LT_EMPTY;
    if (e->op != LT_SCAN_sum) {
        LT_TRY(lt_node_load(node, 0, &x));
        LT_TRY(lt_node_load(node, 1, &y));
        LT_TRY(lt_dense(&x, &room_x, x, t));
    }
    lt_lines l = lt_lines_along(up[0], e->dim);
    lt_status s = lt_dense(&g, &room_g, up[0], t);
    if (s == LT_OK)
        s = lt_empty_like(down, t, up[0]);
    if (s == LT_OK && e->op == LT_SCAN_sum)
        s = lt_scan_run(LT_SCAN_sum, t, true, &l, lt_data(g), lt_data(down));
    else if (s == LT_OK && e->op == LT_SCAN_prod)
        s = lt_cumprod_backward(t, &l, lt_data(g), lt_data(x), lt_data(y), lt_data(down));
    else if (s == LT_OK)
        s = lt_logcumsumexp_backward(t, &l, lt_data(g), lt_data(x), lt_data(y), lt_data(down));
    lt_release(&room_x);
    lt_release(&room_g);
    return s;
}

static lt_status record(lt_tensor *out, lt_scan_op op, lt_tensor *x, int dim) {
    int saved = op == LT_SCAN_sum ? 0 : 2;
    lt_node *node = lt_node_new(names[op], scan_backward, 1, &x, saved, sizeof(scan_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: %s", names[op]);
    *(scan_extra *)node->extra = (scan_extra){op, dim};
    lt_status s = saved ? lt_node_save(node, 0, x) : LT_OK;
    if (s == LT_OK && saved)
        s = lt_node_save(node, 1, out);
    if (s == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return s;
}

static lt_dtype result_dtype(lt_scan_op op, lt_dtype x) {
    if (lt_dtype_is_float(x))
        return x;
    return op == LT_SCAN_logsumexp ? lt_default_dtype() : LT_INT64;
}

lt_status lt_scan(lt_tensor *out, lt_scan_op op, lt_tensor *x, int dim) {
    lt_dtype dtype = result_dtype(op, (lt_dtype)x->dtype);
    lt_tensor *dense, room LT_EMPTY;
    LT_TRY(lt_check_dim(names[op], x, &dim));
    LT_TRY(lt_dense(&dense, &room, x, dtype));
    lt_lines lines = lt_lines_along(x, dim);
    lt_status s = lt_empty_like(out, dtype, x);
    if (s == LT_OK)
        s = lt_scan_run(op, dtype, false, &lines, lt_data(dense), lt_data(out));
    lt_release(&room);
    if (s == LT_OK && lt_must_record(x))
        s = record(out, op, x, dim);
    if (s != LT_OK)
        lt_release(out);
    return s;
}
