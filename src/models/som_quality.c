#include "models/som_quality.h"

#include <math.h>

#include "kernels/parallel.h"
#include "ops/create.h"

#define NAME "SOM"

enum { GRAIN = 64 }; /* units of the U-matrix that a thread takes */

double lt_som_breaks(const lt_som_map *map, const lt_winners *winners, int64_t n) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
        count +=
            winners->second[i] >= 0 && !lt_som_adjacent(map, winners->first[i], winners->second[i]);
    return (double)count / (double)n;
}

/* Weights [rows, cols, d] as dense [rows * cols, d]. */
static lt_status flatten(lt_tensor *out, const lt_som_map *map, lt_tensor *weights) {
    lt_tensor dense LT_EMPTY;
    LT_TRY(lt_som_check_map(map));
    if (weights->ndim != 3 || weights->shape[0] != map->rows || weights->shape[1] != map->cols ||
        weights->shape[2] < 1 || !lt_dtype_is_float((lt_dtype)weights->dtype))
        return lt_fail(LT_EINVAL, NAME ": weights must be floats [%lld, %lld, columns], not %s",
                       (long long)map->rows, (long long)map->cols, lt_shape_of(weights));
    LT_TRY(lt_contiguous(&dense, weights));
    int64_t d = weights->shape[2];
    lt_status status =
        lt_view(out, &dense, 2, (int64_t[]){lt_som_units(map), d}, (int64_t[]){d, 1}, dense.offset);
    lt_release(&dense);
    return status;
}

static lt_status measure(double *quantization, double *topographic, const lt_som_map *map,
                         const lt_tensor *units, const lt_tensor *x) {
    lt_arena a = {0};
    size_t n = (size_t)x->shape[0];
    lt_winners w = {.first = lt_take(&a, n * sizeof(int32_t)),
                    .second = lt_take(&a, n * sizeof(int32_t)),
                    .distance = lt_take(&a, n * sizeof(double))};
    lt_status status = a.failed ? lt_no_memory(NAME) : lt_find_winners(NAME, x, units, &w);
    if (status == LT_OK) {
        double sum = 0;
        for (int64_t i = 0; i < x->shape[0]; i++)
            sum += w.distance[i];
        *quantization = sum / (double)x->shape[0];
        *topographic = lt_som_breaks(map, &w, x->shape[0]);
    }
    lt_arena_drop(&a);
    return status;
}

lt_status lt_som_errors(double *quantization, double *topographic, const lt_som_map *map,
                        lt_tensor *weights, lt_tensor *x) {
    lt_tensor units LT_EMPTY, rows LT_EMPTY;
    LT_TRY(flatten(&units, map, weights));
    lt_status status = lt_queries(&rows, NAME, x, units.shape[1], (lt_dtype)units.dtype);
    if (status == LT_OK)
        status = measure(quantization, topographic, map, &units, &rows);
    lt_release(&rows);
    lt_release(&units);
    return status;
}

/* ---- U-matrix ---- */

typedef struct view {
    const lt_som_map *map;
    const lt_tensor *units;
    lt_tensor *out;
} view;

static double distance(const lt_tensor *units, int64_t a, int64_t b) {
    int64_t d = units->shape[1];
    double sum = 0;
    for (int64_t j = 0; j < d; j++) {
        double gap = lt_get_double(units, a * d + j) - lt_get_double(units, b * d + j);
        sum += gap * gap;
    }
    return sqrt(sum);
}

static void view_units(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const view *v = context;
    int64_t near[LT_SOM_NEIGHBOURS];
    for (int64_t u = begin; u < end; u++) {
        int count = lt_som_neighbours(v->map, u, near);
        double sum = 0;
        for (int i = 0; i < count; i++)
            sum += distance(v->units, u, near[i]);
        lt_set_double(v->out, u, count > 0 ? sum / count : 0);
    }
}

lt_status lt_som_u_matrix(lt_tensor *out, const lt_som_map *map, lt_tensor *weights) {
    lt_tensor units LT_EMPTY;
    LT_TRY(flatten(&units, map, weights));
    lt_status status = lt_empty(out, (lt_dtype)units.dtype, 2, (int64_t[]){map->rows, map->cols});
    view v = {map, &units, out};
    if (status == LT_OK && !lt_parallel(lt_som_units(map), GRAIN, view_units, &v)) {
        lt_release(out);
        status = lt_stopped();
    }
    lt_release(&units);
    return status;
}

lt_status lt_som_places(lt_tensor *out, const lt_som_map *map) {
    LT_TRY(lt_som_check_map(map));
    LT_TRY(lt_empty(out, LT_FLOAT64, 2, (int64_t[]){lt_som_units(map), 2}));
    double *at = lt_data(out);
    for (int64_t u = 0; u < lt_som_units(map); u++)
        lt_som_place(map, u, at + 2 * u, at + 2 * u + 1);
    return LT_OK;
}
