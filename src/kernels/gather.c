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

/* ---- places ---- */

enum { PLACES = 65536, MASK = 131072, PIECE = 2048 };

typedef struct places_work {
    const int64_t *index;
    int64_t *places;
    int64_t size;
    _Atomic bool bad;
} places_work;

static LT_SIMD bool all_inside(int64_t n, const int64_t *index, int64_t size) {
    int64_t outside = 0; /* negative if a place or the rest behind it is */
    _Pragma("omp simd reduction(| : outside)") for (int64_t i = 0; i < n; i++) {
        int64_t p = index[i] + (index[i] < 0 ? size : -1);
        outside |= p | (size - 1 - p);
    }
    return outside >= 0;
}

bool lt_all_inside(int64_t n, const int64_t *index, int64_t size) {
    return all_inside(n, index, size);
}

static void check_places(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    places_work *w = context;
    if (!all_inside(end - begin, w->index + begin, w->size))
        w->bad = true;
}

static LT_SIMD void turn(int64_t n, int64_t *index, int64_t size) {
    for (int64_t i = 0; i < n; i++)
        index[i] = index[i] < 0 ? index[i] + size : index[i] - 1;
}

static void turn_places(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    places_work *w = context;
    turn(end - begin, w->places + begin, w->size);
}

bool lt_find_outside(int64_t n, const int64_t *index, int64_t size, int64_t *outside) {
    places_work w = {index, NULL, size, false};
    *outside = -1;
    if (!lt_parallel(n, PLACES, check_places, &w))
        return false;
    for (int64_t i = 0; w.bad && *outside < 0; i++)
        if (!all_inside(1, index + i, size))
            *outside = i;
    return true;
}

bool lt_to_places(int64_t n, int64_t *index, int64_t size) {
    places_work w = {NULL, index, size, false};
    return lt_parallel(n, PLACES, turn_places, &w);
}

/* ---- masks ---- */

typedef struct mask_work {
    int64_t n;
    const uint8_t *mask;
    int64_t *first, *out;
} mask_work;

static LT_SIMD int64_t count(int64_t n, const uint8_t *mask) {
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += mask[i];
    return sum;
}

static void count_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const mask_work *w = context;
    w->first[chunk + 1] = count(end - begin, w->mask + begin);
}

/* Through a buffer with room for one place more, so that no branch depends on the mask. */
static void find_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const mask_work *w = context;
    int64_t *out = w->out + w->first[chunk], found[PIECE + 1];
    for (int64_t at = begin; at < end; at += PIECE) {
        int64_t stop = at + PIECE < end ? at + PIECE : end, n = 0;
        for (int64_t i = at; i < stop; i++) {
            found[n] = i + 1;
            n += w->mask[i];
        }
        memcpy(out, found, (size_t)n * sizeof *out);
        out += n;
    }
}

int64_t lt_true_chunks(int64_t n) {
    return lt_chunks(n, MASK);
}

bool lt_count_true(int64_t n, const uint8_t *mask, int64_t *first) {
    mask_work w = {n, mask, first, NULL};
    first[0] = 0;
    bool done = lt_parallel(n, MASK, count_chunk, &w);
    for (int64_t k = 0; done && k < lt_true_chunks(n); k++)
        first[k + 1] += first[k];
    return done;
}

bool lt_find_true(int64_t n, const uint8_t *mask, const int64_t *first, int64_t *out) {
    mask_work w = {n, mask, (int64_t *)first, out};
    return lt_parallel(n, MASK, find_chunk, &w);
}

/* ---- rows ---- */

typedef struct rows_work {
    char *out;
    const char *x;
    const int64_t *place;
    int64_t rows, count, inner; /* inner in bytes */
} rows_work;

/* Items [begin, end) of one slab. */
#define GATHER(T)                                                                                  \
    static void gather_##T(const rows_work *w, const char *slab, int64_t begin, int64_t end,       \
                           char *to) {                                                             \
        const T *x = (const T *)slab;                                                              \
        T *out = (T *)to;                                                                          \
        for (int64_t k = begin; k < end; k++)                                                      \
            *out++ = x[w->place[k]];                                                               \
    }
GATHER(uint8_t)
GATHER(uint32_t)
GATHER(uint64_t)

static void gather_slab(const rows_work *w, const char *slab, int64_t begin, int64_t end,
                        char *out) {
    switch (w->inner) {
    case 1:
        gather_uint8_t(w, slab, begin, end, out);
        break;
    case 4:
        gather_uint32_t(w, slab, begin, end, out);
        break;
    case 8:
        gather_uint64_t(w, slab, begin, end, out);
        break;
    default:
        for (int64_t k = begin; k < end; k++, out += w->inner)
            memcpy(out, slab + w->place[k] * w->inner, (size_t)w->inner);
    }
}

static void gather_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const rows_work *w = context;
    while (begin < end) {
        int64_t o = begin / w->count, from = begin % w->count;
        int64_t n = w->count - from < end - begin ? w->count - from : end - begin;
        gather_slab(w, w->x + o * w->rows * w->inner, from, from + n, w->out + begin * w->inner);
        begin += n;
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
