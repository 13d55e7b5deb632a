#include "ops/distance.h"

#include <math.h>
#include <string.h>

#include "kernels/distance.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/matrices.h"
#include "ops/shape.h"
#include "tensor/node.h"

static lt_status as_status(lt_distance_status s) {
    return s == LT_DISTANCE_DONE          ? LT_OK
           : s == LT_DISTANCE_INTERRUPTED ? lt_fail(LT_EINTERRUPT, "interrupted!")
                                          : lt_fail(LT_ENOMEM, "out of memory: cdist");
}

static lt_distance task(const lt_tensor *a, const lt_tensor *b, double p) {
    return (lt_distance){(lt_dtype)a->dtype, p,          a->shape[1], b->shape[1],
                         a->shape[2],        lt_data(a), lt_data(b)};
}

static const char *at(const lt_tensor *t, int64_t batch) {
    return lt_matrix_at(t, batch, t->shape[1] * t->shape[2]);
}

/* Gradient of one side; `x` is that side, `y` the other. */
static lt_status side_back(lt_tensor *gx, lt_tensor *x, lt_tensor *y, const lt_tensor *out,
                           const lt_tensor *g, double p, bool second) {
    int64_t n = out->shape[2];
    LT_TRY(lt_zeros(gx, (lt_dtype)x->dtype, 3, x->shape));
    for (int64_t i = 0; i < x->shape[0]; i++) {
        lt_distance w = task(x, y, p);
        w.a = at(x, i);
        w.b = at(y, i);
        LT_TRY(as_status(lt_distance_back(&w, at(out, i), at(g, i), second ? 1 : n, second ? n : 1,
                                          (void *)at(gx, i))));
    }
    return LT_OK;
}

static lt_status cdist_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    double p = *(double *)node->extra;
    lt_tensor *saved[3], dense[4] = {{.storage = NULL, .grad = NULL}};
    lt_status s = LT_OK;
    for (int i = 0; s == LT_OK && i < 3; i++) {
        s = lt_node_load(node, i, &saved[i]);
        if (s == LT_OK)
            s = lt_contiguous(&dense[i], saved[i]);
    }
    if (s == LT_OK)
        s = lt_contiguous(&dense[3], up[0]);
    for (int side = 0; s == LT_OK && side < 2; side++)
        if (lt_node_wants(node, side))
            s = side_back(&down[side], &dense[side], &dense[1 - side], &dense[2], &dense[3], p,
                          side == 1);
    for (int i = 0; i < 4; i++)
        lt_release(&dense[i]);
    return s;
}

static lt_status record(lt_tensor *out, lt_tensor *a, lt_tensor *b, double p) {
    if (!lt_recording() || !(a->grad || b->grad))
        return LT_OK;
    lt_node *node =
        lt_node_new("cdist", cdist_backward, 2, (lt_tensor *[]){a, b}, 3, sizeof(double));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: cdist");
    *(double *)node->extra = p;
    lt_status s = lt_node_save(node, 0, a);
    if (s == LT_OK)
        s = lt_node_save(node, 1, b);
    if (s == LT_OK)
        s = lt_node_save(node, 2, out);
    if (s == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return s;
}

/* a [batch, m, d] and b [batch, n, d] of one dtype. */
static lt_status batch_cdist(lt_tensor *out, lt_tensor *a, lt_tensor *b, double p) {
    lt_tensor da LT_EMPTY, db LT_EMPTY;
    LT_TRY(
        lt_empty(out, (lt_dtype)a->dtype, 3, (int64_t[]){a->shape[0], a->shape[1], b->shape[1]}));
    lt_status s = lt_contiguous(&da, a);
    if (s == LT_OK)
        s = lt_contiguous(&db, b);
    for (int64_t i = 0; s == LT_OK && i < a->shape[0]; i++) {
        lt_distance w = task(&da, &db, p);
        w.a = at(&da, i);
        w.b = at(&db, i);
        s = as_status(lt_distance_run(&w, (void *)at(out, i)));
    }
    lt_release(&da);
    lt_release(&db);
    if (s == LT_OK)
        s = record(out, a, b, p);
    if (s != LT_OK)
        lt_release(out);
    return s;
}

/* Expand the leading dimensions and join them to one. */
static lt_status as_batch(lt_tensor *out, lt_tensor *x, int lead, const int64_t *shape) {
    int64_t wanted[LT_MAX_DIMS];
    lt_tensor wide LT_EMPTY;
    memcpy(wanted, shape, (size_t)lead * sizeof *shape);
    memcpy(wanted + lead, x->shape + x->ndim - 2, 2 * sizeof *shape);
    LT_TRY(lt_expand(&wide, x, lead + 2, wanted));
    lt_status s = lt_reshape(
        out, &wide, 3, (int64_t[]){lt_shape_numel(lead, shape), wanted[lead], wanted[lead + 1]});
    lt_release(&wide);
    return s;
}

static lt_status cdist(lt_tensor *out, lt_tensor *a, lt_tensor *b, double p, int lead,
                       int64_t *shape) {
    lt_tensor wide_a LT_EMPTY, wide_b LT_EMPTY, flat LT_EMPTY;
    lt_status s = as_batch(&wide_a, a, lead, shape);
    if (s == LT_OK)
        s = as_batch(&wide_b, b, lead, shape);
    if (s == LT_OK)
        s = batch_cdist(&flat, &wide_a, &wide_b, p);
    shape[lead] = a->shape[a->ndim - 2];
    shape[lead + 1] = b->shape[b->ndim - 2];
    if (s == LT_OK)
        s = lt_reshape(out, &flat, lead + 2, shape);
    lt_release(&wide_a);
    lt_release(&wide_b);
    lt_release(&flat);
    return s;
}

/* Broadcast the leading dimensions; false where they do not fit. */
static bool broadcast_lead(const lt_tensor *a, const lt_tensor *b, int *lead, int64_t *shape) {
    *lead = (a->ndim > b->ndim ? a->ndim : b->ndim) - 2;
    for (int d = 0; d < *lead; d++) {
        int da = d - (*lead + 2 - a->ndim), db = d - (*lead + 2 - b->ndim);
        int64_t sa = da < 0 ? 1 : a->shape[da], sb = db < 0 ? 1 : b->shape[db];
        if (sa != sb && sa != 1 && sb != 1)
            return false;
        shape[d] = sa == 1 ? sb : sa;
    }
    return true;
}

lt_status lt_cdist(lt_tensor *out, lt_tensor *a, lt_tensor *b, double p) {
    int lead;
    int64_t shape[LT_MAX_DIMS];
    if (a->ndim < 2 || b->ndim < 2 || a->shape[a->ndim - 1] != b->shape[b->ndim - 1] ||
        !broadcast_lead(a, b, &lead, shape))
        return lt_fail(LT_EINVAL, "cdist: takes rows [.., m, d] and [.., n, d], not %s and %s",
                       lt_shape_of(a), lt_shape_of(b));
    if (!(p >= 0))
        return lt_fail(LT_EINVAL, "cdist: the order p must be 0 or more, not %g", p);
    lt_dtype dtype = lt_dtype_promote(lt_lapack_dtype(a), lt_lapack_dtype(b));
    lt_tensor room_a LT_EMPTY, room_b LT_EMPTY;
    lt_status s = lt_as_dtype(&a, &room_a, dtype);
    if (s == LT_OK)
        s = lt_as_dtype(&b, &room_b, dtype);
    if (s == LT_OK)
        s = cdist(out, a, b, p, lead, shape);
    lt_release(&room_a);
    lt_release(&room_b);
    return s;
}
