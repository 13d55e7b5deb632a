/* samples.h - what the models share: the rows they are fitted to, seeds, and watching a long fit.
 */
#ifndef LT_SAMPLES_H
#define LT_SAMPLES_H

#include "tensor/tensor.h"

/* Dense float rows of `x` [n, d]: a second handle where x is dense float32 or float64, a copy in
 * the default dtype where it holds integers. Fails, naming `model` and the reason, unless x has
 * two dimensions, at least one row and one column, and only finite values. */
lt_status lt_samples(lt_tensor *out, const char *model, lt_tensor *x);

/* The same where only the ratios of distances matter: values far out of the ordinary come divided
 * by a power of two, *unit (else 1), so that squares neither overflow nor vanish in float32. */
lt_status lt_samples_in_reach(lt_tensor *out, double *unit, const char *model, lt_tensor *x);

/* The same as lt_samples() for rows that a fitted model is asked about: they must have `d` columns;
 * they come in `dtype`, the model's. No rows at all are fine. */
lt_status lt_queries(lt_tensor *out, const char *model, lt_tensor *x, int64_t d, lt_dtype dtype);

/* Whoever fits calls report() now and then: `done` of `total` steps, and the figure that the
 * method minimises or maximises (of no meaning where nothing is done yet). The callee may be slow;
 * it must come back. */
typedef struct lt_watch {
    void (*report)(void *context, int64_t done, int64_t total, double figure);
    void *context;
} lt_watch;

static inline void lt_report(const lt_watch *w, int64_t done, int64_t total, double figure) {
    if (w && w->report)
        w->report(w->context, done, total, figure);
}

/* What comes before the first step is over: the steps' pace counts from here on. */
static inline void lt_report_ready(const lt_watch *w, int64_t total) {
    lt_report(w, 0, total, 0);
}

/* LT_EINTERRUPT or LT_ENOMEM with their usual messages. */
lt_status lt_stopped(void);
lt_status lt_no_memory(const char *model);

/* Random numbers of a fit: a sequence of its own for each seed and stream. */
typedef struct lt_draws {
    uint64_t seed, stream, counter;
} lt_draws;

/* Uniform in [0, 1), 53 bits. */
double lt_draws_uniform(lt_draws *r);

/* An integer in [0, n). */
int64_t lt_draws_below(lt_draws *r, int64_t n);

/* Standard normal. */
double lt_draws_normal(lt_draws *r);

#endif
