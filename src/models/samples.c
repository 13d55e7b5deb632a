#include "models/samples.h"

#include <math.h>

#include "kernels/parallel.h"
#include "kernels/philox.h"
#include "kernels/simd.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

enum { GRAIN = 1 << 16 };

/* x - x is 0 for finite numbers and NaN for all others. */
#define SUM_OF_NOTHING(T)                                                                          \
    static LT_SIMD double nothing_##T(const T *x, int64_t n) {                                     \
        T sum = 0;                                                                                 \
        _Pragma("omp simd reduction(+ : sum)") for (int64_t i = 0; i < n; i++) sum += x[i] - x[i]; \
        return (double)sum;                                                                        \
    }
SUM_OF_NOTHING(float)
SUM_OF_NOTHING(double)

#define LARGEST(T)                                                                                 \
    static LT_SIMD double largest_##T(const T *x, int64_t n) {                                     \
        T most = 0;                                                                                \
        _Pragma("omp simd reduction(max : most)") for (int64_t i = 0; i < n; i++) {                \
            const T v = x[i] < 0 ? -x[i] : x[i];                                                   \
            most = v > most ? v : most;                                                            \
        }                                                                                          \
        return (double)most;                                                                       \
    }
LARGEST(float)
LARGEST(double)

typedef struct check {
    const lt_tensor *x;
    bool bad; /* written by any thread, always to true */
} check;

static void check_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    check *c = context;
    const char *data = lt_data(c->x);
    double sum = c->x->dtype == LT_FLOAT32
                     ? nothing_float((const float *)data + begin, end - begin)
                     : nothing_double((const double *)data + begin, end - begin);
    if (sum != 0) /* NaN as well */
#pragma omp atomic write
        c->bad = true;
}

/* Name the first value that is not finite. */
static lt_status check_finite(const char *model, const lt_tensor *x) {
    check c = {.x = x};
    if (!lt_parallel(x->numel, GRAIN, check_chunk, &c))
        return lt_check_interrupt();
    for (int64_t i = 0; c.bad && i < x->numel; i++) {
        double v = lt_get_double(x, i);
        if (!isfinite(v))
            return lt_fail(LT_EINVAL,
                           "%s: row %lld of x holds %g in column %lld; values must be finite",
                           model, (long long)(i / x->shape[1] + 1), isnan(v) ? NAN : v,
                           (long long)(i % x->shape[1] + 1));
    }
    return LT_OK;
}

static lt_status check_matrix(const char *model, const lt_tensor *x) {
    if (x->ndim == 1)
        return lt_fail(LT_EINVAL,
                       "%s: x must be a matrix of rows, not %s; x:reshape(-1, 1) makes each value "
                       "a row",
                       model, lt_shape_of(x));
    if (x->ndim != 2)
        return lt_fail(LT_EINVAL, "%s: x must be a matrix [rows, columns], not %s", model,
                       lt_shape_of(x));
    return LT_OK;
}

static lt_status dense(lt_tensor *out, lt_tensor *x, lt_dtype dtype) {
    return x->dtype == dtype ? lt_contiguous(out, x) : lt_cast(out, x, dtype);
}

/* Check the values, and move them where views of the rows will not. */
static lt_status finish(lt_tensor *out, const char *model) {
    lt_status status = check_finite(model, out);
    if (status == LT_OK)
        status = lt_share(out);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

lt_status lt_samples(lt_tensor *out, const char *model, lt_tensor *x) {
    LT_TRY(check_matrix(model, x));
    if (x->numel == 0)
        return lt_fail(LT_EINVAL, "%s: x needs at least one row and one column, not %s", model,
                       lt_shape_of(x));
    LT_TRY(dense(out, x, lt_dtype_is_float(x->dtype) ? x->dtype : lt_default_dtype()));
    return finish(out, model);
}

static double largest(const lt_tensor *x) {
    return x->dtype == LT_FLOAT32 ? largest_float(lt_data(x), x->numel)
                                  : largest_double(lt_data(x), x->numel);
}

lt_status lt_samples_in_reach(lt_tensor *out, double *unit, const char *model, lt_tensor *x) {
    LT_TRY(lt_samples(out, model, x));
    double most = largest(out);
    *unit = 1;
    if (most == 0 || (most > 1e-12 && most < 1e12))
        return LT_OK;
    *unit = exp2(ceil(log2(most)));
    lt_tensor scaled LT_EMPTY;
    lt_status status = lt_empty(&scaled, LT_FLOAT64, 2, out->shape);
    for (int64_t i = 0; status == LT_OK && i < out->numel; i++)
        lt_set_double(&scaled, i, lt_get_double(out, i) / *unit);
    lt_release(out);
    if (status == LT_OK)
        lt_move(out, &scaled);
    return status;
}

lt_status lt_queries(lt_tensor *out, const char *model, lt_tensor *x, int64_t d, lt_dtype dtype) {
    LT_TRY(check_matrix(model, x));
    if (x->shape[1] != d)
        return lt_fail(LT_EINVAL, "%s: was fitted to rows of %lld columns, x is %s", model,
                       (long long)d, lt_shape_of(x));
    LT_TRY(dense(out, x, dtype));
    return finish(out, model);
}

lt_status lt_stopped(void) {
    return lt_fail(LT_EINTERRUPT, "interrupted!");
}

lt_status lt_no_memory(const char *model) {
    return lt_fail(LT_ENOMEM, "%s: not enough memory", model);
}

double lt_draws_uniform(lt_draws *r) {
    uint32_t w[4];
    lt_philox(r->seed, r->stream, r->counter++, w);
    return (double)(((uint64_t)w[0] << 32 | w[1]) >> 11) * 0x1p-53;
}

int64_t lt_draws_below(lt_draws *r, int64_t n) {
    uint32_t w[4];
    lt_philox(r->seed, r->stream, r->counter++, w);
    return (int64_t)((unsigned __int128)((uint64_t)w[0] << 32 | w[1]) * (uint64_t)n >> 64);
}

double lt_draws_normal(lt_draws *r) {
    double radius = sqrt(-2 * log1p(-lt_draws_uniform(r)));
    return radius * cos(6.283185307179586 * lt_draws_uniform(r));
}
