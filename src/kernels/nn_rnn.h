/* nn_rnn.h - recurrent layers: the loop over time, forward and back, for a batch.
 *
 * The batch is cut into chunks of rows; a chunk walks through time on its own, so a whole layer is
 * one parallel range. Sequences are [time, batch, ..], dense. What the inputs contribute to the
 * gates has been computed for all times at once before the loop starts, and the gradients of
 * weights, biases and inputs are computed from the gates' gradients after it ends.
 *
 * Gates stand side by side in PyTorch's order: LSTM i f g o, GRU r z n; width = gates * hidden. */
#ifndef LT_KERNELS_NN_RNN_H
#define LT_KERNELS_NN_RNN_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

typedef enum lt_rnn_kind { LT_RNN_TANH, LT_RNN_RELU, LT_RNN_LSTM, LT_RNN_GRU } lt_rnn_kind;

typedef struct lt_rnn {
    lt_rnn_kind kind;
    lt_dtype dtype;
    int64_t batch, time, hidden;
    bool reverse;  /* walk from the last time to the first */
    bool constant; /* the input is the same at all times: its part is in `add` alone */
} lt_rnn;

/* Gates of a unit: 1, 4 (LSTM) or 3 (GRU). */
int lt_rnn_gates(lt_rnn_kind kind);

typedef struct lt_rnn_arrays {
    const void *w_hh; /* [width, hidden] */
    const void *b_hh; /* [width], GRU: goes with the recurrent sum */
    const void *add;  /* biases [width], or biases + input [batch, width] of a constant input */
    const void *h0;   /* [batch, hidden], NULL for zeros */
    const void *c0;   /* the same, LSTM */
    void
        *gates; /* [time, batch, width]: x w_ih^T before (nothing if constant), activations after */
    void *h;    /* [time, batch, hidden] output */
    void *c;    /* [time, batch, hidden]: cell state (LSTM), h w_hn^T + b_hn (GRU) */
} lt_rnn_arrays;

/* False when memory is short or an interrupt stopped it. */
bool lt_rnn_forward(const lt_rnn *r, const lt_rnn_arrays *a);

typedef struct lt_rnn_gradients {
    const void *dh;  /* [time, batch, hidden], NULL for zeros */
    const void *dc;  /* the same by the cell states, LSTM */
    void *dgates;    /* [time, batch, width] by the gates' sums: for x and w_ih */
    void *dn;        /* GRU: [time, batch, hidden], the n gate's part for w_hh and b_hh */
    void *dh0, *dc0; /* [batch, hidden]; scratch when not wanted, never NULL (dc0: LSTM) */
} lt_rnn_gradients;

bool lt_rnn_backward(const lt_rnn *r, const lt_rnn_arrays *a, const lt_rnn_gradients *g);

#endif
