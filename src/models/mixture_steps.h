/* mixture_steps.h - a mixture at work: parameters in float64, and passes over rows with them. */
#ifndef LT_MIXTURE_STEPS_H
#define LT_MIXTURE_STEPS_H

#include "models/arena.h"
#include "models/mixture.h"

/* Parameters, and everything that passes over rows x [n, d] need. */
typedef struct lt_mixture_work {
    lt_covariance kind;
    lt_dtype dtype;
    int64_t n, d, k, size;
    int64_t grain, stretches; /* of the rows */
    lt_arena arena;
    lt_mixture_pass pass;

    double *weights, *means, *covariances; /* [k], [k, d], by kind; means are absolute */
    double *origin;                        /* [d] */
    double *least;                         /* [d] variances up to this count as none */
    double *sums;                          /* [k, 1 + d + squares] over all rows */
    double *factor, *inverse;              /* [d, d] scratch */
    double *candidate;                     /* [d, d] scratch */
    double *scatter;                       /* [d, d] of the rows about the origin, for tied ones */
} lt_mixture_work;

/* Values in the covariances of k components, and in those of one (tied: of all). */
int64_t lt_mixture_covariance_size(lt_covariance kind, int64_t d, int64_t k);

/* Get ready for dense rows x; the parameters are undefined yet. `origin` [d] near their middle. */
lt_status lt_mixture_open(lt_mixture_work *w, const lt_tensor *x, lt_covariance kind, int64_t k,
                          const double *origin);

void lt_mixture_close(lt_mixture_work *w);

/* Take up the parameters for the next pass. False when the covariance of component *bad (from 0)
 * is not positive definite. */
bool lt_mixture_arm(lt_mixture_work *w, int64_t *bad);

/* One pass: the E step, with sums in w->sums where `collect`; the log-likelihood in *evidence. */
lt_status lt_mixture_run(lt_mixture_work *w, bool collect, double *evidence);

/* The M step from w->sums. Marks in collapsed[k] the components whose rows or width are gone;
 * these keep what they had. */
void lt_mixture_maximise(lt_mixture_work *w, double floor, bool *collapsed);

#endif
