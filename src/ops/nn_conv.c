#include "ops/nn_conv.h"

#include "kernels/nn_conv.h"
#include "ops/create.h"
#include "ops/reduce.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

/* What the way back needs besides x and the weight. */
typedef struct conv_extra {
    lt_conv geometry;
    bool transposed;
} conv_extra;

static const char *name_of(bool transposed) {
    return transposed ? "conv_transpose2d" : "conv2d";
}

static lt_status outcome(bool done, const char *name) {
    if (done)
        return LT_OK;
    LT_TRY(lt_check_interrupt());
    return lt_fail(LT_ENOMEM, "out of memory: %s", name);
}

static lt_status check(bool transposed, const lt_tensor *x, const lt_tensor *w,
                       const lt_tensor *b) {
    const char *name = name_of(transposed);
    if (w->ndim != 4)
        return lt_fail(LT_EINVAL, "%s: the weight must have 4 dimensions, it is %s", name,
                       lt_shape_of(w));
    if (x->ndim != 4 || x->shape[1] != w->shape[transposed ? 0 : 1])
        return lt_fail(LT_EINVAL, "%s: takes an input [n, %lld, h, w], was given %s", name,
                       (long long)w->shape[transposed ? 0 : 1], lt_shape_of(x));
    if (b && (b->ndim != 1 || b->shape[0] != w->shape[transposed ? 1 : 0]))
        return lt_fail(LT_EINVAL, "%s: bias %s does not fit weight %s", name, lt_shape_of(b),
                       lt_shape_of(w));
    if (!lt_dtype_is_float((lt_dtype)x->dtype) || w->dtype != x->dtype ||
        (b && b->dtype != x->dtype))
        return lt_fail(LT_EINVAL, "%s: input %s, weight %s and bias %s must be of one float dtype",
                       name, lt_dtype_name((lt_dtype)x->dtype), lt_dtype_name((lt_dtype)w->dtype),
                       lt_dtype_name((lt_dtype)(b ? b : w)->dtype));
    return LT_OK;
}

static lt_status check_options(const char *name, const lt_conv_options *o) {
    const int64_t most = 1 << 30;
    for (int d = 0; d < 2; d++) {
        if (o->stride[d] < 1 || o->dilation[d] < 1 || o->stride[d] > most || o->dilation[d] > most)
            return lt_fail(LT_EINVAL, "%s: stride and dilation must be at least 1", name);
        if (o->padding[d] < 0 || o->padding[d] > most || o->output_padding[d] < 0)
            return lt_fail(LT_EINVAL, "%s: padding must not be negative", name);
        if (o->output_padding[d] > 0 && o->output_padding[d] >= o->stride[d] &&
            o->output_padding[d] >= o->dilation[d])
            return lt_fail(LT_EINVAL, "%s: output_padding must be less than stride or dilation",
                           name);
    }
    return LT_OK;
}

/* Windows along one dimension of `size` elements. */
static int64_t windows(int64_t size, int64_t kernel, int64_t stride, int64_t pad,
                       int64_t dilation) {
    int64_t room = size + 2 * pad - dilation * (kernel - 1) - 1;
    return room < 0 ? 0 : room / stride + 1;
}

static void set_kernel(lt_conv *c, const lt_tensor *w, const lt_conv_options *o) {
    c->kernel_h = w->shape[2], c->kernel_w = w->shape[3];
    c->stride_h = o->stride[0], c->stride_w = o->stride[1];
    c->pad_h = o->padding[0], c->pad_w = o->padding[1];
    c->dilation_h = o->dilation[0], c->dilation_w = o->dilation[1];
}

static lt_status set_geometry(lt_conv *c, bool transposed, const lt_tensor *x, const lt_tensor *w,
                              const lt_conv_options *o) {
    *c = (lt_conv){.dtype = (lt_dtype)x->dtype, .images = x->shape[0]};
    set_kernel(c, w, o);
    c->filters = w->shape[0], c->channels = w->shape[1];
    if (transposed) {
        c->out_h = x->shape[2], c->out_w = x->shape[3];
        c->height = (c->out_h - 1) * c->stride_h - 2 * c->pad_h +
                    c->dilation_h * (c->kernel_h - 1) + o->output_padding[0] + 1;
        c->width = (c->out_w - 1) * c->stride_w - 2 * c->pad_w + c->dilation_w * (c->kernel_w - 1) +
                   o->output_padding[1] + 1;
    } else {
        c->height = x->shape[2], c->width = x->shape[3];
        c->out_h = windows(c->height, c->kernel_h, c->stride_h, c->pad_h, c->dilation_h);
        c->out_w = windows(c->width, c->kernel_w, c->stride_w, c->pad_w, c->dilation_w);
    }
    if (c->height < 1 || c->width < 1 || c->out_h < 1 || c->out_w < 1)
        return lt_fail(LT_EINVAL,
                       "%s: input %s is too small for weight %s with padding [%lld, %lld]",
                       name_of(transposed), lt_shape_of(x), lt_shape_of(w), (long long)c->pad_h,
                       (long long)c->pad_w);
    return LT_OK;
}

static lt_status forward(lt_tensor *out, const conv_extra *e, lt_tensor *x, lt_tensor *w,
                         lt_tensor *b) {
    const lt_conv *c = &e->geometry;
    void *bias = b ? lt_data(b) : NULL;
    if (e->transposed) {
        LT_TRY(
            lt_empty(out, c->dtype, 4, (int64_t[]){c->images, c->channels, c->height, c->width}));
        return outcome(lt_conv_spread(c, lt_data(x), lt_data(w), bias, lt_data(out)),
                       "conv_transpose2d");
    }
    LT_TRY(lt_empty(out, c->dtype, 4, (int64_t[]){c->images, c->filters, c->out_h, c->out_w}));
    return outcome(lt_conv_respond(c, lt_data(x), lt_data(w), bias, lt_data(out)), "conv2d");
}

static lt_status by_input(lt_tensor *dx, const conv_extra *e, lt_tensor *g, lt_tensor *w) {
    conv_extra adjoint = {e->geometry, !e->transposed};
    return forward(dx, &adjoint, g, w, NULL);
}

/* Gradient by the weight; of a transposed convolution also that by the input, unless `dx` is NULL.
 */
static lt_status by_weight(lt_tensor *dw, const conv_extra *e, lt_tensor *g, lt_tensor *x,
                           lt_tensor *w, lt_tensor *dx) {
    const lt_conv *c = &e->geometry;
    LT_TRY(
        lt_empty(dw, c->dtype, 4, (int64_t[]){c->filters, c->channels, c->kernel_h, c->kernel_w}));
    if (dx)
        LT_TRY(lt_empty_like(dx, c->dtype, x));
    lt_tensor *image = e->transposed ? g : x, *response = e->transposed ? x : g;
    return outcome(lt_conv_weigh(c, lt_data(image), lt_data(response), lt_data(dw),
                                 dx ? lt_data(w) : NULL, dx ? lt_data(dx) : NULL),
                   name_of(e->transposed));
}

/* Inputs x, weight, bias; x is saved when the weight wants a gradient, the weight when x does. */
static lt_status conv_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const conv_extra *e = node->extra;
    lt_tensor *x = NULL, *w = NULL, g LT_EMPTY;
    bool want_x = lt_node_wants(node, 0), want_w = lt_node_wants(node, 1);
    if (want_w)
        LT_TRY(lt_node_load(node, 0, &x));
    if (want_x)
        LT_TRY(lt_node_load(node, 1, &w));
    bool together = want_x && want_w && e->transposed;
    LT_TRY(lt_contiguous(&g, up[0]));
    lt_status status = LT_OK;
    if (want_w)
        status = by_weight(&down[1], e, &g, x, w, together ? &down[0] : NULL);
    if (status == LT_OK && want_x && !together)
        status = by_input(&down[0], e, &g, w);
    if (status == LT_OK && node->inputs > 2 && lt_node_wants(node, 2))
        status = lt_sum(&down[2], &g, 3, (int[]){0, 2, 3}, false);
    lt_release(&g);
    return status;
}

static lt_status record(lt_tensor *out, const conv_extra *e, lt_tensor *const *in, int inputs,
                        lt_tensor *x, lt_tensor *w) {
    lt_node *node = lt_node_new(name_of(e->transposed), conv_backward, inputs, in, 2, sizeof *e);
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: autograd record");
    *(conv_extra *)node->extra = *e;
    lt_status status = LT_OK;
    if (lt_node_wants(node, 1))
        status = lt_node_save(node, 0, x);
    if (status == LT_OK && lt_node_wants(node, 0))
        status = lt_node_save(node, 1, w);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

static lt_status conv(lt_tensor *out, bool transposed, lt_tensor *x, lt_tensor *w, lt_tensor *b,
                      const lt_conv_options *o) {
    LT_TRY(check(transposed, x, w, b));
    LT_TRY(check_options(name_of(transposed), o));
    conv_extra e = {.transposed = transposed};
    LT_TRY(set_geometry(&e.geometry, transposed, x, w, o));
    lt_tensor dense_x LT_EMPTY, dense_w LT_EMPTY, dense_b LT_EMPTY;
    lt_status status = lt_contiguous(&dense_x, x);
    if (status == LT_OK)
        status = lt_contiguous(&dense_w, w);
    if (status == LT_OK && b)
        status = lt_contiguous(&dense_b, b);
    if (status == LT_OK)
        status = forward(out, &e, &dense_x, &dense_w, b ? &dense_b : NULL);
    if (status == LT_OK && (lt_must_record(x) || lt_must_record(w) || (b && lt_must_record(b))))
        status = record(out, &e, (lt_tensor *[]){x, w, b}, b ? 3 : 2, &dense_x, &dense_w);
    if (status != LT_OK)
        lt_release(out);
    lt_release(&dense_x);
    lt_release(&dense_w);
    lt_release(&dense_b);
    return status;
}

lt_status lt_conv2d(lt_tensor *out, lt_tensor *x, lt_tensor *weight, lt_tensor *bias,
                    const lt_conv_options *o) {
    return conv(out, false, x, weight, bias, o);
}

lt_status lt_conv_transpose2d(lt_tensor *out, lt_tensor *x, lt_tensor *weight, lt_tensor *bias,
                              const lt_conv_options *o) {
    return conv(out, true, x, weight, bias, o);
}
