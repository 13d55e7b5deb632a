#include "kernels/reduce.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/parallel.h"
#include "tensor/interrupt.h"

enum {
    BLOCK = 16384,     /* elements of a run that make one partial result */
    GRAIN = 32768,     /* elements that are worth a thread */
    TILE_COLUMNS = 16, /* columns gathered at once where a run is strided */
    TILE_ROWS = 256,
    COLUMNS = 512,           /* columns folded at once by a reducer that can */
    COLUMN_ELEMENTS = 131072 /* elements of one such block */
};

/* ---- runs that are dense ---- */

typedef struct rows_work {
    const lt_fold *r;
    int64_t blocks;   /* blocks in a run */
    int64_t together; /* work items in a chunk */
    char *partials;   /* [runs * blocks], NULL where blocks is 1 */
} rows_work;

static const char *run_start(const lt_fold *r, int64_t index) {
    const char *x = r->x;
    for (int d = r->kept - 1; d >= 0; d--) {
        x += index % r->kept_shape[d] * r->kept_stride[d];
        index /= r->kept_shape[d];
    }
    return x;
}

static void finish(const lt_fold *r, int64_t index, const void *partial) {
    size_t size = lt_dtype_size(r->dtype);
    r->reducer->finish(partial, r->out + (size_t)index * r->out_size,
                       r->value ? r->value + (size_t)index * size : NULL, r->p);
}

static void rows_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const rows_work *w = context;
    const lt_fold *r = w->r;
    for (int64_t item = begin; item < end; item++) {
        int64_t run = item / w->blocks, at = item % w->blocks * BLOCK;
        int64_t n = r->n - at < BLOCK ? r->n - at : BLOCK;
        double local[LT_PARTIAL_MAX / sizeof(double)];
        void *partial = w->partials ? w->partials + (size_t)item * r->reducer->size : (void *)local;
        r->reducer->block(n, run_start(r, run) + at * r->stride, at, partial, r->p);
        if (!w->partials)
            finish(r, run, partial);
    }
}

/* ---- runs that are strided ---- */

typedef struct columns_work {
    const lt_fold *r;
    int64_t width, tiles;   /* columns in a tile, tiles across the innermost kept dimension */
    int64_t height, blocks; /* elements of a run in a block, blocks in a run */
    bool vertical;          /* the reducer folds columns itself */
    char *partials;         /* [runs][blocks] */
} columns_work;

/* Partial results of `cols` neighbouring runs by turning tiles of them into dense rows. */
static void gather_tile(const lt_fold *r, const char *x, int64_t first, int64_t rows, int64_t cols,
                        int64_t col_stride, char *partials, size_t step) {
    double room[TILE_COLUMNS * TILE_ROWS];
    double next[LT_PARTIAL_MAX / sizeof(double)];
    size_t size = lt_dtype_size(r->dtype);
    for (int64_t at = 0; at < rows || at == 0; at += TILE_ROWS) {
        int64_t n = rows - at < TILE_ROWS ? rows - at : TILE_ROWS;
        char *tile = (char *)room;
#define GATHER(T)                                                                                  \
    for (int64_t i = 0; i < n; i++)                                                                \
        for (int64_t c = 0; c < cols; c++)                                                         \
    ((T *)tile)[c * TILE_ROWS + i] = *(const T *)(x + (at + i) * r->stride + c * col_stride)
        if (size == 1)
            GATHER(uint8_t);
        else if (size == 4)
            GATHER(uint32_t);
        else
            GATHER(uint64_t);
#undef GATHER
        for (int64_t c = 0; c < cols; c++) {
            const char *column = tile + (size_t)(c * TILE_ROWS) * size;
            char *partial = partials + (size_t)c * step;
            r->reducer->block(n, column, first + at, at ? (void *)next : partial, r->p);
            if (at)
                r->reducer->merge(partial, next);
        }
    }
}

static void columns_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const columns_work *w = context;
    const lt_fold *r = w->r;
    int inner = r->kept - 1;
    int64_t across = r->kept_shape[inner], col_stride = r->kept_stride[inner];
    size_t size = r->reducer->size;
    for (int64_t item = begin; item < end; item++) {
        int64_t block = item % w->blocks, tile = item / w->blocks % w->tiles;
        int64_t outer = item / w->blocks / w->tiles;
        int64_t col = tile * w->width, at = block * w->height;
        int64_t cols = across - col < w->width ? across - col : w->width;
        int64_t rows = r->n - at < w->height ? r->n - at : w->height;
        const char *x = run_start(r, outer * across + col) + at * r->stride;
        double local[COLUMNS];
        if (w->vertical)
            r->reducer->columns(rows, cols, x, r->stride, local);
        else
            gather_tile(r, x, at, rows, cols, col_stride, (char *)local, size);
        for (int64_t c = 0; c < cols; c++) {
            int64_t run = outer * across + col + c;
            const char *partial = (char *)local + (size_t)c * size;
            if (w->partials)
                memcpy(w->partials + (size_t)(run * w->blocks + block) * size, partial, size);
            else
                finish(r, run, partial);
        }
    }
}

/* ---- the driver ---- */

static void merge_blocks(const lt_fold *r, char *partials, int64_t runs, int64_t blocks) {
    size_t size = r->reducer->size;
    for (int64_t run = 0; run < runs; run++) {
        char *total = partials + (size_t)(run * blocks) * size;
        for (int64_t b = 1; b < blocks; b++)
            r->reducer->merge(total, total + (size_t)b * size);
        finish(r, run, total);
    }
}

static lt_status run_work(const lt_fold *r, int64_t runs, int64_t blocks, int64_t items,
                          int64_t grain, lt_range_fn chunk, void *work, char **partials) {
    if (blocks > 1) {
        *partials = malloc((size_t)(runs * blocks) * r->reducer->size);
        if (!*partials)
            return lt_fail(LT_ENOMEM, "out of memory: partial results of a reduction");
    }
    bool done = lt_parallel(items, grain < 1 ? 1 : grain, chunk, work);
    if (done && blocks > 1)
        merge_blocks(r, *partials, runs, blocks);
    free(*partials);
    return done ? LT_OK : lt_fail(LT_EINTERRUPT, "interrupted!");
}

lt_status lt_fold_run(const lt_fold *r) {
    int64_t runs = 1;
    for (int d = 0; d < r->kept; d++)
        runs *= r->kept_shape[d];
    if (runs == 0)
        return LT_OK;
    if (r->n <= 1 || r->stride == (int64_t)lt_dtype_size(r->dtype)) {
        rows_work w = {.r = r, .blocks = r->n > BLOCK ? lt_chunks(r->n, BLOCK) : 1};
        int64_t length = r->n < BLOCK ? r->n : BLOCK;
        int64_t grain = GRAIN / (length + 16);
        return run_work(r, runs, w.blocks, runs * w.blocks, grain, rows_chunk, &w, &w.partials);
    }
    lt_fold whole = *r;
    if (whole.kept == 0) { /* one strided run: a single column */
        whole.kept = 1;
        whole.kept_shape[0] = 1;
        whole.kept_stride[0] = 0;
    }
    int64_t across = whole.kept_shape[whole.kept - 1];
    columns_work w = {.r = &whole};
    w.vertical = r->reducer->columns && (across == 1 || whole.kept_stride[whole.kept - 1] ==
                                                            (int64_t)lt_dtype_size(r->dtype));
    w.width = w.vertical ? COLUMNS : TILE_COLUMNS;
    w.tiles = lt_chunks(across, w.width);
    w.width = lt_chunks(across, w.tiles); /* of one size */
    w.height = COLUMN_ELEMENTS / w.width;
    w.blocks = lt_chunks(r->n, w.height);
    int64_t items = runs / across * w.tiles * w.blocks;
    int64_t length = (r->n < w.height ? r->n : w.height) * w.width;
    return run_work(&whole, runs, w.blocks, items, GRAIN / length, columns_chunk, &w, &w.partials);
}
