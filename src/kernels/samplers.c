#include "kernels/samplers.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "kernels/parallel.h"
#include "kernels/philox.h"

#define PI 3.141592653589793

enum { GRAIN = 2048 }; /* elements worth a thread, at some 50 ns each */

/* The random bits of one element. */
typedef struct draws {
    uint64_t seed, counter, stream;
    uint32_t word[4];
    int left; /* words not used yet */
} draws;

static draws draws_of(lt_bits from, int64_t element) {
    return (draws){.seed = from.seed, .counter = from.offset + (uint64_t)element};
}

/* Uniform in the open interval (0, 1): 52 bits and a half. */
static double unit(draws *d) {
    if (d->left < 2) {
        lt_philox(d->seed, d->stream++, d->counter, d->word);
        d->left = 4;
    }
    d->left -= 2;
    uint64_t bits = (uint64_t)d->word[d->left] << 32 | d->word[d->left + 1];
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

static double normal(draws *d) {
    double radius = sqrt(-2 * log(unit(d)));
    return radius * cos(2 * PI * unit(d));
}

/* Gamma of concentration a >= 1, rate 1: a normal, squeezed (Marsaglia and Tsang 2000). */
static double gamma_from_one(draws *d, double a) {
    double scale = a - 1.0 / 3, c = 1 / sqrt(9 * scale);
    for (;;) {
        double x = normal(d), v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        double u = unit(d), x2 = x * x;
        if (u < 1 - 0.0331 * x2 * x2 || log(u) < 0.5 * x2 + scale * (1 - v + log(v)))
            return scale * v;
    }
}

/* A smaller concentration is that of a + 1 times a power of a uniform (section 6 there). */
static double log_gamma(draws *d, double a) {
    if (a >= 1)
        return log(gamma_from_one(d, a));
    double log_power = log(unit(d)) / a;
    return log(gamma_from_one(d, a + 1)) + log_power;
}

static double beta(draws *d, double a, double b) {
    double x = log_gamma(d, a), y = log_gamma(d, b);
    return x > y ? 1 / (1 + exp(y - x)) : exp(x - y) / (1 + exp(x - y));
}

/* log of k! less Stirling's formula for it. */
static double stirling_error(double k) {
    if (k < 16) {
        int sign;
        return lgamma_r(k + 1, &sign) - (k * log(k) - k + 0.5 * log(2 * PI * k));
    }
    double k2 = k * k;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * k2)) / k2) / k2) / k;
}

/* Logarithm of the Poisson probability, without the cancellation of k log(rate) - log(k!). */
static double log_poisson(double k, double rate) {
    if (k == 0)
        return -rate;
    double x = (k - rate) / rate;
    return -rate * ((1 + x) * log1p(x) - x) - 0.5 * log(2 * PI * k) - stirling_error(k);
}

/* Transformed rejection with squeeze, "PTRS" (Hormann 1993); rate >= 10. */
static double poisson_by_rejection(draws *d, double rate) {
    double b = 0.931 + 2.53 * sqrt(rate), a = -0.059 + 0.02483 * b;
    double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), least_v = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        double u = unit(d) - 0.5, v = unit(d), us = 0.5 - fabs(u);
        double k = floor((2 * a / us + b) * u + rate + 0.43);
        if (us >= 0.07 && v <= least_v)
            return k;
        if (k < 0 || (us < 0.013 && v > us))
            continue;
        if (log(v * inverse_alpha / (a / (us * us) + b)) <= log_poisson(k, rate))
            return k;
    }
}

/* How many uniforms can be multiplied before the product falls to exp(-rate). */
static double poisson(draws *d, double rate) {
    if (rate >= 10)
        return poisson_by_rejection(d, rate);
    double limit = exp(-rate), product = unit(d), k = 0;
    while (product > limit) {
        product *= unit(d);
        k++;
    }
    return k;
}

static double draw(lt_sampler sampler, draws *d, double a, double b) {
    switch (sampler) {
    case LT_SAMPLE_UNIFORM:
        return fmin(a + (b - a) * unit(d), nextafter(b, a)); /* the sum may round up to b */
    case LT_SAMPLE_NORMAL:
        return a + b * normal(d);
    case LT_SAMPLE_BERNOULLI:
        return unit(d) < a;
    case LT_SAMPLE_EXPONENTIAL:
        return -log(unit(d)) / a;
    case LT_SAMPLE_GAMMA:
        return (a >= 1 ? gamma_from_one(d, a) : exp(log_gamma(d, a))) / b;
    case LT_SAMPLE_LOG_GAMMA:
        return log_gamma(d, a) - log(b);
    case LT_SAMPLE_BETA:
        return beta(d, a, b);
    default:
        return poisson(d, a);
    }
}

typedef struct sample_job {
    lt_sampler sampler;
    lt_bits from;
    double *out;
    const double *a, *b;
} sample_job;

static void sample_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const sample_job *j = context;
    (void)chunk;
    for (int64_t i = begin; i < end; i++) {
        draws d = draws_of(j->from, i);
        j->out[i] = draw(j->sampler, &d, j->a[i], j->b ? j->b[i] : 1);
    }
}

bool lt_sample(lt_sampler sampler, lt_bits from, double *out, int64_t n, const double *a,
               const double *b) {
    sample_job j = {sampler, from, out, a, b};
    return lt_parallel(n, GRAIN, sample_range, &j);
}

/* ---- rows ---- */

/* Rows worth a thread, of k elements each. */
static int64_t row_grain(int64_t k) {
    return k >= GRAIN ? 1 : GRAIN / (k > 0 ? k : 1);
}

typedef struct rows_job {
    lt_bits from;
    int64_t draws, k;
    int64_t *out;
    double *x;
    const double *weights; /* or their running sums */
    lt_keyed *work;
} rows_job;

static void normalise_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const rows_job *j = context;
    (void)chunk;
    for (int64_t r = begin; r < end; r++) {
        double *x = j->x + r * j->k, largest = -INFINITY, sum = 0;
        for (int64_t i = 0; i < j->k; i++)
            largest = fmax(largest, x[i]);
        for (int64_t i = 0; i < j->k; i++)
            sum += x[i] = exp(x[i] - largest);
        for (int64_t i = 0; i < j->k; i++)
            x[i] /= sum;
    }
}

bool lt_normalise_logs(double *x, int64_t rows, int64_t k) {
    rows_job j = {.k = k, .x = x};
    return lt_parallel(rows, row_grain(k), normalise_range, &j);
}

/* Elements are draws here, row after row: find where a uniform falls among the running sums. */
static void replaced_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const rows_job *j = context;
    (void)chunk;
    for (int64_t i = begin; i < end; i++) {
        const double *sums = j->weights + i / j->draws * j->k;
        draws d = draws_of(j->from, i);
        double at = unit(&d) * sums[j->k - 1];
        int64_t low = 0, high = j->k - 1; /* the first with sums > at, if need be the last */
        while (low < high) {
            int64_t middle = low + (high - low) / 2;
            if (sums[middle] > at)
                high = middle;
            else
                low = middle + 1;
        }
        while (low > 0 && sums[low] == sums[low - 1])
            low--; /* rounding has led past the last weight above zero */
        j->out[i] = low + 1;
    }
}

bool lt_sample_replaced(lt_bits from, int64_t *out, int64_t rows, int64_t draws_a_row, int64_t k,
                        const double *sums) {
    rows_job j = {.from = from, .draws = draws_a_row, .k = k, .out = out, .weights = sums};
    return lt_parallel(rows * draws_a_row, GRAIN, replaced_range, &j);
}

static int by_key(const void *left, const void *right) {
    const lt_keyed *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* Each category waits an exponential time of rate its weight; the first to come are drawn. */
static void unreplaced_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const rows_job *j = context;
    (void)chunk;
    for (int64_t r = begin; r < end; r++) {
        lt_keyed *work = j->work + r * j->k;
        for (int64_t i = 0; i < j->k; i++) {
            draws d = draws_of(j->from, r * j->k + i);
            double weight = j->weights[r * j->k + i];
            double wait = fmin(-log(unit(&d)) / weight, DBL_MAX); /* before those of weight 0 */
            work[i] = (lt_keyed){weight > 0 ? wait : INFINITY, i + 1};
        }
        qsort(work, (size_t)j->k, sizeof *work, by_key);
        for (int64_t i = 0; i < j->draws; i++)
            j->out[r * j->draws + i] = work[i].id;
    }
}

bool lt_sample_unreplaced(lt_bits from, int64_t *out, int64_t rows, int64_t draws_a_row, int64_t k,
                          const double *weights, lt_keyed *work) {
    rows_job j = {
        .from = from, .draws = draws_a_row, .k = k, .out = out, .weights = weights, .work = work};
    return lt_parallel(rows, row_grain(k), unreplaced_range, &j);
}
