#include "models/mixture_sample.h"

#include <math.h>

#include "kernels/lapack.h"
#include "models/arena.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

#define NAME "GaussianMixture"

/* Lower factor [d, d] of the covariance of component c. */
static bool sample_factor(const lt_mixture *m, int64_t c, int64_t d, double *factor) {
    bool square = m->kind == LT_COVARIANCE_FULL || m->kind == LT_COVARIANCE_TIED;
    int64_t from = m->kind == LT_COVARIANCE_FULL ? c * d * d : 0;
    for (int64_t i = 0; i < d; i++)
        for (int64_t j = 0; j < d; j++)
            factor[i * d + j] =
                square   ? lt_get_double(&m->covariances, from + i * d + j)
                : i != j ? 0
                         : sqrt(lt_get_double(&m->covariances,
                                              m->kind == LT_COVARIANCE_DIAG ? c * d + i : c));
    return !square || lt_lapack_cholesky(LT_FLOAT64, d, factor) == 0;
}

static void sample_row(const lt_mixture *m, int64_t c, const double *factor, lt_draws *draws,
                       double *noise, lt_tensor *rows, int64_t row) {
    int64_t d = m->means.shape[1];
    for (int64_t j = 0; j < d; j++)
        noise[j] = lt_draws_normal(draws);
    for (int64_t i = 0; i < d; i++) {
        double v = lt_get_double(&m->means, c * d + i);
        for (int64_t j = 0; j <= i; j++)
            v += factor[i * d + j] * noise[j];
        lt_set_double(rows, row * d + i, v);
    }
}

/* A component by its weight. */
static int64_t draw_component(const lt_mixture *m, lt_draws *draws) {
    double rest = lt_draws_uniform(draws);
    int64_t c = 0, last = m->weights.numel - 1;
    while (c < last && rest >= lt_get_double(&m->weights, c))
        rest -= lt_get_double(&m->weights, c++);
    return c;
}

static lt_status sample_all(const lt_mixture *m, uint64_t seed, lt_arena *a, lt_tensor *rows,
                            lt_tensor *labels) {
    int64_t k = m->weights.numel, d = m->means.shape[1];
    double *noise = lt_take(a, (size_t)d * sizeof *noise);
    double *factors = lt_take(a, (size_t)(k * d * d) * sizeof *factors);
    if (a->failed)
        return lt_no_memory(NAME);
    for (int64_t c = 0; c < k; c++)
        if (!sample_factor(m, c, d, factors + c * d * d))
            return lt_fail(LT_EINVAL,
                           NAME ": the covariance of component %lld is not positive definite",
                           (long long)c + 1);
    lt_draws draws = {.seed = seed};
    for (int64_t i = 0; i < labels->numel; i++) {
        if (lt_interrupted())
            return lt_stopped();
        int64_t c = draw_component(m, &draws);
        ((int64_t *)lt_data(labels))[i] = c + 1;
        sample_row(m, c, factors + c * d * d, &draws, noise, rows, i);
    }
    return LT_OK;
}

lt_status lt_mixture_sample(const lt_mixture *m, int64_t n, uint64_t seed, lt_tensor *rows,
                            lt_tensor *labels) {
    lt_arena a = {0};
    if (n < 0)
        return lt_fail(LT_EINVAL, NAME ": cannot draw %lld samples", (long long)n);
    lt_status status =
        lt_empty(rows, (lt_dtype)m->means.dtype, 2, (int64_t[]){n, m->means.shape[1]});
    if (status == LT_OK)
        status = lt_empty(labels, LT_INT64, 1, &n);
    if (status == LT_OK)
        status = sample_all(m, seed, &a, rows, labels);
    lt_arena_drop(&a);
    if (status != LT_OK) {
        lt_release(rows);
        lt_release(labels);
    }
    return status;
}
