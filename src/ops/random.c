#include "ops/random.h"

#include <float.h>
#include <math.h>
#include <sys/random.h>
#include <time.h>

#include "kernels/random.h"
#include "ops/apply.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

static lt_generator default_generator;
static bool seeded;

uint64_t lt_entropy(void) {
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) == (ssize_t)sizeof seed)
        return seed;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000007u ^ (uint64_t)now.tv_nsec;
}

lt_generator *lt_default_generator(void) {
    if (!seeded)
        lt_manual_seed(lt_entropy());
    return &default_generator;
}

void lt_manual_seed(uint64_t seed) {
    default_generator = (lt_generator){.seed = seed};
    seeded = true;
}

/* ---- filling ---- */

typedef enum { UNIFORM, NORMAL, BERNOULLI, INTEGERS } kind;

typedef struct recipe {
    const char *name; /* of the operation, for messages */
    kind kind;
    double a, b; /* low and high, mean and std, or the probability */
    int64_t low; /* of integers */
    uint64_t range;
} recipe;

/* The dtype that the sampler writes into a tensor of `dtype`. */
static lt_dtype written_dtype(const recipe *r, lt_dtype dtype) {
    return r->kind == BERNOULLI ? LT_BOOL : r->kind == INTEGERS ? LT_INT64 : dtype;
}

static bool run(const recipe *r, lt_bits from, lt_tensor *t) {
    void *out = lt_data(t);
    bool single = t->dtype == LT_FLOAT32;
    switch (r->kind) {
    case UNIFORM:
        return single ? lt_random_uniform_float32(from, out, t->numel, r->a, r->b)
                      : lt_random_uniform_float64(from, out, t->numel, r->a, r->b);
    case NORMAL:
        return single ? lt_random_normal_float32(from, out, t->numel, r->a, r->b)
                      : lt_random_normal_float64(from, out, t->numel, r->a, r->b);
    case BERNOULLI:
        return lt_random_bernoulli(from, out, t->numel, r->a);
    default:
        return lt_random_int64(from, out, t->numel, r->low, r->range);
    }
}

/* Sample into a dense tensor of the sampler's own dtype. */
static lt_status sample(const recipe *r, const lt_generator *g, lt_tensor *t) {
    return run(r, (lt_bits){g->seed, g->offset}, t) ? LT_OK : lt_check_interrupt();
}

static lt_status fill(const recipe *r, lt_generator *g, lt_tensor *t) {
    LT_TRY(lt_check_writable(t, r->name));
    if (!g)
        g = lt_default_generator();
    lt_dtype written = written_dtype(r, (lt_dtype)t->dtype);
    if (written == (lt_dtype)t->dtype && lt_is_contiguous(t)) {
        LT_TRY(sample(r, g, t));
    } else {
        lt_tensor dense LT_EMPTY;
        LT_TRY(lt_empty_like(&dense, written, t));
        lt_status status = sample(r, g, &dense);
        if (status == LT_OK)
            status = lt_copy_into(t, &dense);
        lt_release(&dense);
        LT_TRY(status);
    }
    g->offset += lt_random_used(t->numel, written == LT_FLOAT32 ? 32 : 64);
    lt_touch(t, r->name);
    return LT_OK;
}

static lt_status check_float(const char *name, const lt_tensor *t) {
    if (!lt_dtype_is_float((lt_dtype)t->dtype))
        return lt_fail(LT_EINVAL, "%s: needs a float tensor, not %s", name,
                       lt_dtype_name((lt_dtype)t->dtype));
    return LT_OK;
}

/* The largest number that t's float dtype holds. */
static double largest(const lt_tensor *t) {
    return t->dtype == LT_FLOAT32 ? (double)FLT_MAX : DBL_MAX;
}

lt_status lt_fill_uniform(lt_tensor *t, lt_generator *g, double low, double high) {
    recipe r = {.name = "uniform_", .kind = UNIFORM, .a = low, .b = high};
    LT_TRY(check_float(r.name, t));
    if (!(low <= high) || fabs(low) > largest(t) || fabs(high) > largest(t))
        return lt_fail(LT_EINVAL, "uniform_: needs finite low <= high, not %g and %g", low, high);
    if (high - low > largest(t))
        return lt_fail(LT_EINVAL, "uniform_: %g to %g is too wide for %s", low, high,
                       lt_dtype_name((lt_dtype)t->dtype));
    return fill(&r, g, t);
}

lt_status lt_fill_normal(lt_tensor *t, lt_generator *g, double mean, double std) {
    recipe r = {.name = "normal_", .kind = NORMAL, .a = mean, .b = std};
    LT_TRY(check_float(r.name, t));
    if (!(std >= 0) || !isfinite(std) || !isfinite(mean))
        return lt_fail(LT_EINVAL, "normal_: needs a finite mean and a std >= 0, not %g and %g",
                       mean, std);
    return fill(&r, g, t);
}

lt_status lt_fill_bernoulli(lt_tensor *t, lt_generator *g, double p) {
    recipe r = {.name = "bernoulli_", .kind = BERNOULLI, .a = p};
    if (!(p >= 0 && p <= 1))
        return lt_fail(LT_EINVAL, "bernoulli_: the probability must be 0 to 1, not %g", p);
    return fill(&r, g, t);
}

/* Every integer from -limit (or 0) to limit has an exact value in the dtype. */
static lt_status check_integers(lt_dtype dtype, int64_t low, int64_t high) {
    static const int64_t least[] = {0, 0, INT64_MIN, -(1LL << 24), -(1LL << 53)};
    static const int64_t most[] = {1, 255, INT64_MAX, 1LL << 24, 1LL << 53};
    if (low > high)
        return lt_fail(LT_EINVAL, "randint: low is above high: %lld and %lld", (long long)low,
                       (long long)high);
    if (low < least[dtype] || high > most[dtype])
        return lt_fail(LT_EINVAL, "randint: %s does not hold every integer from %lld to %lld",
                       lt_dtype_name(dtype), (long long)low, (long long)high);
    return LT_OK;
}

lt_status lt_fill_randint(lt_tensor *t, lt_generator *g, int64_t low, int64_t high) {
    recipe r = {.name = "randint", .kind = INTEGERS, .low = low};
    LT_TRY(check_integers((lt_dtype)t->dtype, low, high));
    r.range = (uint64_t)high - (uint64_t)low + 1; /* 0: all 2^64 */
    return fill(&r, g, t);
}

lt_status lt_randperm(lt_tensor *out, lt_generator *g, int64_t n, int64_t first) {
    if (n < 0)
        return lt_fail(LT_EINVAL, "randperm: n must not be negative: %lld", (long long)n);
    if (!g)
        g = lt_default_generator();
    LT_TRY(lt_empty(out, LT_INT64, 1, &n));
    if (!lt_random_permutation((lt_bits){g->seed, g->offset}, lt_data(out), n, first)) {
        lt_release(out);
        return lt_check_interrupt();
    }
    g->offset += lt_random_used(n, 64);
    return LT_OK;
}
