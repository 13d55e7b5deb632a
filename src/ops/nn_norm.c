#include "ops/nn_norm.h"

#include <math.h>
#include <string.h>

#include "kernels/nn_norm.h"
#include "ops/create.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

/* Saved tensors of both: x, the statistics (float64 [2, n]: mean and 1 / deviation), weight. */
enum { X, STATS, WEIGHT, SAVED };
enum { X_IN, WEIGHT_IN, BIAS_IN }; /* inputs */

static lt_status outcome(bool done) {
    return done ? LT_OK : lt_check_interrupt();
}

static lt_status check_float(const char *name, const lt_tensor *x) {
    if (lt_dtype_is_float((lt_dtype)x->dtype))
        return LT_OK;
    return lt_fail(LT_EINVAL, "%s: the input must be of a float dtype, not %s", name,
                   lt_dtype_name((lt_dtype)x->dtype));
}

/* An optional vector of n values of the input's dtype. */
static lt_status check_vector(const char *name, const lt_tensor *x, const lt_tensor *v, int64_t n,
                              const char *what) {
    if (!v || (v->numel == n && v->dtype == x->dtype && lt_is_contiguous(v)))
        return LT_OK;
    return lt_fail(LT_EINVAL, "%s: input %s %s does not fit %s %s %s", name,
                   lt_dtype_name((lt_dtype)x->dtype), lt_shape_of(x), what,
                   lt_dtype_name((lt_dtype)v->dtype), lt_shape_of(v));
}

/* v[i], or `fallback` without v. */
static double value_at(const lt_tensor *v, int64_t i, double fallback) {
    return v ? lt_get_double(v, i) : fallback;
}

/* A vector of the input's dtype from doubles. */
static lt_status vector_from(lt_tensor *out, lt_dtype dtype, const lt_tensor *shape,
                             const double *values) {
    LT_TRY(lt_empty_like(out, dtype, shape));
    for (int64_t i = 0; i < out->numel; i++)
        lt_set_double(out, i, values[i]);
    return LT_OK;
}

/* Room for k vectors of n doubles. */
static lt_status vectors(lt_tensor *out, int64_t k, int64_t n) {
    return lt_empty(out, LT_FLOAT64, 2, (int64_t[]){k, n});
}

static bool on_graph(lt_tensor *const *in) {
    for (int i = 0; i < 3; i++)
        if (in[i] && lt_must_record(in[i]))
            return true;
    return false;
}

/* Make the node of a normalisation with inputs x, weight, bias. */
static lt_status record(lt_tensor *out, const char *name, lt_backward_fn backward,
                        lt_tensor *const *in, lt_tensor *x, lt_tensor *stats, const void *extra,
                        size_t bytes) {
    if (!on_graph(in))
        return LT_OK;
    lt_node *node = lt_node_new(name, backward, 3, in, SAVED, bytes);
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: autograd record");
    memcpy(node->extra, extra, bytes);
    lt_status status = lt_node_save(node, X, x);
    if (status == LT_OK)
        status = lt_node_save(node, STATS, stats);
    if (status == LT_OK && in[WEIGHT_IN])
        status = lt_node_save(node, WEIGHT, in[WEIGHT_IN]);
    if (status == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return status;
}

static lt_status load(lt_node *node, lt_tensor **x, double **mean, double **rstd, int64_t n,
                      lt_tensor **weight) {
    lt_tensor *stats;
    LT_TRY(lt_node_load(node, X, x));
    LT_TRY(lt_node_load(node, STATS, &stats));
    LT_TRY(lt_node_load(node, WEIGHT, weight));
    *mean = lt_data(stats);
    *rstd = *mean + n;
    if ((*weight)->numel == 0)
        *weight = NULL;
    return LT_OK;
}

/* ---- batch normalisation ---- */

typedef struct batch_extra {
    lt_channels n;
    bool training;
} batch_extra;

/* Gradients by weight and bias from the sums of g and g (x - mean). */
static lt_status by_affine(lt_node *node, lt_tensor *down, lt_dtype dtype, lt_tensor *weight,
                           const double *dw, const double *db) {
    if (lt_node_wants(node, WEIGHT_IN))
        LT_TRY(vector_from(&down[WEIGHT_IN], dtype, weight, dw));
    if (lt_node_wants(node, BIAS_IN))
        LT_TRY(vector_from(&down[BIAS_IN], dtype, weight, db));
    return LT_OK;
}

/* dx = c g + a (x - mean) + b: what g does through the value, the deviation and the mean. */
static lt_status batch_by_input(lt_tensor *dx, const batch_extra *e, lt_tensor *x, lt_tensor *g,
                                const double *mean, const double *rstd, const lt_tensor *weight,
                                const double *sum_g, const double *sum_gx, double *room) {
    const lt_channels *n = &e->n;
    double *a = room, *b = room + n->channels, *c = room + 2 * n->channels;
    double count = (double)(n->batch * n->inner);
    for (int64_t k = 0; k < n->channels; k++) {
        c[k] = value_at(weight, k, 1) * rstd[k];
        a[k] = e->training ? -c[k] * rstd[k] * rstd[k] * sum_gx[k] / count : 0;
        b[k] = e->training ? -c[k] * sum_g[k] / count : 0;
    }
    LT_TRY(lt_empty_like(dx, n->dtype, x));
    return outcome(lt_channel_combine(n, lt_data(x), mean, a, b, lt_data(g), c, lt_data(dx)));
}

static lt_status batch_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const batch_extra *e = node->extra;
    const lt_channels *n = &e->n;
    lt_tensor *x, *weight, g LT_EMPTY, room LT_EMPTY;
    double *mean, *rstd;
    LT_TRY(load(node, &x, &mean, &rstd, n->channels, &weight));
    lt_status status = lt_contiguous(&g, up[0]);
    if (status == LT_OK)
        status = vectors(&room, 5, n->channels);
    double *sum_g = lt_data(&room), *sum_gx = sum_g + n->channels;
    if (status == LT_OK)
        status = outcome(lt_channel_sums(n, lt_data(&g), lt_data(x), mean, sum_g, sum_gx));
    if (status == LT_OK && lt_node_wants(node, X_IN))
        status = batch_by_input(&down[X_IN], e, x, &g, mean, rstd, weight, sum_g, sum_gx,
                                sum_gx + n->channels);
    if (status == LT_OK && weight) {
        for (int64_t k = 0; k < n->channels; k++)
            sum_gx[k] *= rstd[k];
        status = by_affine(node, down, n->dtype, weight, sum_gx, sum_g);
    }
    lt_release(&g);
    lt_release(&room);
    return status;
}

/* running = (1 - momentum) running + momentum batch; the variance unbiased, as in PyTorch. */
static void update_running(const lt_batch_norm *o, const double *mean, const double *variance,
                           double count) {
    double m = o->momentum, unbias = count > 1 ? count / (count - 1) : NAN;
    for (int64_t k = 0; k < o->running_mean->numel; k++) {
        lt_set_double(o->running_mean, k,
                      (1 - m) * lt_get_double(o->running_mean, k) + m * mean[k]);
        lt_set_double(o->running_var, k,
                      (1 - m) * lt_get_double(o->running_var, k) + m * variance[k] * unbias);
    }
    lt_touch(o->running_mean, "batch_norm");
    lt_touch(o->running_var, "batch_norm");
}

/* Statistics into mean and variance [channels]: the batch's or the running ones. */
static lt_status batch_statistics(const lt_batch_norm *o, const batch_extra *e, lt_tensor *x,
                                  double *mean, double *variance) {
    if (e->training)
        return outcome(lt_channel_moments(&e->n, lt_data(x), mean, variance));
    for (int64_t k = 0; k < e->n.channels; k++) {
        mean[k] = lt_get_double(o->running_mean, k);
        variance[k] = lt_get_double(o->running_var, k);
    }
    return LT_OK;
}

/* `stats` [4, channels] keeps mean and 1 / deviation in its first two rows. */
static lt_status batch_forward(lt_tensor *out, const lt_batch_norm *o, const batch_extra *e,
                               lt_tensor *x, lt_tensor *stats) {
    const lt_channels *n = &e->n;
    double *mean = lt_data(stats), *rstd = mean + n->channels;
    double *variance = rstd + n->channels, *scale = variance, *shift = scale + n->channels;
    LT_TRY(batch_statistics(o, e, x, mean, variance));
    for (int64_t k = 0; k < n->channels; k++)
        rstd[k] = 1 / sqrt(variance[k] + o->eps);
    LT_TRY(lt_empty_like(out, n->dtype, x));
    if (e->training && o->running_mean)
        update_running(o, mean, variance, (double)(n->batch * n->inner));
    for (int64_t k = 0; k < n->channels; k++) {
        scale[k] = value_at(o->weight, k, 1) * rstd[k];
        shift[k] = value_at(o->bias, k, 0);
    }
    return outcome(lt_channel_combine(n, lt_data(x), mean, scale, shift, NULL, NULL, lt_data(out)));
}

static lt_status check_batch(const lt_tensor *x, const lt_batch_norm *o) {
    LT_TRY(check_float("batch_norm", x));
    if (x->ndim < 2)
        return lt_fail(LT_EINVAL, "batch_norm: input %s must be [batch, channels, ..]",
                       lt_shape_of(x));
    int64_t channels = x->shape[1];
    LT_TRY(check_vector("batch_norm", x, o->weight, channels, "weight"));
    LT_TRY(check_vector("batch_norm", x, o->bias, channels, "bias"));
    LT_TRY(check_vector("batch_norm", x, o->running_mean, channels, "running mean"));
    LT_TRY(check_vector("batch_norm", x, o->running_var, channels, "running variance"));
    if ((o->training || !o->running_mean) && channels > 0 && x->numel / channels < 2)
        return lt_fail(LT_EINVAL,
                       "batch_norm: training needs more than one value a channel, the input is %s",
                       lt_shape_of(x));
    return LT_OK;
}

lt_status lt_batch_norm_layer(lt_tensor *out, lt_tensor *x, const lt_batch_norm *o) {
    LT_TRY(check_batch(x, o));
    batch_extra e = {.n = {.dtype = (lt_dtype)x->dtype,
                           .batch = x->shape[0],
                           .channels = x->shape[1],
                           .inner = lt_shape_numel(x->ndim - 2, x->shape + 2)},
                     .training = o->training || !o->running_mean};
    lt_tensor dense LT_EMPTY, stats LT_EMPTY;
    lt_status status = lt_contiguous(&dense, x);
    if (status == LT_OK)
        status = vectors(&stats, 4, e.n.channels);
    if (status == LT_OK)
        status = batch_forward(out, o, &e, &dense, &stats);
    if (status == LT_OK)
        status = record(out, "batch_norm", batch_backward, (lt_tensor *[]){x, o->weight, o->bias},
                        &dense, &stats, &e, sizeof e);
    if (status != LT_OK)
        lt_release(out);
    lt_release(&dense);
    lt_release(&stats);
    return status;
}

/* ---- layer normalisation ---- */

static lt_status layer_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const lt_rows *n = node->extra;
    lt_tensor *x, *weight, g LT_EMPTY, room LT_EMPTY;
    double *mean, *rstd;
    LT_TRY(load(node, &x, &mean, &rstd, n->rows, &weight));
    LT_TRY(lt_contiguous(&g, up[0]));
    lt_status status = LT_OK;
    if (lt_node_wants(node, X_IN)) {
        status = lt_empty_like(&down[X_IN], n->dtype, x);
        if (status == LT_OK)
            status = outcome(lt_row_norm_back(n, lt_data(&g), lt_data(x),
                                              weight ? lt_data(weight) : NULL, mean, rstd,
                                              lt_data(&down[X_IN])));
    }
    if (status == LT_OK && weight)
        status = vectors(&room, 2, n->width);
    if (status == LT_OK && weight) {
        double *dw = lt_data(&room), *db = dw + n->width;
        status = outcome(lt_row_norm_sums(n, lt_data(&g), lt_data(x), mean, rstd, dw, db));
        if (status == LT_OK)
            status = by_affine(node, down, n->dtype, weight, dw, db);
    }
    lt_release(&g);
    lt_release(&room);
    return status;
}

static lt_status layer_forward(lt_tensor *out, const lt_rows *n, lt_tensor *x, lt_tensor *weight,
                               lt_tensor *bias, double eps, lt_tensor *stats) {
    double *mean = lt_data(stats), *rstd = mean + n->rows;
    LT_TRY(lt_empty_like(out, n->dtype, x));
    return outcome(lt_row_norm(n, eps, lt_data(x), weight ? lt_data(weight) : NULL,
                               bias ? lt_data(bias) : NULL, lt_data(out), mean, rstd));
}

lt_status lt_layer_norm(lt_tensor *out, lt_tensor *x, int dims, lt_tensor *weight, lt_tensor *bias,
                        double eps) {
    LT_TRY(check_float("layer_norm", x));
    if (dims < 1 || dims > x->ndim)
        return lt_fail(LT_EINVAL, "layer_norm: input %s has no %d last dimensions", lt_shape_of(x),
                       dims);
    int outer = x->ndim - dims;
    lt_rows n = {.dtype = (lt_dtype)x->dtype,
                 .rows = lt_shape_numel(outer, x->shape),
                 .width = lt_shape_numel(dims, x->shape + outer)};
    LT_TRY(check_vector("layer_norm", x, weight, n.width, "weight"));
    LT_TRY(check_vector("layer_norm", x, bias, n.width, "bias"));
    lt_tensor dense LT_EMPTY, stats LT_EMPTY;
    lt_status status = lt_contiguous(&dense, x);
    if (status == LT_OK)
        status = vectors(&stats, 2, n.rows);
    if (status == LT_OK)
        status = layer_forward(out, &n, &dense, weight, bias, eps, &stats);
    if (status == LT_OK)
        status = record(out, "layer_norm", layer_backward, (lt_tensor *[]){x, weight, bias}, &dense,
                        &stats, &n, sizeof n);
    if (status != LT_OK)
        lt_release(out);
    lt_release(&dense);
    lt_release(&stats);
    return status;
}
