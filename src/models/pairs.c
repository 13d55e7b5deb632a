#include "models/pairs.h"

#include <float.h>
#include <string.h>

#include "kernels/blas.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"
#include "kernels/workspace.h"
#include "models/covariance.h"
#include "models/samples.h"

/* Rows of a block: products of two blocks stay in the cache. */
enum { BLOCK = 128 };

lt_status lt_pairs_take(lt_pairs *p, lt_arena *a, const char *model, const lt_tensor *x) {
    int64_t n = x->shape[0], d = x->shape[1];
    bool single = x->dtype == LT_FLOAT32;
    *p = (lt_pairs){.n = n, .d = d, .dtype = (lt_dtype)x->dtype, .x = lt_data(x)};
    p->centred = lt_take(a, (size_t)(n * d) * lt_dtype_size(p->dtype));
    p->norm = lt_take(a, (size_t)n * sizeof *p->norm);
    p->origin = lt_take(a, (size_t)d * sizeof *p->origin);
    if (a->failed)
        return lt_no_memory(model);
    LT_TRY(lt_column_means(p->origin, x));
    for (int64_t i = 0; i < n; i++) {
        p->norm[i] = 0;
        for (int64_t j = 0; j < d; j++) {
            double v = lt_get_double(x, i * d + j) - p->origin[j];
            if (single)
                ((float *)p->centred)[i * d + j] = (float)v;
            else
                ((double *)p->centred)[i * d + j] = v;
            p->norm[i] += v * v;
        }
    }
    return LT_OK;
}

/* A search at work. */
typedef struct search {
    const lt_pairs *p;
    double square, margin; /* margin: error of a product, relative to the lengths */
    lt_pair_fn fn;
    void *context;
    lt_workspace scratch; /* products [BLOCK, BLOCK] */
} search;

static double exact(const lt_pairs *p, int64_t i, int64_t j) {
    double sum = 0;
    for (int64_t c = 0; c < p->d; c++) {
        double gap = p->dtype == LT_FLOAT32 ? (double)((const float *)p->x)[i * p->d + c] -
                                                  (double)((const float *)p->x)[j * p->d + c]
                                            : ((const double *)p->x)[i * p->d + c] -
                                                  ((const double *)p->x)[j * p->d + c];
        sum += gap * gap;
    }
    return sum;
}

/* flags[j]: the product of a row of squared length `own` with row j does not rule the pair out. One
 * that is infinite or NaN rules nothing out. */
#define FLAG_NEAR(T)                                                                               \
    static LT_SIMD void flag_near_##T(const T *product, const double *norm, int64_t n, double own, \
                                      double square, double margin, uint8_t *restrict flags) {     \
        _Pragma("omp simd") for (int64_t j = 0; j < n; j++) {                                      \
            const double lengths = own + norm[j];                                                  \
            flags[j] = !(lengths - 2 * (double)product[j] > square + margin * lengths);            \
        }                                                                                          \
    }
FLAG_NEAR(float)
FLAG_NEAR(double)

/* A pair that its product does not rule out. */
static void judge(const search *s, int64_t i, int64_t j, double product) {
    double lengths = s->p->norm[i] + s->p->norm[j];
    if (lengths - 2 * product < s->square - s->margin * lengths || exact(s->p, i, j) <= s->square)
        s->fn(s->context, i, j);
}

/* Rows i on from `first` against rows j > i on from `other`; products of their rows are at hand. */
static void compare(const search *s, int64_t first, int64_t other, int64_t count, int64_t width,
                    const void *products) {
    const lt_pairs *p = s->p;
    bool single = p->dtype == LT_FLOAT32;
    uint8_t flags[BLOCK] = {0};
    for (int64_t i = first; i < first + count; i++) {
        const float *f = (const float *)products + (i - first) * BLOCK;
        const double *d = (const double *)products + (i - first) * BLOCK;
        if (single)
            flag_near_float(f, p->norm + other, width, p->norm[i], s->square, s->margin, flags);
        else
            flag_near_double(d, p->norm + other, width, p->norm[i], s->square, s->margin, flags);
        for (int64_t at = 0; at < width; at += 8) {
            uint64_t any;
            memcpy(&any, flags + at, sizeof any);
            for (int64_t j = at; any != 0 && j < at + 8 && j < width; j++)
                if (flags[j] && other + j > i)
                    judge(s, i, other + j, single ? (double)f[j] : d[j]);
        }
    }
}

/* Blocks [begin, end) of rows against themselves and those after them. */
static void search_blocks(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const search *s = context;
    const lt_pairs *p = s->p;
    void *products = lt_workspace_mine(&s->scratch);
    size_t row = (size_t)p->d * lt_dtype_size(p->dtype);
    for (int64_t first = begin * BLOCK; first < end * BLOCK && first < p->n; first += BLOCK)
        for (int64_t other = first; other < p->n; other += BLOCK) {
            int64_t count = p->n - first < BLOCK ? p->n - first : BLOCK;
            int64_t width = p->n - other < BLOCK ? p->n - other : BLOCK;
            if (!lt_gemm(p->dtype, false, true, count, width, p->d, 1,
                         (const char *)p->centred + (size_t)first * row, p->d,
                         (const char *)p->centred + (size_t)other * row, p->d, 0, products, BLOCK))
                return; /* lt_parallel sees the interrupt */
            compare(s, first, other, count, width, products);
        }
}

lt_status lt_pairs_within(const lt_pairs *p, const char *model, double square, lt_pair_fn fn,
                          void *context) {
    double rounding = p->dtype == LT_FLOAT32 ? (double)FLT_EPSILON : DBL_EPSILON;
    search s = {.p = p, .square = square, .fn = fn, .context = context};
    s.margin = (double)(p->d + 4) * rounding;
    if (!lt_workspace_take(&s.scratch, BLOCK * BLOCK * lt_dtype_size(p->dtype)))
        return lt_no_memory(model);
    bool done = lt_parallel(lt_chunks(p->n, BLOCK), 1, search_blocks, &s);
    lt_workspace_drop(&s.scratch);
    return done ? LT_OK : lt_stopped();
}
