/* nn_rnn.h - one direction of one recurrent layer over a batch of sequences. */
#ifndef LT_OPS_NN_RNN_H
#define LT_OPS_NN_RNN_H

#include "kernels/nn_rnn.h"
#include "tensor/tensor.h"

typedef struct lt_rnn_weights {
    lt_tensor *w_ih; /* [gates * hidden, inputs] */
    lt_tensor *w_hh; /* [gates * hidden, hidden] */
    lt_tensor *b_ih; /* [gates * hidden], both biases or neither */
    lt_tensor *b_hh;
} lt_rnn_weights;

/* x [batch, time, inputs] -> output [batch, time, hidden], and for an LSTM the cell states of all
 * times, [batch, time, hidden], in `cells` (left empty otherwise). h0 and, LSTM, c0 [batch,
 * hidden] are the states before the first time; NULL for zeros. `reverse` walks from the last time
 * to the first; output t belongs to input t either way. Results are views of [time, batch, ..]. An
 * input expanded along time (one vector for the whole sequence) is multiplied only once. */
lt_status lt_rnn_layer(lt_tensor *output, lt_tensor *cells, lt_rnn_kind kind, lt_tensor *x,
                       const lt_rnn_weights *w, lt_tensor *h0, lt_tensor *c0, bool reverse);

#endif
