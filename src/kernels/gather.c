#include "kernels/gather.h"

#include <string.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { GRAIN_BYTES = 131072 };

#define ADD_RUN(T)                                                                                 \
    static LT_SIMD void add_##T(int64_t n, T *to, const T *from) {                                 \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) to[i] = (T)(to[i] + from[i]);          \
    }
ADD_RUN(uint8_t)
ADD_RUN(int64_t)
ADD_RUN(float)
ADD_RUN(double)

void lt_add_run(lt_dtype dtype, int64_t n, void *to, const void *from) {
    switch (dtype) {
    case LT_BOOL:
    case LT_UINT8:
        add_uint8_t(n, to, from);
        break;
    case LT_INT64:
        add_int64_t(n, to, from);
        break;
    case LT_FLOAT32:
        add_float(n, to, from);
        break;
    default:
        add_double(n, to, from);
    }
}

typedef struct rows_work {
    char *out;
    const char *x;
    const int64_t *place;
    int64_t rows, count, inner; /* inner in bytes */
} rows_work;

static void gather_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const rows_work *w = context;
    for (int64_t item = begin; item < end; item++) {
        int64_t o = item / w->count, k = item % w->count;
        memcpy(w->out + item * w->inner, w->x + (o * w->rows + w->place[k]) * w->inner,
               (size_t)w->inner);
    }
}

bool lt_gather_rows(char *out, const char *x, const int64_t *place, int64_t outer, int64_t rows,
                    int64_t count, int64_t inner_bytes) {
    rows_work w = {out, x, place, rows, count, inner_bytes};
    int64_t grain = GRAIN_BYTES / (inner_bytes + 16);
    return lt_parallel(outer * count, grain < 1 ? 1 : grain, gather_range, &w);
}

typedef struct scatter_work {
    char *x;
    const char *in;
    const int64_t *place;
    int64_t rows, count, inner;
    lt_dtype dtype;
    bool add;
} scatter_work;

/* A range of the inner elements of one slab: equal places never meet in two threads. */
static void scatter_slab(const scatter_work *w, int64_t o, int64_t from, int64_t to) {
    int64_t size = (int64_t)lt_dtype_size(w->dtype), n = to - from;
    for (int64_t k = 0; k < w->count; k++) {
        char *target = w->x + ((o * w->rows + w->place[k]) * w->inner + from) * size;
        const char *source = w->in + ((o * w->count + k) * w->inner + from) * size;
        if (w->add)
            lt_add_run(w->dtype, n, target, source);
        else
            memcpy(target, source, (size_t)(n * size));
    }
}

static void scatter_outer(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const scatter_work *w = context;
    for (int64_t o = begin; o < end; o++)
        scatter_slab(w, o, 0, w->inner);
}

static void scatter_inner(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    scatter_slab(context, 0, begin, end);
}

bool lt_scatter_rows(char *x, const char *in, const int64_t *place, int64_t outer, int64_t rows,
                     int64_t count, int64_t inner, lt_dtype dtype, bool add) {
    scatter_work w = {x, in, place, rows, count, inner, dtype, add};
    if (outer == 1 && inner >= 256 && count * inner > 65536)
        return lt_parallel(inner, 128, scatter_inner, &w);
    int64_t slab = count * inner + 16, grain = 32768 / slab;
    return lt_parallel(outer, grain < 1 ? 1 : grain, scatter_outer, &w);
}
