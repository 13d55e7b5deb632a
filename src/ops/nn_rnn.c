#include "ops/nn_rnn.h"

#include <string.h>

#include "kernels/blas.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "ops/shape.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"

/* Inputs of the node, and the tensors that it saves. */
enum { X, W_IH, W_HH, B_IH, B_HH, H0, C0, INPUTS };
enum { GATES = INPUTS, H, C, SAVED };

static const char *name_of(lt_rnn_kind kind) {
    return kind == LT_RNN_LSTM ? "lstm" : kind == LT_RNN_GRU ? "gru" : "rnn";
}

static lt_status outcome(bool done, lt_rnn_kind kind) {
    if (done)
        return LT_OK;
    LT_TRY(lt_check_interrupt());
    return lt_fail(LT_ENOMEM, "out of memory: %s", name_of(kind));
}

static lt_status check_part(const char *name, const char *part, const lt_tensor *x,
                            const lt_tensor *t, int ndim, int64_t first, int64_t second) {
    if (!t)
        return LT_OK;
    if (t->ndim != ndim || t->shape[0] != first || (ndim > 1 && t->shape[1] != second))
        return lt_fail(LT_EINVAL, "%s: input %s needs a %s of shape %s, not %s", name,
                       lt_shape_of(x), part, lt_shape_text(ndim, (int64_t[]){first, second}),
                       lt_shape_of(t));
    if (t->dtype != x->dtype)
        return lt_fail(LT_EINVAL, "%s: the input is %s and %s %s", name,
                       lt_dtype_name((lt_dtype)x->dtype), part, lt_dtype_name((lt_dtype)t->dtype));
    return LT_OK;
}

static lt_status check(const lt_rnn *r, lt_tensor *const *in) {
    const char *name = name_of(r->kind);
    const lt_tensor *x = in[X], *w = in[W_IH];
    int64_t width = lt_rnn_gates(r->kind) * r->hidden;
    if (!lt_dtype_is_float((lt_dtype)x->dtype))
        return lt_fail(LT_EINVAL, "%s: the input must be of a float dtype, not %s", name,
                       lt_dtype_name((lt_dtype)x->dtype));
    if (w->ndim != 2)
        return lt_fail(LT_EINVAL, "%s: weight_ih must have 2 dimensions, it is %s", name,
                       lt_shape_of(w));
    if (x->ndim != 3 || x->shape[2] != w->shape[1])
        return lt_fail(LT_EINVAL, "%s: takes an input [batch, time, %lld], was given %s", name,
                       (long long)w->shape[1], lt_shape_of(x));
    LT_TRY(check_part(name, "weight_ih", x, w, 2, width, x->shape[2]));
    LT_TRY(check_part(name, "weight_hh", x, in[W_HH], 2, width, r->hidden));
    LT_TRY(check_part(name, "bias_ih", x, in[B_IH], 1, width, 0));
    LT_TRY(check_part(name, "bias_hh", x, in[B_HH], 1, width, 0));
    LT_TRY(check_part(name, "h0", x, in[H0], 2, r->batch, r->hidden));
    return check_part(name, "c0", x, in[C0], 2, r->batch, r->hidden);
}

/* out [rows, width] = x w_ih^T (+ what is in `out` already). */
static lt_status project(lt_tensor *out, const lt_rnn *r, lt_tensor *x, lt_tensor *w, int64_t rows,
                         double beta) {
    int64_t width = w->shape[0], inputs = w->shape[1];
    return outcome(lt_gemm(r->dtype, false, true, rows, width, inputs, 1, lt_data(x), inputs,
                           lt_data(w), inputs, beta, lt_data(out), width),
                   r->kind);
}

/* [width]: the biases that are added to the input's part. A GRU's second one goes elsewhere. */
static lt_status bias_sum(lt_tensor *out, const lt_rnn *r, lt_tensor *t) {
    if (!t[B_IH].storage)
        return lt_zeros(out, r->dtype, 1, &t[W_IH].shape[0]);
    if (r->kind == LT_RNN_GRU)
        return lt_alias(out, &t[B_IH]);
    return lt_binary(out, LT_BI_add, &t[B_IH], &t[B_HH]);
}

/* What is added to the gates at each time, [width], and the slot GATES [time, batch, width] with
 * the input's part. Where the input is the same at all times its part joins the former, which is
 * [batch, width] then. */
static lt_status prepare_gates(lt_tensor *more, const lt_rnn *r, lt_tensor *t) {
    int64_t width = t[W_IH].shape[0];
    lt_tensor biases LT_EMPTY;
    LT_TRY(lt_empty(&t[GATES], r->dtype, 3, (int64_t[]){r->time, r->batch, width}));
    LT_TRY(lt_share(&t[GATES])); /* slots in use are those with a storage */
    LT_TRY(bias_sum(&biases, r, t));
    if (!r->constant) {
        lt_move(more, &biases);
        return project(&t[GATES], r, &t[X], &t[W_IH], r->time * r->batch, 0);
    }
    lt_status status = lt_empty(more, r->dtype, 2, (int64_t[]){r->batch, width});
    if (status == LT_OK)
        status = lt_copy_into(more, &biases);
    lt_release(&biases);
    return status == LT_OK ? project(more, r, &t[X], &t[W_IH], r->batch, 1) : status;
}

static void *data_or_null(const lt_tensor *t) {
    return t->storage ? lt_data(t) : NULL;
}

static lt_rnn_arrays arrays_of(const lt_tensor *t, const lt_tensor *more) {
    return (lt_rnn_arrays){.add = more ? lt_data(more) : NULL,
                           .w_hh = lt_data(&t[W_HH]),
                           .b_hh = data_or_null(&t[B_HH]),
                           .h0 = data_or_null(&t[H0]),
                           .c0 = data_or_null(&t[C0]),
                           .gates = lt_data(&t[GATES]),
                           .h = lt_data(&t[H]),
                           .c = data_or_null(&t[C])};
}

static bool has_cells(lt_rnn_kind kind) {
    return kind == LT_RNN_LSTM || kind == LT_RNN_GRU;
}

/* Fill the slots GATES, H and C, all [time, batch, ..], from the inputs. */
static lt_status forward(const lt_rnn *r, lt_tensor *t) {
    int64_t shape[] = {r->time, r->batch, r->hidden};
    lt_tensor more LT_EMPTY;
    LT_TRY(lt_empty(&t[H], r->dtype, 3, shape));
    if (has_cells(r->kind)) {
        LT_TRY(lt_empty(&t[C], r->dtype, 3, shape));
        LT_TRY(lt_share(&t[C]));
    }
    lt_status status = prepare_gates(&more, r, t);
    lt_rnn_arrays a = arrays_of(t, &more);
    if (status == LT_OK)
        status = outcome(lt_rnn_forward(r, &a), r->kind);
    lt_release(&more);
    return status;
}

/* What the walk back through time leaves: gradients by the gates' sums, and by the first states. */
typedef struct back {
    lt_tensor dgates, dn, dh0, dc0;
} back;

static lt_status walk_back(back *k, const lt_rnn *r, const lt_tensor *t, lt_tensor *dh,
                           lt_tensor *dc) {
    int64_t state[] = {r->batch, r->hidden};
    LT_TRY(lt_empty_like(&k->dgates, r->dtype, &t[GATES]));
    LT_TRY(lt_empty(&k->dh0, r->dtype, 2, state));
    if (r->kind == LT_RNN_LSTM)
        LT_TRY(lt_empty(&k->dc0, r->dtype, 2, state));
    if (r->kind == LT_RNN_GRU)
        LT_TRY(lt_empty_like(&k->dn, r->dtype, &t[H]));
    lt_rnn_arrays a = arrays_of(t, NULL);
    lt_rnn_gradients g = {.dh = data_or_null(dh),
                          .dc = data_or_null(dc),
                          .dgates = lt_data(&k->dgates),
                          .dn = lt_data(&k->dn),
                          .dh0 = lt_data(&k->dh0),
                          .dc0 = lt_data(&k->dc0)};
    return outcome(lt_rnn_backward(r, &a, &g), r->kind);
}

/* out [width, n] = dgates^T b + beta out, over `rows` rows of dgates and b [rows, n]. */
static lt_status product(lt_tensor *out, const lt_rnn *r, const void *dgates, const void *b,
                         int64_t rows, double beta) {
    int64_t width = out->shape[0], n = out->shape[1];
    return outcome(lt_gemm(r->dtype, true, false, width, n, rows, 1, dgates, width, b, n, beta,
                           lt_data(out), n),
                   r->kind);
}

/* dx [batch, time, inputs] as a view of [time, batch, inputs]. */
static lt_status by_input(lt_tensor *dx, const lt_rnn *r, lt_tensor *dgates, lt_tensor *w) {
    int64_t width = w->shape[0], inputs = w->shape[1];
    lt_tensor flat LT_EMPTY;
    LT_TRY(lt_empty(&flat, r->dtype, 3, (int64_t[]){r->time, r->batch, inputs}));
    lt_status status =
        outcome(lt_gemm(r->dtype, false, false, r->batch * r->time, inputs, width, 1,
                        lt_data(dgates), width, lt_data(w), inputs, 0, lt_data(&flat), inputs),
                r->kind);
    if (status == LT_OK)
        status = lt_transpose(dx, &flat, 0, 1);
    lt_release(&flat);
    return status;
}

static const char *element(const lt_rnn *r, const lt_tensor *t, int64_t index) {
    return (const char *)lt_data(t) + index * (int64_t)lt_dtype_size(r->dtype);
}

/* dw_hh: the gradient by the gates of each time with the state before it, which stands one step
 * away in the output; the first state has its own product. */
static lt_status by_recurrent_weight(lt_tensor *dw, const lt_rnn *r, const lt_tensor *dgates,
                                     const lt_tensor *t) {
    int64_t width = t[W_HH].shape[0], n = r->hidden, rows = (r->time - 1) * r->batch;
    int64_t later = r->reverse ? 0 : r->batch, earlier = r->reverse ? r->batch : 0;
    int64_t first = r->reverse ? rows : 0;
    LT_TRY(lt_empty(dw, r->dtype, 2, (int64_t[]){width, n}));
    LT_TRY(
        product(dw, r, element(r, dgates, later * width), element(r, &t[H], earlier * n), rows, 0));
    if (!t[H0].storage)
        return LT_OK;
    return product(dw, r, element(r, dgates, first * width), lt_data(&t[H0]), r->batch, 1);
}

/* dw_ih and db_ih from the gradient by the gates, summed over time where the input is constant. */
static lt_status by_input_weights(lt_node *node, const lt_rnn *r, const lt_tensor *t,
                                  lt_tensor *dgates, lt_tensor *down) {
    lt_tensor sum LT_EMPTY, *g = dgates;
    if (r->constant) {
        LT_TRY(lt_sum(&sum, dgates, 1, (int[]){0}, true));
        g = &sum;
    }
    lt_status status = LT_OK;
    if (lt_node_wants(node, W_IH)) {
        status = lt_empty_like(&down[W_IH], r->dtype, &t[W_IH]);
        if (status == LT_OK)
            status =
                product(&down[W_IH], r, lt_data(g), lt_data(&t[X]), g->shape[0] * g->shape[1], 0);
    }
    if (status == LT_OK && lt_node_wants(node, B_IH))
        status = lt_sum(&down[B_IH], g, 2, (int[]){0, 1}, false);
    lt_release(&sum);
    return status;
}

/* For a GRU's recurrent part the last third of the gates' gradient is another one. */
static lt_status replace_n(const lt_rnn *r, back *k) {
    lt_tensor part LT_EMPTY;
    LT_TRY(lt_narrow(&part, &k->dgates, 2, 2 * r->hidden, r->hidden));
    lt_status status = lt_copy_into(&part, &k->dn);
    lt_release(&part);
    return status;
}

/* db_hh is db_ih except in a GRU. */
static lt_status by_recurrent_bias(lt_node *node, const lt_rnn *r, lt_tensor *dgates,
                                   lt_tensor *down) {
    if (r->kind != LT_RNN_GRU && lt_node_wants(node, B_IH))
        return lt_cast(&down[B_HH], &down[B_IH], r->dtype);
    return lt_sum(&down[B_HH], dgates, 2, (int[]){0, 1}, false);
}

static lt_status distribute(lt_node *node, const lt_rnn *r, lt_tensor *t, back *k,
                            lt_tensor *down) {
    if (lt_node_wants(node, X))
        LT_TRY(by_input(&down[X], r, &k->dgates, &t[W_IH]));
    if (lt_node_wants(node, W_IH) || lt_node_wants(node, B_IH))
        LT_TRY(by_input_weights(node, r, t, &k->dgates, down));
    if (r->kind == LT_RNN_GRU)
        LT_TRY(replace_n(r, k));
    if (lt_node_wants(node, W_HH))
        LT_TRY(by_recurrent_weight(&down[W_HH], r, &k->dgates, t));
    if (lt_node_wants(node, B_HH))
        LT_TRY(by_recurrent_bias(node, r, &k->dgates, down));
    if (lt_node_wants(node, H0))
        lt_move(&down[H0], &k->dh0);
    if (lt_node_wants(node, C0))
        lt_move(&down[C0], &k->dc0);
    return LT_OK;
}

/* A dense handle on a gradient, left empty where there is none. */
static lt_status dense(lt_tensor *out, lt_tensor *g) {
    if (!g)
        return LT_OK;
    LT_TRY(lt_contiguous(out, g));
    return lt_share(out);
}

/* The same of a sequence [batch, time, ..] as [time, batch, ..]. */
static lt_status dense_by_time(lt_tensor *out, lt_tensor *g) {
    if (!g)
        return LT_OK;
    lt_tensor turned LT_EMPTY;
    LT_TRY(lt_view(&turned, g, 3, (int64_t[]){g->shape[1], g->shape[0], g->shape[2]},
                   (int64_t[]){g->stride[1], g->stride[0], g->stride[2]}, g->offset));
    lt_status status = dense(out, &turned);
    lt_release(&turned);
    return status;
}

static lt_status rnn_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const lt_rnn *r = node->extra;
    lt_tensor t[SAVED], *saved, dh LT_EMPTY, dc LT_EMPTY;
    back k = {.dgates = {.storage = NULL}};
    for (int i = 0; i < SAVED; i++) {
        LT_TRY(lt_node_load(node, i, &saved));
        t[i] = *saved; /* borrowed: not released here */
    }
    lt_status status = dense_by_time(&dh, up[0]);
    if (status == LT_OK && node->results > 1)
        status = dense_by_time(&dc, up[1]);
    if (status == LT_OK)
        status = walk_back(&k, r, t, &dh, &dc);
    if (status == LT_OK)
        status = distribute(node, r, t, &k, down);
    lt_release(&dh);
    lt_release(&dc);
    lt_release(&k.dgates);
    lt_release(&k.dn);
    lt_release(&k.dh0);
    lt_release(&k.dc0);
    return status;
}

static lt_status record(const lt_rnn *r, lt_tensor *const *in, lt_tensor *t, lt_tensor *output,
                        lt_tensor *cells) {
    lt_node *node = lt_node_new(name_of(r->kind), rnn_backward, INPUTS, in, SAVED, sizeof *r);
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: autograd record");
    *(lt_rnn *)node->extra = *r;
    lt_status status = LT_OK;
    for (int i = 0; i < SAVED && status == LT_OK; i++)
        if (t[i].storage && i != B_IH && i != B_HH)
            status = lt_node_save(node, i, &t[i]);
    if (status == LT_OK)
        status = lt_node_result(node, 0, output);
    if (status == LT_OK && r->kind == LT_RNN_LSTM)
        status = lt_node_result(node, 1, cells);
    lt_node_release(node);
    return status;
}

static bool on_graph(lt_tensor *const *in) {
    for (int i = 0; i < INPUTS; i++)
        if (in[i] && lt_must_record(in[i]))
            return true;
    return false;
}

/* The input as the walk takes it: [time, batch, inputs], or [1, batch, inputs] when constant. */
static lt_status take_input(lt_tensor *out, const lt_rnn *r, lt_tensor *x) {
    if (!r->constant)
        return dense_by_time(out, x);
    lt_tensor once LT_EMPTY;
    LT_TRY(lt_view(&once, x, 3, (int64_t[]){x->shape[0], 1, x->shape[2]}, x->stride, x->offset));
    lt_status status = dense_by_time(out, &once);
    lt_release(&once);
    return status;
}

/* A sequence [time, batch, n] as [batch, time, n]. */
static lt_status by_batch(lt_tensor *out, lt_tensor *t) {
    return lt_view(out, t, 3, (int64_t[]){t->shape[1], t->shape[0], t->shape[2]},
                   (int64_t[]){t->stride[1], t->stride[0], t->stride[2]}, t->offset);
}

static lt_status run(lt_tensor *output, lt_tensor *cells, const lt_rnn *r, lt_tensor *const *in,
                     lt_tensor *t) {
    LT_TRY(take_input(&t[X], r, in[X]));
    for (int i = X + 1; i < INPUTS; i++)
        LT_TRY(dense(&t[i], in[i]));
    LT_TRY(forward(r, t));
    LT_TRY(by_batch(output, &t[H]));
    if (r->kind == LT_RNN_LSTM)
        LT_TRY(by_batch(cells, &t[C]));
    return on_graph(in) ? record(r, in, t, output, cells) : LT_OK;
}

lt_status lt_rnn_layer(lt_tensor *output, lt_tensor *cells, lt_rnn_kind kind, lt_tensor *x,
                       const lt_rnn_weights *w, lt_tensor *h0, lt_tensor *c0, bool reverse) {
    lt_tensor *in[INPUTS] = {x, w->w_ih, w->w_hh, w->b_ih, w->b_hh, h0, c0};
    if (x->ndim != 3 || x->numel == 0 || w->w_hh->ndim != 2 || !w->b_ih != !w->b_hh)
        return lt_fail(LT_EINVAL,
                       "%s: input %s must be [batch, time, inputs], none of them 0, and the "
                       "recurrent weight %s a matrix",
                       name_of(kind), lt_shape_of(x), lt_shape_of(w->w_hh));
    lt_rnn r = {.kind = kind,
                .dtype = (lt_dtype)x->dtype,
                .batch = x->shape[0],
                .time = x->shape[1],
                .hidden = w->w_hh->shape[1],
                .reverse = reverse,
                .constant = x->shape[1] > 1 && x->stride[1] == 0};
    LT_TRY(check(&r, in));
    lt_tensor t[SAVED];
    for (int i = 0; i < SAVED; i++)
        lt_clear(&t[i]);
    lt_status status = run(output, cells, &r, in, t);
    if (status != LT_OK) {
        lt_release(output);
        lt_release(cells);
    }
    for (int i = 0; i < SAVED; i++)
        lt_release(&t[i]);
    return status;
}
