#include "kernels/groups.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/keys.h"
#include "kernels/parallel.h"

enum {
    LOAD = 512,   /* keys that are made at once, in the first-level cache */
    GRAIN = 65536 /* elements of a chunk */
};

/* Keys of the elements from `first` on, n <= LOAD of them, with the one before in keys[0]: for the
 * very first one some other key. */
static void load(const lt_groups *g, int64_t first, int64_t n, uint64_t *keys) {
    int64_t size = (int64_t)lt_dtype_size(g->dtype), before = first > 0;
    lt_keys(g->dtype, n + before, (const char *)g->sorted + (first - before) * size,
            keys + 1 - before);
    if (!before)
        keys[0] = ~keys[1];
}

static void count_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const lt_groups *g = context;
    uint64_t keys[LOAD + 1];
    int64_t starts = 0;
    for (int64_t i = begin; i < end; i += LOAD) {
        int64_t n = end - i < LOAD ? end - i : LOAD;
        load(g, i, n, keys);
        for (int64_t j = 0; j < n; j++)
            starts += keys[j + 1] != keys[j];
    }
    g->before[chunk] = starts;
}

bool lt_groups_count(lt_groups *g) {
    int64_t chunks = lt_chunks(g->n, GRAIN);
    g->count = 0;
    g->before = malloc((size_t)(chunks + 1) * sizeof *g->before);
    if (!g->before || !lt_parallel(g->n, GRAIN, count_chunk, g))
        return false;
    for (int64_t c = 0; c < chunks; c++) {
        int64_t starts = g->before[c];
        g->before[c] = g->count;
        g->count += starts;
    }
    return true;
}

typedef struct write_job {
    const lt_groups *g;
    char *values;
    int64_t *starts, *group;
} write_job;

static void write_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const write_job *w = context;
    const lt_groups *g = w->g;
    size_t size = lt_dtype_size(g->dtype);
    uint64_t keys[LOAD + 1];
    int64_t k = g->before[chunk] - 1;
    for (int64_t i = begin; i < end; i += LOAD) {
        int64_t n = end - i < LOAD ? end - i : LOAD;
        load(g, i, n, keys);
        for (int64_t j = 0; j < n; j++) {
            if (keys[j + 1] != keys[j]) {
                k++;
                if (w->values)
                    memcpy(w->values + (size_t)k * size,
                           (const char *)g->sorted + (size_t)(i + j) * size, size);
                if (w->starts)
                    w->starts[k] = i + j;
            }
            if (w->group)
                w->group[g->places[i + j] - 1] = k + 1;
        }
    }
}

bool lt_groups_write(const lt_groups *g, void *values, int64_t *sizes, int64_t *group) {
    write_job w = {g, values, sizes, group};
    if (!lt_parallel(g->n, GRAIN, write_chunk, &w))
        return false;
    for (int64_t k = 0; sizes && k < g->count; k++)
        sizes[k] = (k + 1 < g->count ? sizes[k + 1] : g->n) - sizes[k];
    return true;
}

void lt_groups_close(lt_groups *g) {
    free(g->before);
    g->before = NULL;
}
