#include "models/repulsion.h"

#include <string.h>

#include "kernels/parallel.h"
#include "kernels/tsne.h"
#include "models/grid_field.h"

enum { SIDE = 512, TILES_MAX = 64, GRAIN = 4096 };

struct lt_repulsion {
    int64_t n;
    int dims;
    lt_grid_field *field; /* NULL: every pair */
    lt_tiles tiles;
    float *padded; /* [dims, tiles.n] */
};

static lt_status open_tiles(lt_repulsion *r, lt_arena *a) {
    lt_tiles *t = &r->tiles;
    int64_t lanes = LT_TSNE_LANES, side = (r->n + TILES_MAX - 1) / TILES_MAX;
    t->dims = r->dims;
    t->n = (r->n + lanes - 1) / lanes * lanes;
    t->side = side < SIDE ? SIDE : (side + lanes - 1) / lanes * lanes;
    t->tiles = lt_chunks(t->n, t->side);
    size_t row = (size_t)t->n * sizeof(float);
    r->padded = lt_take(a, (size_t)r->dims * row);
    t->y = r->padded;
    t->force = lt_take(a, (size_t)(t->tiles * r->dims) * row);
    t->z = lt_take(a, (size_t)(t->tiles * (t->tiles + 1) / 2) * sizeof *t->z);
    return a->failed ? lt_no_memory("TSNE") : LT_OK;
}

lt_status lt_repulsion_open(lt_repulsion **out, lt_arena *a, int64_t n, int dims, bool exact) {
    lt_repulsion *r = lt_take_zeroed(a, sizeof *r);
    *out = r;
    if (!r)
        return lt_no_memory("TSNE");
    r->n = n;
    r->dims = dims;
    return exact || dims == 3 ? open_tiles(r, a) : lt_grid_field_open(&r->field, a, n, dims);
}

void lt_repulsion_close(lt_repulsion *r) {
    if (r)
        lt_grid_field_close(r->field);
}

static void pad(const lt_repulsion *r, const float *y) {
    for (int d = 0; d < r->dims; d++) {
        float *to = r->padded + d * r->tiles.n;
        for (int64_t i = 0; i < r->n; i++)
            to[i] = y[i * r->dims + d];
        for (int64_t i = r->n; i < r->tiles.n; i++)
            to[i] = LT_TSNE_PAD(i - r->n);
    }
}

static lt_status find_by_pairs(lt_repulsion *r, const float *y, float *force, double *z) {
    lt_tiles *t = &r->tiles;
    int64_t pairs = t->tiles * (t->tiles + 1) / 2;
    pad(r, y);
    if (!lt_parallel(pairs, 1, lt_tiles_pairs, t) || !lt_parallel(t->n, GRAIN, lt_tiles_sum, t))
        return lt_stopped();
    for (int d = 0; d < r->dims; d++)
        for (int64_t i = 0; i < r->n; i++)
            force[i * r->dims + d] = t->force[d * t->n + i];
    *z = 0;
    for (int64_t i = 0; i < pairs; i++)
        *z += t->z[i];
    return LT_OK;
}

lt_status lt_repulsion_find(lt_repulsion *r, const float *y, float *force, double *z) {
    return r->field ? lt_grid_field_find(r->field, y, force, z) : find_by_pairs(r, y, force, z);
}
