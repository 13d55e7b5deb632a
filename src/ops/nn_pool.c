#include "ops/nn_pool.h"

#include <string.h>

#include "kernels/nn_pool.h"
#include "ops/create.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

static lt_status outcome(bool done) {
    return done ? LT_OK : lt_check_interrupt();
}

static lt_status check_images(const char *name, const lt_tensor *x) {
    if (x->ndim < 2 || !lt_dtype_is_float((lt_dtype)x->dtype))
        return lt_fail(LT_EINVAL, "%s: the input must be float images [.., h, w], not %s %s", name,
                       lt_dtype_name((lt_dtype)x->dtype), lt_shape_of(x));
    if (x->shape[x->ndim - 1] < 1 || x->shape[x->ndim - 2] < 1)
        return lt_fail(LT_EINVAL, "%s: the images are empty: %s", name, lt_shape_of(x));
    return LT_OK;
}

/* A tensor like x with its last two sizes replaced. */
static lt_status images(lt_tensor *out, const lt_tensor *x, int64_t height, int64_t width) {
    int64_t shape[LT_MAX_DIMS];
    memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
    shape[x->ndim - 2] = height;
    shape[x->ndim - 1] = width;
    return lt_empty(out, (lt_dtype)x->dtype, x->ndim, shape);
}

static lt_status record(lt_tensor *out, const char *name, lt_backward_fn backward, lt_tensor *x,
                        lt_tensor *saved, const void *extra, size_t bytes) {
    if (!lt_must_record(x))
        return LT_OK;
    lt_node *node = lt_node_new(name, backward, 1, (lt_tensor *[]){x}, saved ? 1 : 0, bytes);
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: autograd record");
    memcpy(node->extra, extra, bytes);
    lt_status status = saved ? lt_node_save(node, 0, saved) : LT_OK;
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

/* ---- pooling ---- */

static lt_status pool_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const lt_pool *p = node->extra;
    lt_tensor *place = NULL, g LT_EMPTY;
    if (node->saved_count > 0)
        LT_TRY(lt_node_load(node, 0, &place));
    LT_TRY(lt_contiguous(&g, up[0]));
    lt_status status = images(&down[0], &g, p->height, p->width);
    if (status == LT_OK && place)
        status = outcome(lt_max_pool_back(p, lt_data(&g), lt_data(place), lt_data(&down[0])));
    else if (status == LT_OK)
        status = outcome(lt_avg_pool_back(p, lt_data(&g), lt_data(&down[0])));
    lt_release(&g);
    return status;
}

static int64_t windows(int64_t size, int64_t kernel, int64_t stride, int64_t pad) {
    int64_t room = size + 2 * pad - kernel;
    return room < 0 ? 0 : room / stride + 1;
}

static lt_status set_geometry(lt_pool *p, const char *name, const lt_tensor *x,
                              const lt_pool_options *o) {
    const int64_t most = 1 << 30;
    for (int d = 0; d < 2; d++) {
        if (o->kernel[d] < 1 || o->stride[d] < 1 || o->kernel[d] > most || o->stride[d] > most)
            return lt_fail(LT_EINVAL, "%s: kernel and stride must be at least 1", name);
        if (o->padding[d] < 0 || 2 * o->padding[d] > o->kernel[d])
            return lt_fail(LT_EINVAL, "%s: padding must be at most half the kernel", name);
    }
    *p = (lt_pool){.dtype = (lt_dtype)x->dtype,
                   .planes = lt_shape_numel(x->ndim - 2, x->shape),
                   .height = x->shape[x->ndim - 2],
                   .width = x->shape[x->ndim - 1],
                   .kernel_h = o->kernel[0],
                   .kernel_w = o->kernel[1],
                   .stride_h = o->stride[0],
                   .stride_w = o->stride[1],
                   .pad_h = o->padding[0],
                   .pad_w = o->padding[1]};
    p->out_h = windows(p->height, p->kernel_h, p->stride_h, p->pad_h);
    p->out_w = windows(p->width, p->kernel_w, p->stride_w, p->pad_w);
    if (p->out_h < 1 || p->out_w < 1)
        return lt_fail(LT_EINVAL, "%s: input %s is smaller than the window %s", name,
                       lt_shape_of(x), lt_shape_text(2, o->kernel));
    return LT_OK;
}

static lt_status pool(lt_tensor *out, lt_tensor *x, const lt_pool_options *o, bool max) {
    const char *name = max ? "max_pool2d" : "avg_pool2d";
    lt_pool p;
    LT_TRY(check_images(name, x));
    LT_TRY(set_geometry(&p, name, x, o));
    lt_tensor dense LT_EMPTY, place LT_EMPTY;
    lt_status status = lt_contiguous(&dense, x);
    if (status == LT_OK)
        status = images(out, x, p.out_h, p.out_w);
    if (status == LT_OK && max)
        status = lt_empty(&place, LT_INT64, x->ndim, out->shape);
    if (status == LT_OK)
        status = outcome(max ? lt_max_pool(&p, lt_data(&dense), lt_data(out), lt_data(&place))
                             : lt_avg_pool(&p, lt_data(&dense), lt_data(out)));
    if (status == LT_OK)
        status = record(out, name, pool_backward, x, max ? &place : NULL, &p, sizeof p);
    if (status != LT_OK)
        lt_release(out);
    lt_release(&dense);
    lt_release(&place);
    return status;
}

lt_status lt_max_pool2d(lt_tensor *out, lt_tensor *x, const lt_pool_options *o) {
    return pool(out, x, o, true);
}

lt_status lt_avg_pool2d(lt_tensor *out, lt_tensor *x, const lt_pool_options *o) {
    return pool(out, x, o, false);
}

/* ---- resizing ---- */

static lt_status resize_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const lt_resize *r = node->extra;
    lt_tensor g LT_EMPTY;
    LT_TRY(lt_contiguous(&g, up[0]));
    lt_status status = images(&down[0], &g, r->height, r->width);
    if (status == LT_OK)
        status = outcome(lt_resize_planes_back(r, lt_data(&g), lt_data(&down[0])));
    lt_release(&g);
    return status;
}

lt_status lt_resize2d(lt_tensor *out, lt_tensor *x, int64_t height, int64_t width, bool bilinear) {
    LT_TRY(check_images("resize2d", x));
    if (height < 1 || width < 1)
        return lt_fail(LT_EINVAL, "resize2d: no image has the size %s",
                       lt_shape_text(2, (int64_t[]){height, width}));
    lt_resize r = {.dtype = (lt_dtype)x->dtype,
                   .planes = lt_shape_numel(x->ndim - 2, x->shape),
                   .height = x->shape[x->ndim - 2],
                   .width = x->shape[x->ndim - 1],
                   .out_h = height,
                   .out_w = width,
                   .bilinear = bilinear};
    lt_tensor dense LT_EMPTY;
    lt_status status = lt_contiguous(&dense, x);
    if (status == LT_OK)
        status = images(out, x, height, width);
    if (status == LT_OK)
        status = outcome(lt_resize_planes(&r, lt_data(&dense), lt_data(out)));
    if (status == LT_OK)
        status = record(out, "resize2d", resize_backward, x, NULL, &r, sizeof r);
    if (status != LT_OK)
        lt_release(out);
    lt_release(&dense);
    return status;
}
