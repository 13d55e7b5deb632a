#include "kernels/along.h"

#include <stdlib.h>

#include "kernels/gather.h"
#include "kernels/parallel.h"
#include "tensor/interrupt.h"

enum {
    GRAIN = 16384,     /* elements that are worth a thread */
    PIECE = 2048,      /* places that are checked and used while they are in the cache */
    PARTS = 8,         /* partial sums of many values for few places */
    LONG_RUN = 1 << 20 /* elements that one thread moves between two looks for an interrupt */
};

/* n values in a row of the last dimension: their x is at base[place[i] * along + i * step]. */
typedef struct run_at {
    void *base, *values;
    const int64_t *place;
    int64_t size, along, step;
} run_at;

typedef void (*run_fn)(int64_t n, const run_at *r);

#define RUN(name, T, statement)                                                                    \
    static void name##_##T(int64_t n, const run_at *r) {                                           \
        const int64_t *place = r->place, size = r->size, along = r->along, step = r->step;         \
        T *x = r->base, *v = r->values;                                                            \
        if (along == 1 && step == 0)                                                               \
            for (int64_t i = 0; i < n; i++) {                                                      \
                T *at = x + place[i] + (place[i] < 0 ? size : -1);                                 \
                statement;                                                                         \
            }                                                                                      \
        else                                                                                       \
            for (int64_t i = 0; i < n; i++) {                                                      \
                T *at = x + (place[i] + (place[i] < 0 ? size : -1)) * along + i * step;            \
                statement;                                                                         \
            }                                                                                      \
    }
RUN(read, uint8_t, v[i] = *at)
RUN(read, uint32_t, v[i] = *at)
RUN(read, uint64_t, v[i] = *at)
RUN(write, uint8_t, *at = v[i])
RUN(write, uint32_t, *at = v[i])
RUN(write, uint64_t, *at = v[i])
RUN(add, uint8_t, *at = (uint8_t)(*at + v[i]))
RUN(add, int64_t, *at += v[i])
RUN(add, float, *at += v[i])
RUN(add, double, *at += v[i])

static run_fn reader(lt_dtype dtype) {
    size_t size = lt_dtype_size(dtype);
    return size == 1 ? read_uint8_t : size == 4 ? read_uint32_t : read_uint64_t;
}

static run_fn writer(lt_dtype dtype) {
    size_t size = lt_dtype_size(dtype);
    return size == 1 ? write_uint8_t : size == 4 ? write_uint32_t : write_uint64_t;
}

static run_fn adder(lt_dtype dtype) {
    return dtype == LT_INT64     ? add_int64_t
           : dtype == LT_FLOAT32 ? add_float
           : dtype == LT_FLOAT64 ? add_double
                                 : add_uint8_t;
}

typedef struct job {
    const lt_along *a;
    run_fn run;
    int64_t row;       /* elements of the last dimension */
    _Atomic bool *bad; /* set where a place is outside; NULL when they have been checked */
} job;

/* A run whose places are checked just before they are used. */
static void run_pieces(const job *j, int64_t n, run_at r) {
    int64_t size = (int64_t)lt_dtype_size(j->a->dtype);
    for (int64_t at = 0; at < n; at += PIECE) {
        int64_t len = n - at < PIECE ? n - at : PIECE;
        if (lt_all_inside(len, r.place, r.size))
            j->run(len, &r);
        else
            *j->bad = true;
        r.place += len;
        r.values = (char *)r.values + len * size;
        r.base = (char *)r.base + len * r.step * size;
    }
}

/* Columns [from, to) of a row. */
static void run_row(const job *j, int64_t row, int64_t from, int64_t to) {
    const lt_along *a = j->a;
    int last = a->ndim - 1;
    int64_t size = (int64_t)lt_dtype_size(a->dtype), at = row * j->row + from, base = 0;
    int64_t step = a->dim == last ? 0 : a->stride[last];
    for (int d = last - 1; d >= 0; row /= a->shape[d--])
        if (d != a->dim)
            base += row % a->shape[d] * a->stride[d];
    run_at r = {(char *)a->x + (base + from * step) * size,
                (char *)a->values + at * size,
                a->place + at,
                a->size,
                a->stride[a->dim],
                step};
    if (j->bad)
        run_pieces(j, to - from, r);
    else
        j->run(to - from, &r);
}

/* Elements in the order of the values, wherever their rows begin. */
static void elements(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const job *j = context;
    while (begin < end) {
        int64_t row = begin / j->row, from = begin % j->row;
        int64_t to = j->row - from < end - begin ? j->row : from + end - begin;
        run_row(j, row, from, to);
        begin += to - from;
    }
}

typedef struct columns_job {
    job j;
    int64_t rows;
} columns_job;

static void columns(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const columns_job *c = context;
    for (int64_t row = 0; row < c->rows; row++)
        run_row(&c->j, row, begin, end);
}

static bool one_after_another(job *j, int64_t total) {
    for (int64_t at = 0; at < total; at += LONG_RUN) {
        if (lt_interrupted())
            return false;
        elements(j, at, at + LONG_RUN < total ? at + LONG_RUN : total, 0);
    }
    return true;
}

static int64_t elements_of(const lt_along *a) {
    int64_t total = 1;
    for (int d = 0; d < a->ndim; d++)
        total *= a->shape[d];
    return total;
}

bool lt_gather_along(const lt_along *a, int64_t *outside) {
    _Atomic bool bad = false;
    job j = {a, reader(a->dtype), a->shape[a->ndim - 1], &bad};
    int64_t total = elements_of(a);
    *outside = -1;
    if (!lt_parallel(total, GRAIN, elements, &j))
        return false;
    return !bad || lt_find_outside(total, a->place, a->size, outside);
}

typedef struct parts_job {
    job j;
    char *sums; /* [PARTS] like x */
} parts_job;

static void add_part(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const parts_job *p = context;
    const lt_along *a = p->j.a;
    int64_t size = (int64_t)lt_dtype_size(a->dtype);
    run_at r = {.base = p->sums + chunk * a->size * size,
                .values = (char *)a->values + begin * size,
                .place = a->place + begin,
                .size = a->size,
                .along = 1};
    run_pieces(&p->j, end - begin, r);
}

/* Many values for few places of a dense x: added up in parts whose number is fixed, each in an
 * array of its own. False where that cannot be done, or not to the end; x is as it was then. */
static bool add_in_parts(const lt_along *a, int64_t total) {
    int64_t bytes = a->size * (int64_t)lt_dtype_size(a->dtype);
    if (a->ndim > 1 || a->stride[0] != 1 || total < LONG_RUN || a->size > total / (4 * PARTS))
        return false;
    _Atomic bool bad = false;
    parts_job p = {{a, adder(a->dtype), total, &bad}, calloc(PARTS, (size_t)bytes)};
    bool done = p.sums && lt_parallel(total, lt_chunks(total, PARTS), add_part, &p) && !bad;
    for (int64_t k = 0; done && k < PARTS; k++)
        lt_add_run(a->dtype, a->size, a->x, p.sums + k * bytes);
    free(p.sums);
    return done;
}

/* Threads get rows, or columns where the rows share elements of x: places of one element never
 * meet in two threads, and are written in the order of the values. */
static bool scatter(const lt_along *a, bool add, int64_t total) {
    int64_t row = a->shape[a->ndim - 1];
    job j = {a, add ? adder(a->dtype) : writer(a->dtype), row, NULL};
    if (total <= GRAIN || a->ndim == 1)
        return one_after_another(&j, total);
    int64_t rows = total / row;
    if (a->dim == a->ndim - 1)
        return lt_parallel(total, (GRAIN + row - 1) / row * row, elements, &j);
    columns_job c = {j, rows};
    int64_t grain = GRAIN / rows;
    return lt_parallel(row, grain < 16 ? 16 : grain, columns, &c);
}

bool lt_scatter_along(const lt_along *a, bool add, int64_t *outside) {
    int64_t total = elements_of(a);
    *outside = -1;
    if (add && add_in_parts(a, total))
        return true;
    if (!lt_find_outside(total, a->place, a->size, outside))
        return false;
    return *outside >= 0 || scatter(a, add, total);
}
