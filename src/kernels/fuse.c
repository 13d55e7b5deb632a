#include "kernels/fuse.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/convert.h"
#include "kernels/parallel.h"
#include "kernels/stream.h"
#include "tensor/alloc.h"

enum {
    BLOCK = 1024,              /* elements of a block; the last of a segment has up to twice that */
    SEGMENT = LT_GRAIN_COSTLY, /* elements after which the single kernels, too, begin anew */
    FOLDED = 16384,            /* elements of a partial result, as in kernels/reduce.c */
    TOGETHER = 16,             /* segments that a thread takes at a time, at most */
    ENOUGH = 3,                /* steps of a program that hide the wait for memory */
    SPREAD = 192,              /* bytes that keep buffers from falling into the same cache sets */
};

/* ---- arrays ---- */

void lt_fuse_set_array(lt_fuse_array *a, const void *data, lt_dtype dtype, int ndim,
                       const int64_t *shape, const int64_t *stride) {
    *a = (lt_fuse_array){.data = data, .dtype = dtype};
    for (int d = 0; d < ndim; d++) {
        if (shape[d] == 1)
            continue;
        if (a->ndim > 0 && a->stride[a->ndim - 1] == stride[d] * shape[d]) {
            a->shape[a->ndim - 1] *= shape[d];
            a->stride[a->ndim - 1] = stride[d];
        } else {
            a->shape[a->ndim] = shape[d];
            a->stride[a->ndim++] = stride[d];
        }
    }
}

/* One run without gaps: blocks can be read where they lie. */
static bool is_dense(const lt_fuse_array *a) {
    return a->ndim == 1 && a->stride[0] == (int64_t)lt_dtype_size(a->dtype);
}

/* One value for all elements. */
static bool is_uniform(const lt_fuse_array *a) {
    return a->ndim == 0 || (a->ndim == 1 && a->stride[0] == 0);
}

/* Elements [at, at + n) of the common shape, in order, to a dense block. */
#define GATHER(T)                                                                                  \
    static void gather_##T(const lt_fuse_array *a, int64_t at, int64_t n, T *out) {                \
        int64_t index[LT_MAP_DIMS];                                                                \
        int inner = a->ndim - 1;                                                                   \
        const char *from = a->data;                                                                \
        for (int d = inner; d >= 0; at /= a->shape[d--]) {                                         \
            index[d] = at % a->shape[d];                                                           \
            from += index[d] * a->stride[d];                                                       \
        }                                                                                          \
        while (n > 0) {                                                                            \
            int64_t run = a->shape[inner] - index[inner], stride = a->stride[inner];               \
            run = run < n ? run : n;                                                               \
            for (int64_t i = 0; i < run; i++)                                                      \
                out[i] = *(const T *)(from + i * stride);                                          \
            out += run;                                                                            \
            n -= run;                                                                              \
            index[inner] += run;                                                                   \
            from += run * stride;                                                                  \
            for (int d = inner; d > 0 && index[d] == a->shape[d]; d--) {                           \
                from += a->stride[d - 1] - a->shape[d] * a->stride[d];                             \
                index[d] = 0;                                                                      \
                index[d - 1]++;                                                                    \
            }                                                                                      \
        }                                                                                          \
    }
GATHER(uint8_t)
GATHER(uint32_t)
GATHER(uint64_t)

static void gather(const lt_fuse_array *a, int64_t at, int64_t n, void *out) {
    switch (lt_dtype_size(a->dtype)) {
    case 1:
        gather_uint8_t(a, at, n, out);
        break;
    case 4:
        gather_uint32_t(a, at, n, out);
        break;
    default:
        gather_uint64_t(a, at, n, out);
    }
}

/* ---- preparation: which steps are needed, and where each block lies ---- */

/* Where a slot's blocks lie: in a scratch buffer (a number from 0), or */
enum { IN_ARRAY = -1, IN_OUTPUT = -2, NOWHERE = -3 };

typedef struct place {
    int buffer;
    int output;      /* for IN_OUTPUT */
    int first, last; /* steps that read it; last is the number of steps for an output */
    bool constant;   /* filled once a segment */
} place;

typedef struct run {
    const lt_fuse_program *p;
    place *place; /* [slots] */
    int *free;    /* stack of buffers that are free */
    int free_count, buffers;
    size_t bytes; /* of a buffer */
    bool stream;  /* outputs go past the cache, by way of buffers of their own */
    char *partials;
    atomic_bool divided_by_zero, short_of_memory;
} run;

/* Drop the steps whose results nobody reads, from the last to the first. */
static void drop_unneeded(lt_fuse_program *p, place *places) {
    int n = 0;
    for (int i = 0; i < p->outputs; i++)
        places[p->output[i].slot].last = 1;
    for (int i = p->steps - 1; i >= 0; i--) {
        lt_fuse_step *s = &p->step[i];
        if (places[s->out].last)
            for (int k = 0; k < s->inputs; k++)
                places[s->in[k]].last = 1;
        else
            s->inputs = 0;
    }
    for (int i = 0; i < p->steps; i++)
        if (p->step[i].inputs > 0)
            p->step[n++] = p->step[i];
    p->steps = n;
}

static void find_uses(const lt_fuse_program *p, place *places) {
    for (int i = 0; i < p->slots; i++)
        places[i] = (place){.buffer = NOWHERE, .first = p->steps, .last = -1};
    for (int i = p->steps - 1; i >= 0; i--)
        for (int k = 0; k < p->step[i].inputs; k++) {
            place *in = &places[p->step[i].in[k]];
            in->first = i;
            in->last = in->last < 0 ? i : in->last;
        }
    for (int i = 0; i < p->outputs; i++) {
        place *out = &places[p->output[i].slot];
        out->buffer = IN_OUTPUT;
        out->output = i;
    }
}

static int take_buffer(run *r) {
    return r->free_count > 0 ? r->free[--r->free_count] : r->buffers++;
}

/* Give back the buffers of the inputs that step i is the last to read; `size` chooses those whose
 * elements have the output's size (the output may take them over) or the others. */
static void give_buffers(run *r, int i, bool same_size) {
    const lt_fuse_step *s = &r->p->step[i];
    size_t size = lt_dtype_size(r->p->slot[s->out].dtype);
    for (int k = 0; k < s->inputs; k++) {
        place *in = &r->place[s->in[k]];
        bool same = lt_dtype_size(r->p->slot[s->in[k]].dtype) == size;
        if (in->last != i || in->buffer < 0 || in->constant || same != same_size)
            continue;
        r->free[r->free_count++] = in->buffer;
        in->last = -1; /* an operand may be there twice */
    }
}

static void assign_buffers(run *r) {
    const lt_fuse_program *p = r->p;
    size_t widest = 1;
    for (int i = 0; i < p->slots; i++) {
        const lt_fuse_slot *s = &p->slot[i];
        place *at = &r->place[i];
        bool array = s->source == LT_SLOT_ARRAY;
        if (lt_dtype_size(s->dtype) > widest)
            widest = lt_dtype_size(s->dtype);
        if (at->last < 0)
            continue;
        at->constant = s->source == LT_SLOT_NUMBER || (array && is_uniform(&p->array[s->array]));
        if (at->constant)
            at->buffer = r->buffers++;
        else if (array && is_dense(&p->array[s->array]))
            at->buffer = IN_ARRAY;
    }
    for (int i = 0; i < p->steps; i++) {
        const lt_fuse_step *s = &p->step[i];
        for (int k = 0; k < s->inputs; k++)
            if (r->place[s->in[k]].buffer == NOWHERE)
                r->place[s->in[k]].buffer = take_buffer(r);
        give_buffers(r, i, true);
        if (r->place[s->out].buffer == NOWHERE)
            r->place[s->out].buffer = take_buffer(r);
        give_buffers(r, i, false);
    }
    r->bytes = 2 * BLOCK * widest + SPREAD;
}

/* ---- running ---- */

/* What one thread works with. */
typedef struct bench {
    char *scratch; /* buffers, and behind them the elements of a partial result, or */
    char *folded;  /* blocks of the outputs that go past the cache */
    char **at;     /* [slots] where the block lies */
} bench;

static bool holds_zero(lt_dtype dtype, int64_t n, const void *x) {
    bool found = false;
    for (int64_t i = 0; i < n; i++)
        found |= dtype == LT_INT64 ? ((const int64_t *)x)[i] == 0 : ((const uint8_t *)x)[i] == 0;
    return found;
}

static void run_step(run *r, const bench *b, int i, int64_t begin, int64_t n) {
    const lt_fuse_program *p = r->p;
    const lt_fuse_step *s = &p->step[i];
    const void *in[4];
    for (int k = 0; k < s->inputs; k++) {
        const lt_fuse_slot *slot = &p->slot[s->in[k]];
        const place *at = &r->place[s->in[k]];
        in[k] = b->at[s->in[k]];
        if (slot->source == LT_SLOT_ARRAY && at->buffer >= 0 && !at->constant && at->first == i)
            gather(&p->array[slot->array], begin, n, b->at[s->in[k]]);
    }
    lt_dtype from = p->slot[s->in[0]].dtype, to = p->slot[s->out].dtype;
    if (s->divides && holds_zero(p->slot[s->in[1]].dtype, n, in[1]))
        r->divided_by_zero = true;
    if (s->kernel)
        s->kernel(n, b->at[s->out], in, s->p);
    else
        lt_convert(n, b->at[s->out], to, (int64_t)lt_dtype_size(to), in[0], from,
                   (int64_t)lt_dtype_size(from));
}

/* Ask for a share of the next block, one for each step, so that its memory arrives while this one
 * is computed. The processor's own look-ahead begins anew with each page, which a block is. */
static void ask_ahead(const run *r, const bench *b, int step, int64_t n) {
    const lt_fuse_program *p = r->p;
    for (int i = 0; i < p->slots; i++) {
        int buffer = r->place[i].buffer;
        if (buffer != IN_ARRAY && (buffer != IN_OUTPUT || p->reducer || r->stream))
            continue;
        int64_t bytes = n * (int64_t)lt_dtype_size(p->slot[i].dtype);
        int64_t lines = bytes / LT_ALIGNMENT;
        const char *next = b->at[i] + bytes;
        for (int64_t k = step * lines / p->steps; k < (step + 1) * lines / p->steps; k++)
            __builtin_prefetch(next + k * LT_ALIGNMENT);
    }
}

/* All steps for elements [begin, begin + n); outputs that are folded go to the bench. */
static void run_block(run *r, const bench *b, int64_t begin, int64_t n, int64_t fold_begin) {
    const lt_fuse_program *p = r->p;
    for (int i = 0; i < p->slots; i++) {
        const place *at = &r->place[i];
        int64_t size = (int64_t)lt_dtype_size(p->slot[i].dtype);
        if (at->buffer == IN_ARRAY)
            b->at[i] = (char *)p->array[p->slot[i].array].data + begin * size;
        else if (at->buffer == IN_OUTPUT)
            b->at[i] = p->reducer  ? b->folded + (begin - fold_begin) * size
                       : r->stream ? b->folded + (size_t)at->output * r->bytes
                                   : p->output[at->output].data + begin * size;
    }
    for (int i = 0; i < p->steps; i++) {
        run_step(r, b, i, begin, n);
        if (p->steps >= ENOUGH)
            ask_ahead(r, b, i, n);
    }
    for (int i = 0; r->stream && i < p->outputs; i++) {
        int64_t size = (int64_t)lt_dtype_size(p->slot[p->output[i].slot].dtype);
        lt_stream(p->output[i].data + begin * size, b->at[p->output[i].slot], n * size);
    }
}

/* A segment, whose constants are filled in first. The last block takes up what is left, so that
 * none is so short that a kernel's loop would run another way than over the whole. */
static void run_segment(run *r, const bench *b, int64_t begin, int64_t end, int64_t fold_begin) {
    while (begin < end) {
        int64_t n = end - begin < 2 * BLOCK ? end - begin : BLOCK;
        run_block(r, b, begin, n, fold_begin);
        begin += n;
    }
}

/* n copies of one element. */
static void fill(lt_dtype dtype, int64_t n, void *out, const void *element) {
#define FILL(T)                                                                                    \
    for (int64_t i = 0; i < n; i++)                                                                \
    ((T *)out)[i] = *(const T *)element
    switch (lt_dtype_size(dtype)) {
    case 1:
        FILL(uint8_t);
        break;
    case 4:
        FILL(uint32_t);
        break;
    default:
        FILL(uint64_t);
    }
#undef FILL
}

static void fill_constants(const run *r, const bench *b) {
    const lt_fuse_program *p = r->p;
    int64_t n = p->total < 2 * BLOCK ? p->total : 2 * BLOCK;
    for (int i = 0; i < p->slots; i++) {
        const lt_fuse_slot *s = &p->slot[i];
        const place *at = &r->place[i];
        if (at->buffer >= 0)
            b->at[i] = b->scratch + (size_t)at->buffer * r->bytes;
        if (at->buffer >= 0 && at->constant)
            fill(s->dtype, n, b->at[i],
                 s->source == LT_SLOT_NUMBER ? (const void *)&s->number : p->array[s->array].data);
    }
}

static bool set_up(run *r, bench *b) {
    const lt_fuse_program *p = r->p;
    size_t scratch = (size_t)r->buffers * r->bytes;
    size_t folded = p->reducer  ? FOLDED * sizeof(double)
                    : r->stream ? (size_t)p->outputs * r->bytes
                                : 0;
    b->scratch = aligned_alloc(64, (scratch + folded + 64) / 64 * 64);
    b->at = calloc((size_t)p->slots + 1, sizeof *b->at);
    if (!b->scratch || !b->at) {
        r->short_of_memory = true;
        return false;
    }
    b->folded = b->scratch + scratch;
    fill_constants(r, b);
    return true;
}

static void clear_up(bench *b) {
    free(b->scratch);
    free(b->at);
}

static void segments(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    run *r = context;
    bench b = {0};
    int64_t total = r->p->total;
    if (set_up(r, &b))
        for (int64_t i = begin; i < end; i++)
            run_segment(r, &b, i * SEGMENT, (i + 1) * SEGMENT < total ? (i + 1) * SEGMENT : total,
                        0);
    if (r->stream)
        lt_stream_end();
    clear_up(&b);
}

/* Partial results [begin, end) of a reduction. */
static void folds(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    run *r = context;
    bench b = {0};
    const lt_fuse_program *p = r->p;
    if (set_up(r, &b)) {
        for (int64_t i = begin; i < end; i++) {
            int64_t first = i * FOLDED,
                    last = first + FOLDED < p->total ? first + FOLDED : p->total;
            for (int64_t at = first; at < last; at += SEGMENT)
                run_segment(r, &b, at, at + SEGMENT < last ? at + SEGMENT : last, first);
            p->reducer->block(last - first, b.folded, first,
                              r->partials + (size_t)i * p->reducer->size, p->p);
        }
    }
    clear_up(&b);
}

/* Items for a thread at a time: few enough that all threads have work, many enough that setting up
 * does not count. */
static int64_t grain_of(int64_t items) {
    int64_t grain = items / 16;
    return grain < 1 ? 1 : grain > TOGETHER ? TOGETHER : grain;
}

static bool run_fold(run *r) {
    const lt_fuse_program *p = r->p;
    int64_t items = p->total > 0 ? lt_chunks(p->total, FOLDED) : 1;
    size_t size = p->reducer->size;
    r->partials = calloc((size_t)items, size);
    if (!r->partials) {
        r->short_of_memory = true;
        return true;
    }
    bool done = true;
    if (p->total > 0)
        done = lt_parallel(items, grain_of(items), folds, r);
    else
        p->reducer->block(0, r->partials, 0, r->partials, p->p);
    for (int64_t i = 1; done && i < items; i++)
        p->reducer->merge(r->partials, r->partials + (size_t)i * size);
    if (done)
        p->reducer->finish(r->partials, p->value, NULL, p->p);
    free(r->partials);
    return done;
}

lt_fuse_status lt_fuse_run_program(lt_fuse_program *p) {
    run r = {.p = p};
    bool done = true;
    size_t slots = (size_t)p->slots + 1;
    r.place = calloc(slots, sizeof *r.place);
    r.free = calloc(slots, sizeof *r.free);
    if (r.place && r.free) {
        drop_unneeded(p, r.place);
        find_uses(p, r.place);
        assign_buffers(&r);
        r.stream = !p->reducer && p->total * (int64_t)sizeof(float) >= LT_STREAM_BYTES;
        int64_t items = lt_chunks(p->total, SEGMENT);
        done = p->reducer ? run_fold(&r) : lt_parallel(items, grain_of(items), segments, &r);
    } else {
        r.short_of_memory = true;
    }
    free(r.place);
    free(r.free);
    return !done               ? LT_FUSE_INTERRUPTED
           : r.short_of_memory ? LT_FUSE_MEMORY
           : r.divided_by_zero ? LT_FUSE_ZERO
                               : LT_FUSE_DONE;
}
