#include "models/cells.h"

#include <math.h>
#include <string.h>

#include "models/samples.h"

#define REACH 0x1p50

static uint64_t hash(const int64_t *key) {
    uint64_t h = 0;
    for (int j = 0; j < LT_CELLS_COLUMNS; j++) {
        h = (h ^ (uint64_t)key[j]) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return h;
}

/* The slot where the cell of a key is, or would be. */
static int64_t find_slot(const lt_cells *c, const int64_t *key) {
    int64_t at = (int64_t)(hash(key) & (uint64_t)(c->slots - 1));
    while (c->slot[at] != 0 && memcmp(c->key + (c->slot[at] - 1) * LT_CELLS_COLUMNS, key,
                                      LT_CELLS_COLUMNS * sizeof *key) != 0)
        at = (at + 1) & (c->slots - 1);
    return at;
}

int64_t lt_cells_find(const lt_cells *c, const int64_t *key) {
    return c->slot[find_slot(c, key)] - 1;
}

/* Give every row its cell; new cells as they come. False where the grid is too fine. */
static bool sort_rows(lt_cells *c, const lt_tensor *x, double side, int64_t *cell) {
    double low[LT_CELLS_COLUMNS];
    for (int64_t j = 0; j < c->d; j++) {
        low[j] = INFINITY;
        for (int64_t i = 0; i < c->n; i++)
            low[j] = fmin(low[j], lt_get_double(x, i * c->d + j));
    }
    for (int64_t i = 0; i < c->n; i++) {
        int64_t key[LT_CELLS_COLUMNS] = {0};
        for (int64_t j = 0; j < c->d; j++) {
            double place = floor((lt_get_double(x, i * c->d + j) - low[j]) / side);
            if (!(place < REACH))
                return false;
            key[j] = (int64_t)place;
        }
        int64_t at = find_slot(c, key);
        if (c->slot[at] == 0) {
            memcpy(c->key + c->count * LT_CELLS_COLUMNS, key, sizeof key);
            c->slot[at] = ++c->count;
        }
        cell[i] = c->slot[at] - 1;
        c->start[cell[i] + 1]++;
    }
    return true;
}

static void gather_rows(lt_cells *c, const lt_tensor *x, const int64_t *cell) {
    for (int64_t i = 0; i < c->count; i++)
        c->start[i + 1] += c->start[i];
    for (int64_t i = c->n; i-- > 0;) { /* from the back: start[cell + 1] counts down to the start */
        int64_t place = --c->start[cell[i] + 1];
        c->id[place] = i;
        for (int64_t j = 0; j < c->d; j++)
            c->rows[place * c->d + j] = lt_get_double(x, i * c->d + j);
    }
    for (int64_t i = 0; i < c->count; i++)
        c->start[i] = c->start[i + 1];
    c->start[c->count] = c->n;
}

lt_status lt_cells_build(lt_cells *c, const char *model, const lt_tensor *x, double eps) {
    *c = (lt_cells){.n = x->shape[0], .d = x->shape[1], .slots = 16};
    while (c->slots < 2 * c->n)
        c->slots *= 2;
    size_t n = (size_t)c->n;
    /* a hair less: rounding must not put far rows into one cell */
    double side = eps / sqrt((double)c->d) * (1 - 1e-12);
    lt_arena scratch = {0};
    int64_t *cell = lt_take(&scratch, n * sizeof *cell);
    c->rows = lt_take(&c->arena, n * (size_t)c->d * sizeof(double));
    c->id = lt_take(&c->arena, n * sizeof(int64_t));
    c->start = lt_take_zeroed(&c->arena, (n + 1) * sizeof(int64_t));
    c->key = lt_take(&c->arena, n * LT_CELLS_COLUMNS * sizeof(int64_t));
    c->slot = lt_take_zeroed(&c->arena, (size_t)c->slots * sizeof(int64_t));
    lt_status status = LT_OK;
    if (c->arena.failed || scratch.failed)
        status = lt_no_memory(model);
    else if (!sort_rows(c, x, side, cell))
        status =
            lt_fail(LT_EINVAL, "%s: eps %g is too small beside the extent of the data", model, eps);
    else
        gather_rows(c, x, cell);
    lt_arena_drop(&scratch);
    if (status != LT_OK)
        lt_cells_drop(c);
    return status;
}

void lt_cells_drop(lt_cells *c) {
    lt_arena_drop(&c->arena);
}
