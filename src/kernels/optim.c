#include "kernels/optim.h"

#include <float.h>
#include <stdlib.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { GRAIN = 16384 };

/* Averages of a gradient that has become exactly zero (a dead unit, a frozen input) decay into
 * denormal numbers and stay there; those cost a hundred cycles each. Below the normal range they
 * are zero here. */
#define FLUSH(size, x, tiny) ((size) < (tiny) ? 0 : (x))

/* Elements from `begin` of one of the piece's arrays. */
#define AT(T, array) ((array) ? (T *)(array) + begin : NULL)

#define SGD(T, NAME)                                                                               \
    static LT_SIMD void NAME(const lt_optim_piece *piece, int64_t begin, int64_t n,                \
                             const lt_sgd_rule *rule) {                                            \
        T *restrict w = AT(T, piece->value), *restrict buf = AT(T, piece->state[0]);               \
        const T *restrict g = AT(const T, piece->grad);                                            \
        const T lr = (T)rule->lr, decay = (T)rule->weight_decay, ahead = (T)rule->momentum;        \
        const T keep = piece->step == 1 ? 0 : ahead;                                               \
        const T take = piece->step == 1 ? 1 : (T)(1 - rule->dampening);                            \
        if (!buf) {                                                                                \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) w[i] -=                            \
                lr * (g[i] + decay * w[i]);                                                        \
        } else if (rule->nesterov) {                                                               \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                  \
                T d = g[i] + decay * w[i];                                                         \
                buf[i] = keep * buf[i] + take * d;                                                 \
                w[i] -= lr * (d + ahead * buf[i]);                                                 \
            }                                                                                      \
        } else {                                                                                   \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                  \
                buf[i] = keep * buf[i] + take * (g[i] + decay * w[i]);                             \
                w[i] -= lr * buf[i];                                                               \
            }                                                                                      \
        }                                                                                          \
    }

SGD(float, sgd_float)
SGD(double, sgd_double)

void lt_sgd_update(const lt_optim_piece *piece, int64_t begin, int64_t end, const void *rule) {
    if (piece->dtype == LT_FLOAT32)
        sgd_float(piece, begin, end - begin, rule);
    else
        sgd_double(piece, begin, end - begin, rule);
}

/* (A loop that asks for `top` at each element would read it under a mask, and a masked read from no
 * page at all is slow: so there are two.) `rate` and `scale` correct the bias that the averages
 * have from starting at 0. */
#define ADAM(T, NAME, SQRT, ABS, TINY)                                                             \
    static LT_SIMD void NAME(const lt_optim_piece *piece, int64_t begin, int64_t n,                \
                             const lt_adam_rule *rule) {                                           \
        T *restrict w = AT(T, piece->value), *restrict m = AT(T, piece->state[0]),                 \
                    *restrict v = AT(T, piece->state[1]), *restrict top = AT(T, piece->state[2]);  \
        const T *restrict g = AT(const T, piece->grad);                                            \
        const double t = (double)piece->step;                                                      \
        const T b1 = (T)rule->beta1, b2 = (T)rule->beta2, eps = (T)rule->eps;                      \
        const T a1 = (T)(1 - rule->beta1), a2 = (T)(1 - rule->beta2);                              \
        const T rate = (T)(rule->lr / (1 - pow(rule->beta1, t)));                                  \
        const T scale = (T)(1 / sqrt(1 - pow(rule->beta2, t)));                                    \
        const T decay = rule->decoupled ? 0 : (T)rule->weight_decay;                               \
        const T shrink = rule->decoupled ? (T)(1 - rule->lr * rule->weight_decay) : 1;             \
        if (top) {                                                                                 \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                  \
                T d = g[i] + decay * w[i];                                                         \
                T mean = b1 * m[i] + a1 * d, square = b2 * v[i] + a2 * d * d;                      \
                m[i] = mean = FLUSH(ABS(mean), mean, TINY);                                        \
                v[i] = square = FLUSH(square, square, TINY);                                       \
                top[i] = square = top[i] > square ? top[i] : square;                               \
                w[i] = shrink * w[i] - rate * mean / (SQRT(square) * scale + eps);                 \
            }                                                                                      \
        } else {                                                                                   \
            _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                  \
                T d = g[i] + decay * w[i];                                                         \
                T mean = b1 * m[i] + a1 * d, square = b2 * v[i] + a2 * d * d;                      \
                m[i] = mean = FLUSH(ABS(mean), mean, TINY);                                        \
                v[i] = square = FLUSH(square, square, TINY);                                       \
                w[i] = shrink * w[i] - rate * mean / (SQRT(square) * scale + eps);                 \
            }                                                                                      \
        }                                                                                          \
    }

ADAM(float, adam_float, sqrtf, fabsf, FLT_MIN)
ADAM(double, adam_double, sqrt, fabs, DBL_MIN)

void lt_adam_update(const lt_optim_piece *piece, int64_t begin, int64_t end, const void *rule) {
    if (piece->dtype == LT_FLOAT32)
        adam_float(piece, begin, end - begin, rule);
    else
        adam_double(piece, begin, end - begin, rule);
}

/* One loop of RMSprop: `variance` below the root, and what happens with u = g / d. */
#define RMSPROP_LOOP(T, SQRT, TINY, variance, apply)                                               \
    _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                          \
        T d = g[i] + decay * w[i], square = alpha * s[i] + rest * d * d;                           \
        s[i] = square = FLUSH(square, square, TINY);                                               \
        T u = d / (SQRT(variance) + eps);                                                          \
        apply;                                                                                     \
    }
#define RMSPROP_CENTRE (mean[i] = alpha * mean[i] + rest * d, square - mean[i] * mean[i])
#define RMSPROP_BUFFER (buf[i] = momentum * buf[i] + u, w[i] -= lr * buf[i])

#define RMSPROP(T, NAME, SQRT, TINY)                                                               \
    static LT_SIMD void NAME(const lt_optim_piece *piece, int64_t begin, int64_t n,                \
                             const lt_rmsprop_rule *rule) {                                        \
        T *restrict w = AT(T, piece->value), *restrict s = AT(T, piece->state[0]),                 \
                    *restrict buf = AT(T, piece->state[1]),                                        \
                    *restrict mean = AT(T, piece->state[2]);                                       \
        const T *restrict g = AT(const T, piece->grad);                                            \
        const T lr = (T)rule->lr, alpha = (T)rule->alpha, rest = (T)(1 - rule->alpha),             \
                eps = (T)rule->eps, decay = (T)rule->weight_decay, momentum = (T)rule->momentum;   \
        if (mean && buf) {                                                                         \
            RMSPROP_LOOP(T, SQRT, TINY, RMSPROP_CENTRE, RMSPROP_BUFFER)                            \
        } else if (mean) {                                                                         \
            RMSPROP_LOOP(T, SQRT, TINY, RMSPROP_CENTRE, w[i] -= lr * u)                            \
        } else if (buf) {                                                                          \
            RMSPROP_LOOP(T, SQRT, TINY, square, RMSPROP_BUFFER)                                    \
        } else {                                                                                   \
            RMSPROP_LOOP(T, SQRT, TINY, square, w[i] -= lr * u)                                    \
        }                                                                                          \
    }

RMSPROP(float, rmsprop_float, sqrtf, FLT_MIN)
RMSPROP(double, rmsprop_double, sqrt, DBL_MIN)

void lt_rmsprop_update(const lt_optim_piece *piece, int64_t begin, int64_t end, const void *rule) {
    if (piece->dtype == LT_FLOAT32)
        rmsprop_float(piece, begin, end - begin, rule);
    else
        rmsprop_double(piece, begin, end - begin, rule);
}

#define ADAGRAD(T, NAME, SQRT)                                                                     \
    static LT_SIMD void NAME(const lt_optim_piece *piece, int64_t begin, int64_t n,                \
                             const lt_adagrad_rule *rule) {                                        \
        T *restrict w = AT(T, piece->value), *restrict s = AT(T, piece->state[0]);                 \
        const T *restrict g = AT(const T, piece->grad);                                            \
        const T lr = (T)(rule->lr / (1 + (double)(piece->step - 1) * rule->lr_decay));             \
        const T eps = (T)rule->eps, decay = (T)rule->weight_decay;                                 \
        const T before = piece->step == 1 ? (T)rule->initial : 0;                                  \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) {                                      \
            T d = g[i] + decay * w[i];                                                             \
            s[i] += before + d * d;                                                                \
            w[i] -= lr * d / (SQRT(s[i]) + eps);                                                   \
        }                                                                                          \
    }

ADAGRAD(float, adagrad_float, sqrtf)
ADAGRAD(double, adagrad_double, sqrt)

void lt_adagrad_update(const lt_optim_piece *piece, int64_t begin, int64_t end, const void *rule) {
    if (piece->dtype == LT_FLOAT32)
        adagrad_float(piece, begin, end - begin, rule);
    else
        adagrad_double(piece, begin, end - begin, rule);
}

typedef struct run {
    int n;
    const lt_optim_piece *piece;
    lt_optim_fn update;
    const void *rule;
    bool *done; /* [chunks] */
} run;

/* Elements [begin, end) of the whole, piece by piece. */
static void run_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const run *r = context;
    int i = 0;
    while (begin >= r->piece[i].start + r->piece[i].n)
        i++;
    while (begin < end) {
        const lt_optim_piece *p = &r->piece[i++];
        int64_t stop = p->start + p->n < end ? p->start + p->n : end;
        if (stop > begin)
            r->update(p, begin - p->start, stop - p->start, r->rule);
        begin = stop;
    }
    r->done[chunk] = true;
}

bool lt_optim_run(int n, lt_optim_piece *piece, lt_optim_fn update, const void *rule) {
    int64_t total = 0;
    for (int i = 0; i < n; i++) {
        piece[i].start = total;
        total += piece[i].n;
    }
    int64_t chunks = lt_chunks(total, GRAIN);
    run r = {n, piece, update, rule, calloc((size_t)chunks + 1, sizeof *r.done)};
    if (!r.done)
        return false;
    if (!lt_parallel(total, GRAIN, run_chunk, &r)) {
        for (int64_t chunk = 0; chunk < chunks; chunk++) {
            int64_t begin = chunk * GRAIN, end = begin + GRAIN;
            if (!r.done[chunk])
                run_chunk(&r, begin, end < total ? end : total, chunk);
        }
    }
    free(r.done);
    return true;
}
