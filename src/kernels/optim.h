/* optim.h - optimiser updates over all parameters in one parallel range.
 *
 * A piece is one parameter. The pieces are laid end to end and the whole is cut into chunks, so
 * that a dozen small biases and one large weight matrix share the threads evenly. An update is
 * never left half done: what an interrupt skips is finished before the call returns. */
#ifndef LT_KERNELS_OPTIM_H
#define LT_KERNELS_OPTIM_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

enum { LT_OPTIM_STATES = 3 };

typedef struct lt_optim_piece {
    lt_dtype dtype; /* float32 or float64, of all arrays of the piece */
    int64_t n;
    void *value;
    const void *grad;
    void *state[LT_OPTIM_STATES]; /* which ones are used: see the rules */
    int64_t step;                 /* number of this update, from 1 */
    int64_t start;                /* place in the whole; lt_optim_run sets it */
} lt_optim_piece;

/* g += weight_decay w; buf = momentum buf + (1 - dampening) g, or g at the first step;
 * w -= lr u with u = g + momentum buf (nesterov), buf, or g without momentum.
 * state[0]: buf, unused without momentum. */
typedef struct lt_sgd_rule {
    double lr, momentum, dampening, weight_decay;
    bool nesterov;
} lt_sgd_rule;

/* Adam (Kingma and Ba, 2015): m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
 * w -= lr m^ / (sqrt(v^) + eps), hats correcting the bias towards 0. Weight decay is added to g,
 * or taken off w when decoupled (AdamW: Loshchilov and Hutter, 2019); amsgrad divides by the
 * largest v so far (Reddi et al., 2018). state[0..2]: m, v, largest v (amsgrad only). */
typedef struct lt_adam_rule {
    double lr, beta1, beta2, eps, weight_decay;
    bool decoupled, amsgrad;
} lt_adam_rule;

/* RMSprop (Tieleman and Hinton, 2012): s = alpha s + (1 - alpha) g^2; d = sqrt(s) + eps, or of the
 * variance s - a^2 with a = alpha a + (1 - alpha) g where centred; w -= lr g / d, through a buffer
 * with momentum. state[0..2]: s, buffer (momentum only), a (centred only). */
typedef struct lt_rmsprop_rule {
    double lr, alpha, eps, weight_decay, momentum;
    bool centered;
} lt_rmsprop_rule;

/* Adagrad (Duchi et al., 2011): s += g^2; w -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps).
 * state[0]: s, which begins at `initial`. */
typedef struct lt_adagrad_rule {
    double lr, lr_decay, eps, weight_decay, initial;
} lt_adagrad_rule;

/* Update piece elements [begin, end) of one piece. */
typedef void (*lt_optim_fn)(const lt_optim_piece *piece, int64_t begin, int64_t end,
                            const void *rule);

void lt_sgd_update(const lt_optim_piece *piece, int64_t begin, int64_t end, const void *rule);
void lt_adam_update(const lt_optim_piece *piece, int64_t begin, int64_t end, const void *rule);
void lt_rmsprop_update(const lt_optim_piece *piece, int64_t begin, int64_t end, const void *rule);
void lt_adagrad_update(const lt_optim_piece *piece, int64_t begin, int64_t end, const void *rule);

/* Run an update over all pieces. False when there is no memory for the bookkeeping: nothing has
 * been changed then. */
bool lt_optim_run(int n, lt_optim_piece *piece, lt_optim_fn update, const void *rule);

#endif
