#include "kernels/nn_rnn.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { CHUNK_ROWS = 32 };

int lt_rnn_gates(lt_rnn_kind kind) {
    return kind == LT_RNN_LSTM ? 4 : kind == LT_RNN_GRU ? 3 : 1;
}

/* One row of one step. `sum` and `add` hold the gates' sums before, `sum` their activations after;
 * hp, cp are the state before (never NULL), h and c the state after. For a GRU `hh` and `bh` are
 * the recurrent sum and its bias [3n], and c receives the last third of it. */
#define STEP_KERNELS(T, SIGMOID, TANH)                                                             \
    static LT_SIMD void simple_step_##T(int64_t n, bool relu, T *sum, const T *add, T *h) {        \
        if (relu) {                                                                                \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                  \
                T value = sum[i] + add[i];                                                         \
                h[i] = value > 0 ? value : 0;                                                      \
            }                                                                                      \
        } else {                                                                                   \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) h[i] = TANH(sum[i] + add[i]);      \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void lstm_step_##T(int64_t n, T *restrict sum, const T *restrict add,           \
                                      const T *restrict cp, T *restrict h, T *restrict c) {        \
        T *gi = sum, *gf = sum + n, *gg = sum + 2 * n, *go = sum + 3 * n;                          \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            T in = SIGMOID(gi[i] + add[i]), forget = SIGMOID(gf[i] + add[n + i]);                  \
            T new = TANH(gg[i] + add[2 * n + i]), out = SIGMOID(go[i] + add[3 * n + i]);           \
            T cell = forget * cp[i] + in * new;                                                    \
            gi[i] = in, gf[i] = forget, gg[i] = new, go[i] = out;                                  \
            c[i] = cell, h[i] = out * TANH(cell);                                                  \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void gru_step_##T(int64_t n, T *restrict sum, const T *restrict add,            \
                                     const T *restrict hh, const T *restrict bh,                   \
                                     const T *restrict hp, T *restrict h, T *restrict c) {         \
        T *gr = sum, *gz = sum + n, *gn = sum + 2 * n;                                             \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            T reset = SIGMOID(gr[i] + add[i] + hh[i] + bh[i]);                                     \
            T update = SIGMOID(gz[i] + add[n + i] + hh[n + i] + bh[n + i]);                        \
            T past = hh[2 * n + i] + bh[2 * n + i];                                                \
            T new = TANH(gn[i] + add[2 * n + i] + reset * past);                                   \
            gr[i] = reset, gz[i] = update, gn[i] = new;                                            \
            c[i] = past, h[i] = (1 - update) * new + update *hp[i];                                \
        }                                                                                          \
    }                                                                                              \
    /* Backward: dh, dc are the gradients by the state after; dc becomes the gradient by the */    \
    /* cell state before, dh (GRU) its direct part by the state before. */                         \
    static LT_SIMD void simple_back_##T(int64_t n, bool relu, const T *h, const T *dh, T *dsum) {  \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) dsum[i] =                              \
            relu ? (h[i] > 0 ? dh[i] : 0) : dh[i] * (1 - h[i] * h[i]);                             \
    }                                                                                              \
    static LT_SIMD void lstm_back_##T(int64_t n, const T *restrict gate, const T *restrict cp,     \
                                      const T *restrict c, const T *restrict dh, T *restrict dc,   \
                                      T *restrict dsum) {                                          \
        const T *gi = gate, *gf = gate + n, *gg = gate + 2 * n, *go = gate + 3 * n;                \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            T in = gi[i], forget = gf[i], new = gg[i], out = go[i], top = TANH(c[i]);              \
            T d = dc[i] + dh[i] * out * (1 - top * top);                                           \
            dsum[i] = d * new *in *(1 - in);                                                       \
            dsum[n + i] = d * cp[i] * forget * (1 - forget);                                       \
            dsum[2 * n + i] = d * in * (1 - new *new);                                             \
            dsum[3 * n + i] = dh[i] * top * out * (1 - out);                                       \
            dc[i] = d * forget;                                                                    \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void gru_back_##T(int64_t n, const T *restrict gate, const T *restrict hp,      \
                                     const T *restrict past, T *restrict dh, T *restrict dsum,     \
                                     T *restrict dhh, T *restrict dn) {                            \
        const T *gr = gate, *gz = gate + n, *gn = gate + 2 * n;                                    \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            T reset = gr[i], update = gz[i], new = gn[i];                                          \
            T d = dh[i] * (1 - update) * (1 - new *new);                                           \
            dhh[i] = dsum[i] = d * past[i] * reset * (1 - reset);                                  \
            dhh[n + i] = dsum[n + i] = dh[i] * (hp[i] - new) * update * (1 - update);              \
            dsum[2 * n + i] = d;                                                                   \
            dhh[2 * n + i] = dn[i] = d * reset;                                                    \
            dh[i] *= update;                                                                       \
        }                                                                                          \
    }                                                                                              \
    static LT_SIMD void add_##T(int64_t n, T *restrict out, const T *restrict in) {                \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) out[i] += in[i];                       \
    }

#define SIGMOID_F(x) (1 / (1 + expf(-(x))))
#define SIGMOID_D(x) (1 / (1 + exp(-(x))))
STEP_KERNELS(float, SIGMOID_F, tanhf)
STEP_KERNELS(double, SIGMOID_D, tanh)

/* Element `index` of an array of the layer's type. */
static char *at(const lt_rnn *r, const void *array, int64_t index) {
    return (char *)array + index * (int64_t)lt_dtype_size(r->dtype);
}

typedef struct walk {
    const lt_rnn *r;
    const lt_rnn_arrays *a;
    const lt_rnn_gradients *g;
    int64_t width;      /* gates * hidden */
    const char *zeros;  /* [width]: a state before the first that was not given */
    const char *turned; /* w_hh^T [hidden, width], forward only */
    _Atomic bool short_of_memory;
} walk;

/* Time of step s, and of the step before it (-1: the start). */
static int64_t time_of(const lt_rnn *r, int64_t s) {
    return s < 0 ? -1 : r->reverse ? r->time - 1 - s : s;
}

/* Row b at time t of a sequence [time, batch, n]. */
static char *row_at(const lt_rnn *r, const void *sequence, int64_t t, int64_t b, int64_t n) {
    return at(r, sequence, (t * r->batch + b) * n);
}

/* The state of row b at time t: in the sequence, given at the start, or zeros. */
static const char *state(const walk *w, const void *sequence, const void *start, int64_t b,
                         int64_t t) {
    if (t >= 0)
        return row_at(w->r, sequence, t, b, w->r->hidden);
    return start ? at(w->r, start, b * w->r->hidden) : w->zeros;
}

/* target [rows, width] = h_before w_hh^T + beta target, for rows [begin, end) at step s. */
static void recurrent_sum(const walk *w, int64_t begin, int64_t end, int64_t s, double beta,
                          void *target) {
    const lt_rnn *r = w->r;
    int64_t before = time_of(r, s - 1), rows = end - begin;
    if (before < 0 && !w->a->h0) {
        if (beta == 0)
            memset(target, 0, (size_t)(rows * w->width) * lt_dtype_size(r->dtype));
        return;
    }
    lt_gemm(r->dtype, false, false, rows, w->width, r->hidden, 1,
            state(w, w->a->h, w->a->h0, begin, before), r->hidden, w->turned, w->width, beta,
            target, w->width);
}

/* One row of one step forward; `hh` is the GRU's recurrent sum. */
static void step_row(const walk *w, int64_t b, int64_t t, int64_t before, const void *hh) {
    const lt_rnn *r = w->r;
    const lt_rnn_arrays *a = w->a;
    int64_t n = r->hidden;
    void *sum = row_at(r, a->gates, t, b, w->width), *h = row_at(r, a->h, t, b, n);
    const void *more = at(r, a->add, r->constant ? b * w->width : 0);
    bool single = r->dtype == LT_FLOAT32;
    if (r->kind == LT_RNN_LSTM) {
        const void *cp = state(w, a->c, a->c0, b, before);
        void *c = row_at(r, a->c, t, b, n);
        single ? lstm_step_float(n, sum, more, cp, h, c) : lstm_step_double(n, sum, more, cp, h, c);
    } else if (r->kind == LT_RNN_GRU) {
        const void *hp = state(w, a->h, a->h0, b, before), *bh = a->b_hh ? a->b_hh : w->zeros;
        void *c = row_at(r, a->c, t, b, n);
        single ? gru_step_float(n, sum, more, hh, bh, hp, h, c)
               : gru_step_double(n, sum, more, hh, bh, hp, h, c);
    } else {
        bool relu = r->kind == LT_RNN_RELU;
        single ? simple_step_float(n, relu, sum, more, h)
               : simple_step_double(n, relu, sum, more, h);
    }
}

/* Scratch for a chunk's recurrent sum of a GRU, or NULL for other kinds and when memory is short.
 */
static void *gru_scratch(walk *w, int64_t rows) {
    if (w->r->kind != LT_RNN_GRU)
        return NULL;
    void *room = malloc((size_t)(rows * w->width) * lt_dtype_size(w->r->dtype) + 1);
    if (!room)
        w->short_of_memory = true;
    return room;
}

static void forward_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    walk *w = context;
    const lt_rnn *r = w->r;
    int64_t row_bytes = w->width * (int64_t)lt_dtype_size(r->dtype);
    bool gru = r->kind == LT_RNN_GRU;
    char *hh = gru_scratch(w, end - begin);
    if (gru && !hh)
        return;
    for (int64_t s = 0; s < r->time; s++) {
        int64_t t = time_of(r, s), before = time_of(r, s - 1);
        char *gates = row_at(r, w->a->gates, t, begin, w->width);
        if (gru && r->constant)
            memset(gates, 0, (size_t)((end - begin) * row_bytes));
        recurrent_sum(w, begin, end, s, gru || r->constant ? 0 : 1, gru ? hh : gates);
        for (int64_t b = begin; b < end; b++)
            step_row(w, b, t, before, gru ? hh + (b - begin) * row_bytes : NULL);
    }
    free(hh);
}

static void add(const lt_rnn *r, void *out, const void *in) {
    if (r->dtype == LT_FLOAT32)
        add_float(r->hidden, out, in);
    else
        add_double(r->hidden, out, in);
}

/* One row of one step back. dh holds the gradient by the state after, from later steps; `dhh`
 * receives the GRU's gradient by its recurrent sum. */
static void back_row(const walk *w, int64_t b, int64_t t, int64_t before, void *dh, void *dc,
                     void *dhh) {
    const lt_rnn *r = w->r;
    const lt_rnn_arrays *a = w->a;
    int64_t n = r->hidden;
    const void *gate = row_at(r, a->gates, t, b, w->width), *h = row_at(r, a->h, t, b, n);
    void *dsum = row_at(r, w->g->dgates, t, b, w->width);
    bool single = r->dtype == LT_FLOAT32;
    if (w->g->dh)
        add(r, dh, row_at(r, w->g->dh, t, b, n));
    if (r->kind == LT_RNN_LSTM) {
        const void *c = row_at(r, a->c, t, b, n), *cp = state(w, a->c, a->c0, b, before);
        if (w->g->dc)
            add(r, dc, row_at(r, w->g->dc, t, b, n));
        single ? lstm_back_float(n, gate, cp, c, dh, dc, dsum)
               : lstm_back_double(n, gate, cp, c, dh, dc, dsum);
    } else if (r->kind == LT_RNN_GRU) {
        const void *past = row_at(r, a->c, t, b, n), *hp = state(w, a->h, a->h0, b, before);
        void *dn = row_at(r, w->g->dn, t, b, n);
        single ? gru_back_float(n, gate, hp, past, dh, dsum, dhh, dn)
               : gru_back_double(n, gate, hp, past, dh, dsum, dhh, dn);
    } else {
        bool relu = r->kind == LT_RNN_RELU;
        single ? simple_back_float(n, relu, h, dh, dsum) : simple_back_double(n, relu, h, dh, dsum);
    }
}

static void backward_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    walk *w = context;
    const lt_rnn *r = w->r;
    int64_t n = r->hidden, rows = end - begin, size = (int64_t)lt_dtype_size(r->dtype);
    bool gru = r->kind == LT_RNN_GRU;
    char *dhh = gru_scratch(w, rows);
    if (gru && !dhh)
        return;
    char *dh = at(r, w->g->dh0, begin * n), *dc = NULL;
    memset(dh, 0, (size_t)(rows * n * size));
    if (r->kind == LT_RNN_LSTM)
        memset(dc = at(r, w->g->dc0, begin * n), 0, (size_t)(rows * n * size));
    for (int64_t s = r->time - 1; s >= 0; s--) {
        int64_t t = time_of(r, s), before = time_of(r, s - 1);
        for (int64_t i = 0; i < rows; i++)
            back_row(w, begin + i, t, before, dh + i * n * size, dc ? dc + i * n * size : NULL,
                     gru ? dhh + i * w->width * size : NULL);
        /* dh [rows, n] = gradient by the gates [rows, width] times w_hh [width, n] */
        lt_gemm(r->dtype, false, false, rows, n, w->width, 1,
                gru ? dhh : row_at(r, w->g->dgates, t, begin, w->width), w->width, w->a->w_hh, n,
                gru ? 1 : 0, dh, n);
    }
    free(dhh);
}

static bool run(walk *w, lt_range_fn fn) {
    char *zeros = calloc((size_t)w->width + 1, lt_dtype_size(w->r->dtype));
    if (!zeros)
        return false;
    w->zeros = zeros;
    bool done = lt_parallel(w->r->batch, CHUNK_ROWS, fn, w);
    free(zeros);
    return done && !w->short_of_memory;
}

#define TURN(T)                                                                                    \
    static void turn_##T(int64_t rows, int64_t columns, const T *x, T *out) {                      \
        for (int64_t j = 0; j < columns; j++)                                                      \
            for (int64_t i = 0; i < rows; i++)                                                     \
                out[j * rows + i] = x[i * columns + j];                                            \
    }
TURN(float)
TURN(double)

/* The weights are turned once: BLAS would do it at every step. */
bool lt_rnn_forward(const lt_rnn *r, const lt_rnn_arrays *a) {
    int64_t width = lt_rnn_gates(r->kind) * r->hidden;
    char *turned = malloc((size_t)(width * r->hidden) * lt_dtype_size(r->dtype) + 1);
    if (!turned)
        return false;
    if (r->dtype == LT_FLOAT32)
        turn_float(width, r->hidden, a->w_hh, (float *)turned);
    else
        turn_double(width, r->hidden, a->w_hh, (double *)turned);
    walk w = {.r = r, .a = a, .width = width, .turned = turned};
    bool done = run(&w, forward_chunk);
    free(turned);
    return done;
}

bool lt_rnn_backward(const lt_rnn *r, const lt_rnn_arrays *a, const lt_rnn_gradients *g) {
    walk w = {.r = r, .a = a, .g = g, .width = lt_rnn_gates(r->kind) * r->hidden};
    return run(&w, backward_chunk);
}
