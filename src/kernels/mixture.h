/* mixture.h - the inner loops of Gaussian mixtures: the E step of a stretch of rows, and the sums
 * that the M step needs, in one pass over the data.
 *
 * Everything goes by whitened rows y = w (x - mean), where w w^T is the inverse covariance (w the
 * inverse of its Cholesky factor): the log density is bias - |y|^2 / 2. Rows of a few columns are
 * taken many to a vector register, wider ones go through matrix products. */
#ifndef LT_KERNELS_MIXTURE_H
#define LT_KERNELS_MIXTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/workspace.h"

typedef enum lt_covariance {
    LT_COVARIANCE_FULL,      /* [k, d, d] */
    LT_COVARIANCE_TIED,      /* [d, d] for all */
    LT_COVARIANCE_DIAG,      /* [k, d] */
    LT_COVARIANCE_SPHERICAL, /* [k] */
} lt_covariance;

#define LT_MIXTURE_NARROW 4     /* columns that go without matrix products */
enum { LT_MIXTURE_ROWS = 256 }; /* of a block */

/* One pass over rows x [n, d] with k components. */
typedef struct lt_mixture_pass {
    lt_covariance kind;
    const void *x;
    int64_t n, d, k;
    const int32_t *given; /* [n] components (from 0) to take in place of the E step, or NULL */

    /* The components, in the dtype of x; means are relative to `origin` [d]. */
    const void *origin, *means; /* [k, d] */
    const void *bias;           /* [k] log weight + log determinant of w - d / 2 log 2 pi */
    const void *white;          /* w: [k, d, d], [d, d], [k, d] or [k], lower triangles */
    const void *white_means;    /* [k, d] w mean, for full and tied covariances */

    /* Results by row, each may be NULL. */
    void *joint;      /* [n, k] log of weight times density */
    void *log_prob;   /* [n] log density of the mixture */
    int64_t *label;   /* [n] the likeliest component, 1-based */
    double *evidence; /* [stretches] sums of log_prob */

    /* Sums by stretch and component, or NULL: of the responsibilities r, of r (x - mean), and of
     * its square: [stretches, k, 1 + d + lt_mixture_squares()]. */
    double *sums;
    lt_workspace scratch; /* lt_mixture_scratch() bytes each */
} lt_mixture_pass;

/* Values in a component's sum of squares: d d, nothing for tied covariances, d. */
int64_t lt_mixture_squares(lt_covariance kind, int64_t d);

/* Bytes of scratch that a thread needs; `size` bytes an element. */
size_t lt_mixture_scratch(lt_covariance kind, int64_t d, int64_t k, size_t size);

/* Components whose whitened rows are held at a time. */
int64_t lt_mixture_group(int64_t d, int64_t k);

/* lt_parallel() chunk of an lt_mixture_pass; looks for interrupts itself. */
typedef void (*lt_mixture_fn)(void *pass, int64_t begin, int64_t end, int64_t stretch);
extern const lt_mixture_fn lt_mixture_float32, lt_mixture_float64;

#endif
