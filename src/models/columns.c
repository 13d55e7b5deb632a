#include "models/columns.h"

#include <string.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { GRAIN = 512 };

lt_status lt_columns_all(lt_columns *c, lt_arena *a, const char *model, int64_t d) {
    *c = (lt_columns){.count = d, .runs = 1, .run = lt_take(a, sizeof *c->run)};
    if (!c->run)
        return lt_no_memory(model);
    c->run[0] = (lt_run){0, d};
    return LT_OK;
}

typedef struct search {
    const lt_tensor *x;
    int64_t d;
    uint8_t *varies; /* [chunks, d] */
} search;

#define COMPARE(T)                                                                                 \
    static LT_SIMD void compare_##T(const T *first, const T *x, int64_t rows, int64_t d,           \
                                    uint8_t *restrict varies) {                                    \
        for (int64_t i = 0; i < rows; i++)                                                         \
            _Pragma("omp simd") for (int64_t c = 0; c < d; c++) varies[c] |=                       \
                (uint8_t)(x[i * d + c] != first[c]);                                               \
    }
COMPARE(float)
COMPARE(double)

static void compare_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const search *s = context;
    const void *x = lt_data(s->x);
    uint8_t *varies = s->varies + chunk * s->d;
    memset(varies, 0, (size_t)s->d);
    if (s->x->dtype == LT_FLOAT32)
        compare_float(x, (const float *)x + begin * s->d, end - begin, s->d, varies);
    else
        compare_double(x, (const double *)x + begin * s->d, end - begin, s->d, varies);
}

static lt_status find_varying(search *s, const char *model, lt_arena *a) {
    int64_t n = s->x->shape[0], chunks = lt_chunks(n, GRAIN);
    s->varies = lt_take(a, (size_t)(chunks * s->d));
    if (!s->varies)
        return lt_no_memory(model);
    if (!lt_parallel(n, GRAIN, compare_rows, s))
        return lt_stopped();
    for (int64_t i = s->d; i < chunks * s->d; i++)
        s->varies[i % s->d] |= s->varies[i];
    return LT_OK;
}

lt_status lt_columns_varying(lt_columns *c, lt_arena *a, const char *model, const lt_tensor *x) {
    lt_arena own = {0};
    search s = {.x = x, .d = x->shape[1]};
    *c = (lt_columns){.run = lt_take(a, (size_t)(s.d / 2 + 1) * sizeof *c->run)};
    lt_status status = c->run ? find_varying(&s, model, &own) : lt_no_memory(model);
    for (int64_t j = 0; status == LT_OK && j < s.d; j++) {
        if (!s.varies[j])
            continue;
        if (j == 0 || !s.varies[j - 1])
            c->run[c->runs++] = (lt_run){j, 0};
        c->run[c->runs - 1].count++;
        c->count++;
    }
    lt_arena_drop(&own);
    return status;
}

int64_t lt_columns_number(const lt_columns *c, int64_t at) {
    int64_t r = 0;
    while (at >= c->run[r].count)
        at -= c->run[r++].count;
    return c->run[r].from + at;
}

void lt_columns_take(const lt_columns *c, const double *from, double *to) {
    for (int64_t r = 0; r < c->runs; to += c->run[r++].count)
        memcpy(to, from + c->run[r].from, (size_t)c->run[r].count * sizeof *to);
}

void lt_columns_put(const lt_columns *c, const double *from, double *to) {
    for (int64_t r = 0; r < c->runs; from += c->run[r++].count)
        memcpy(to + c->run[r].from, from, (size_t)c->run[r].count * sizeof *to);
}
