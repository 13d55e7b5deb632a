#include "ops/samplers.h"

#include <math.h>
#include <string.h>

#include "ops/apply.h"
#include "ops/create.h"
#include "tensor/alloc.h"
#include "tensor/interrupt.h"

/* ---- parameters ---- */

typedef enum { FINITE, NOT_NEGATIVE, POSITIVE, CONCENTRATION, PROBABILITY } domain;

typedef struct parameter {
    const char *name;
    domain domain;
} parameter;

static const parameter parameters[LT_SAMPLER_COUNT][2] = {
    [LT_SAMPLE_UNIFORM] = {{"low", FINITE}, {"high", FINITE}},
    [LT_SAMPLE_NORMAL] = {{"mean", FINITE}, {"std", NOT_NEGATIVE}},
    [LT_SAMPLE_BERNOULLI] = {{"p", PROBABILITY}},
    [LT_SAMPLE_EXPONENTIAL] = {{"rate", POSITIVE}},
    [LT_SAMPLE_GAMMA] = {{"concentration", CONCENTRATION}, {"rate", POSITIVE}},
    [LT_SAMPLE_LOG_GAMMA] = {{"concentration", CONCENTRATION}, {"rate", POSITIVE}},
    [LT_SAMPLE_BETA] = {{"concentration", CONCENTRATION}, {"concentration", CONCENTRATION}},
    [LT_SAMPLE_POISSON] = {{"rate", NOT_NEGATIVE}},
};

static bool in_domain(double v, domain d) {
    switch (d) {
    case NOT_NEGATIVE:
        return isfinite(v) && v >= 0;
    case POSITIVE:
        return isfinite(v) && v > 0;
    case CONCENTRATION:
        return isfinite(v) && v >= LT_LEAST_CONCENTRATION;
    case PROBABILITY:
        return v >= 0 && v <= 1;
    default:
        return isfinite(v);
    }
}

static const char *const domain_text[] = {"finite", "finite and not negative", "finite and above 0",
                                          "finite and above 0", "from 0 to 1"};

static lt_status check_domain(const char *op, const parameter *p, const lt_tensor *t) {
    const double *v = lt_data(t);
    for (int64_t i = 0; i < t->numel; i++)
        if (!in_domain(v[i], p->domain))
            return lt_fail(LT_EINVAL, "%s: %s must be %s, not %g", op, p->name,
                           domain_text[p->domain], v[i]);
    return LT_OK;
}

static bool broadcasts(const lt_tensor *t, int ndim, const int64_t *shape) {
    for (int d = 1; d <= t->ndim; d++)
        if (d > ndim || (t->shape[t->ndim - d] != 1 && t->shape[t->ndim - d] != shape[ndim - d]))
            return false;
    return true;
}

/* A parameter as a dense float64 tensor of the result's shape, checked. */
static lt_status spread(const char *op, const parameter *p, lt_tensor *out, int ndim,
                        const int64_t *shape, lt_tensor *t) {
    if (!broadcasts(t, ndim, shape))
        return lt_fail(LT_EINVAL, "%s: %s %s does not broadcast to %s", op, p->name, lt_shape_of(t),
                       lt_shape_text(ndim, shape));
    LT_TRY(lt_empty(out, LT_FLOAT64, ndim, shape));
    lt_status status = lt_copy_into(out, t);
    if (status == LT_OK)
        status = check_domain(op, p, out);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

static lt_status check_pair(const char *op, lt_sampler sampler, const lt_tensor *a,
                            const lt_tensor *b) {
    const double *low = lt_data(a), *high = lt_data(b);
    for (int64_t i = 0; sampler == LT_SAMPLE_UNIFORM && i < a->numel; i++)
        if (low[i] > high[i] || !isfinite(high[i] - low[i]))
            return lt_fail(LT_EINVAL, "%s: needs low <= high, not %g and %g", op, low[i], high[i]);
    return LT_OK;
}

static lt_status check_dtype(const char *op, lt_sampler sampler, lt_dtype dtype) {
    bool whole = sampler == LT_SAMPLE_BERNOULLI || sampler == LT_SAMPLE_POISSON;
    if (!whole && !lt_dtype_is_float(dtype))
        return lt_fail(LT_EINVAL, "%s: samples are floats, not %s", op, lt_dtype_name(dtype));
    return LT_OK;
}

/* ---- element-wise samplers ---- */

/* `x` is dense float64 of the result's shape: it becomes the result in `dtype`. */
static lt_status hand_over(lt_tensor *out, lt_tensor *x, lt_dtype dtype) {
    if (dtype == LT_FLOAT64) {
        lt_move(out, x);
        return LT_OK;
    }
    return lt_cast(out, x, dtype);
}

typedef struct sampling {
    const char *op;
    lt_sampler sampler;
    lt_tensor a, b; /* dense float64; b is empty where the distribution has one parameter */
} sampling;

static lt_status prepare(sampling *s, int ndim, const int64_t *shape, lt_tensor *a, lt_tensor *b) {
    const parameter *p = parameters[s->sampler];
    LT_TRY(spread(s->op, &p[0], &s->a, ndim, shape, a));
    if (!b)
        return LT_OK;
    LT_TRY(spread(s->op, &p[1], &s->b, ndim, shape, b));
    return check_pair(s->op, s->sampler, &s->a, &s->b);
}

/* The samples overwrite the first parameter: each element reads its own before it is written. */
static lt_status sample(sampling *s, lt_tensor *out, lt_generator *g, lt_dtype dtype, bool two) {
    double *a = lt_data(&s->a);
    int64_t n = s->a.numel;
    if (!lt_sample(s->sampler, (lt_bits){g->seed, g->offset}, a, n, a, two ? lt_data(&s->b) : NULL))
        return lt_check_interrupt();
    LT_TRY(hand_over(out, &s->a, dtype));
    g->offset += (uint64_t)n;
    return LT_OK;
}

/* With plain numbers for parameters the vectorised samplers serve. */
static bool is_plain(lt_sampler sampler, const lt_tensor *a, const lt_tensor *b) {
    return sampler <= LT_SAMPLE_BERNOULLI && a->ndim == 0 && (!b || b->ndim == 0);
}

static lt_status draw_plain(lt_sampler sampler, lt_tensor *out, lt_generator *g, lt_dtype dtype,
                            int ndim, const int64_t *shape, const lt_tensor *a,
                            const lt_tensor *b) {
    double first = lt_get_double(a, 0), second = b ? lt_get_double(b, 0) : 0;
    LT_TRY(lt_empty(out, dtype, ndim, shape));
    lt_status status = sampler == LT_SAMPLE_UNIFORM  ? lt_fill_uniform(out, g, first, second)
                       : sampler == LT_SAMPLE_NORMAL ? lt_fill_normal(out, g, first, second)
                                                     : lt_fill_bernoulli(out, g, first);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

lt_status lt_draw(const char *op, lt_sampler sampler, lt_tensor *out, lt_generator *g,
                  lt_dtype dtype, int ndim, const int64_t *shape, lt_tensor *a, lt_tensor *b) {
    int64_t broadcast[LT_MAX_DIMS];
    LT_TRY(check_dtype(op, sampler, dtype));
    if (ndim < 0) {
        LT_TRY(lt_broadcast(op, b ? 2 : 1, (lt_tensor *[]){a, b}, &ndim, broadcast));
        shape = broadcast;
    }
    if (!g)
        g = lt_default_generator();
    if (is_plain(sampler, a, b))
        return draw_plain(sampler, out, g, dtype, ndim, shape, a, b);
    sampling s = {.op = op, .sampler = sampler};
    lt_status status = prepare(&s, ndim, shape, a, b);
    if (status == LT_OK)
        status = sample(&s, out, g, dtype, b != NULL);
    lt_release(&s.a);
    lt_release(&s.b);
    return status;
}

/* ---- rows ---- */

/* shape x [...] for a tensor [..., k], without its last `drop` dimensions. */
static lt_status shape_after(const char *op, int ndim, const int64_t *shape, const lt_tensor *t,
                             int drop, int64_t *out, int *out_ndim) {
    int kept = t->ndim - drop;
    if (ndim + kept > LT_MAX_DIMS)
        return lt_fail(LT_EINVAL,
                       "%s: the result would have %d dimensions, at most %d are possible", op,
                       ndim + kept, LT_MAX_DIMS);
    memcpy(out, shape, (size_t)ndim * sizeof *out);
    memcpy(out + ndim, t->shape, (size_t)kept * sizeof *out);
    *out_ndim = ndim + kept;
    return LT_OK;
}

lt_status lt_dirichlet(lt_tensor *out, lt_generator *g, lt_dtype dtype, int ndim,
                       const int64_t *shape, lt_tensor *concentration) {
    int64_t full[LT_MAX_DIMS];
    int full_ndim = 0;
    lt_tensor logs LT_EMPTY, one;
    if (concentration->ndim == 0)
        return lt_fail(LT_EINVAL, "dirichlet: the concentration must be a vector, not one number");
    LT_TRY(check_dtype("dirichlet", LT_SAMPLE_LOG_GAMMA, dtype));
    LT_TRY(shape_after("dirichlet", ndim, shape, concentration, 0, full, &full_ndim));
    lt_scalar(&one, LT_FLOAT64, 1);
    if (!g)
        g = lt_default_generator();
    uint64_t offset = g->offset;
    LT_TRY(lt_draw("dirichlet", LT_SAMPLE_LOG_GAMMA, &logs, g, LT_FLOAT64, full_ndim, full,
                   concentration, &one));
    int64_t k = full[full_ndim - 1];
    lt_status status = LT_OK;
    if (k > 0 && !lt_normalise_logs(lt_data(&logs), logs.numel / k, k))
        status = lt_check_interrupt();
    if (status == LT_OK)
        status = hand_over(out, &logs, dtype);
    if (status != LT_OK)
        g->offset = offset;
    lt_release(&logs);
    return status;
}

/* A row of weights is finite, not negative, and has enough of them above zero. */
static lt_status check_weights(const char *op, const lt_tensor *w, int64_t k, int64_t least) {
    const double *v = lt_data(w);
    for (int64_t r = 0; r < w->numel; r += k) {
        int64_t above = 0;
        double sum = 0;
        for (int64_t i = r; i < r + k; i++) {
            if (!in_domain(v[i], NOT_NEGATIVE))
                return lt_fail(LT_EINVAL, "%s: weights must be finite and not negative, not %g", op,
                               v[i]);
            above += v[i] > 0;
            sum += v[i];
        }
        if (above == 0 || !isfinite(sum))
            return lt_fail(LT_EINVAL, "%s: the weights must have a finite sum above 0, not %g", op,
                           sum);
        if (above < least)
            return lt_fail(LT_EINVAL,
                           "%s: cannot draw %lld without replacement from %lld weights above 0", op,
                           (long long)least, (long long)above);
    }
    return LT_OK;
}

static void running_sums(double *v, int64_t rows, int64_t k) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 1; i < k; i++)
            v[r * k + i] += v[r * k + i - 1];
}

static lt_status draw_unreplaced(lt_tensor *out, lt_generator *g, const lt_tensor *w, int64_t rows,
                                 int64_t n, int64_t k) {
    size_t bytes = (size_t)w->numel * sizeof(lt_keyed);
    lt_keyed *work = lt_alloc(bytes);
    if (!work)
        return lt_fail(LT_ENOMEM, "out of memory: multinomial");
    bool done = lt_sample_unreplaced((lt_bits){g->seed, g->offset}, lt_data(out), rows, n, k,
                                     lt_data(w), work);
    lt_free(work, bytes);
    if (!done)
        return lt_check_interrupt();
    g->offset += (uint64_t)w->numel;
    return LT_OK;
}

static lt_status draw_replaced(lt_tensor *out, lt_generator *g, lt_tensor *w, int64_t rows,
                               int64_t n, int64_t k) {
    running_sums(lt_data(w), rows, k);
    if (!lt_sample_replaced((lt_bits){g->seed, g->offset}, lt_data(out), rows, n, k, lt_data(w)))
        return lt_check_interrupt();
    g->offset += (uint64_t)(rows * n);
    return LT_OK;
}

/* n draws for each row of weights [..., k], into out [rows, n]. */
static lt_status draw_rows(const char *op, lt_tensor *out, lt_generator *g, lt_tensor *weights,
                           int64_t n, bool replacement) {
    lt_tensor w LT_EMPTY;
    int64_t k = weights->shape[weights->ndim - 1];
    if (k == 0)
        return lt_fail(LT_EINVAL, "%s: no categories to draw from: %s", op, lt_shape_of(weights));
    int64_t rows = weights->numel / k;
    LT_TRY(lt_empty(out, LT_INT64, 2, (int64_t[]){rows, n}));
    lt_status status = lt_cast(&w, weights, LT_FLOAT64);
    if (status == LT_OK)
        status = check_weights(op, &w, k, replacement ? 1 : n);
    if (status == LT_OK)
        status = replacement ? draw_replaced(out, g, &w, rows, n, k)
                             : draw_unreplaced(out, g, &w, rows, n, k);
    lt_release(&w);
    if (status != LT_OK)
        lt_release(out);
    return status;
}

/* Give a dense tensor of as many elements another shape. */
static void set_shape(lt_tensor *t, int ndim, const int64_t *shape) {
    int64_t step = 1;
    t->ndim = (uint8_t)ndim;
    for (int d = ndim - 1; d >= 0; d--) {
        t->shape[d] = shape[d];
        t->stride[d] = step;
        step *= shape[d] > 1 ? shape[d] : 1;
    }
}

lt_status lt_multinomial(lt_tensor *out, lt_generator *g, lt_tensor *weights, int64_t n,
                         bool replacement) {
    if (weights->ndim != 1 && weights->ndim != 2)
        return lt_fail(LT_EINVAL, "multinomial: weights must be [k] or [m, k], not %s",
                       lt_shape_of(weights));
    if (n < 0)
        return lt_fail(LT_EINVAL, "multinomial: the number of draws must not be negative: %lld",
                       (long long)n);
    if (!g)
        g = lt_default_generator();
    LT_TRY(draw_rows("multinomial", out, g, weights, n, replacement));
    if (weights->ndim == 1)
        set_shape(out, 1, &n);
    return LT_OK;
}

lt_status lt_categorical(lt_tensor *out, lt_generator *g, lt_tensor *weights, int ndim,
                         const int64_t *shape) {
    int64_t full[LT_MAX_DIMS];
    int full_ndim = 0;
    if (weights->ndim == 0)
        return lt_fail(LT_EINVAL, "categorical: the weights must be a vector, not one number");
    LT_TRY(shape_after("categorical", ndim, shape, weights, 1, full, &full_ndim));
    int64_t n = lt_shape_numel(ndim, shape);
    if (n < 0)
        return lt_fail(LT_EINVAL, "categorical: not a shape: %s", lt_shape_text(ndim, shape));
    if (!g)
        g = lt_default_generator();
    uint64_t offset = g->offset;
    lt_tensor by_row LT_EMPTY, turned LT_EMPTY; /* [rows, n], [n, rows] */
    LT_TRY(draw_rows("categorical", &by_row, g, weights, n, true));
    lt_status status = lt_view(&turned, &by_row, 2, (int64_t[]){n, by_row.shape[0]},
                               (int64_t[]){by_row.stride[1], by_row.stride[0]}, by_row.offset);
    if (status == LT_OK)
        status = lt_cast(out, &turned, LT_INT64);
    if (status == LT_OK)
        set_shape(out, full_ndim, full);
    else
        g->offset = offset;
    lt_release(&turned);
    lt_release(&by_row);
    return status;
}
