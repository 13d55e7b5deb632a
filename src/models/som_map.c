#include "models/som_map.h"

#include <math.h>

#define UNITS_MAX ((int64_t)1 << 24)

/* Rows of a hexagonal map are this far apart. */
#define HEX_ROW 0.8660254037844386

lt_status lt_som_check_map(const lt_som_map *map) {
    if (map->rows < 1 || map->cols < 1)
        return lt_fail(LT_EINVAL, "SOM: rows and cols must be at least 1, not %lld and %lld",
                       (long long)map->rows, (long long)map->cols);
    if (map->rows > UNITS_MAX || map->cols > UNITS_MAX / map->rows)
        return lt_fail(LT_EINVAL, "SOM: a map of %lld x %lld units is too large (%lld at most)",
                       (long long)map->rows, (long long)map->cols, (long long)UNITS_MAX);
    if (map->hexagonal && map->toroidal && map->rows % 2 == 1)
        return lt_fail(LT_EINVAL,
                       "SOM: a hexagonal map without borders needs an even number of rows, not "
                       "%lld",
                       (long long)map->rows);
    return LT_OK;
}

void lt_som_place(const lt_som_map *map, int64_t unit, double *x, double *y) {
    int64_t row = unit / map->cols, col = unit % map->cols;
    *x = (double)col + (map->hexagonal && row % 2 == 1 ? 0.5 : 0);
    *y = (double)row * (map->hexagonal ? HEX_ROW : 1);
}

double lt_som_width(const lt_som_map *map) {
    return map->toroidal ? (double)map->cols : INFINITY;
}

double lt_som_height(const lt_som_map *map) {
    return map->toroidal ? (double)map->rows * (map->hexagonal ? HEX_ROW : 1) : INFINITY;
}

bool lt_som_adjacent(const lt_som_map *map, int64_t a, int64_t b) {
    double ax, ay, bx, by;
    lt_som_place(map, a, &ax, &ay);
    lt_som_place(map, b, &bx, &by);
    double dx = fabs(ax - bx), dy = fabs(ay - by);
    dx = fmin(dx, lt_som_width(map) - dx);
    dy = fmin(dy, lt_som_height(map) - dy);
    bool near = map->hexagonal ? dx * dx + dy * dy < 1.01 : dx <= 1 && dy <= 1;
    return a != b && near;
}

/* Place of a coordinate on a map without borders, -1 beyond a border. */
static int64_t wrap(int64_t i, int64_t n, bool toroidal) {
    return i >= 0 && i < n ? i : toroidal ? (i + n) % n : -1;
}

int lt_som_neighbours(const lt_som_map *map, int64_t unit, int64_t out[LT_SOM_NEIGHBOURS]) {
    int count = 0;
    for (int step = 0; step < 9; step++) {
        int64_t row = wrap(unit / map->cols + step / 3 - 1, map->rows, map->toroidal);
        int64_t col = wrap(unit % map->cols + step % 3 - 1, map->cols, map->toroidal);
        int64_t other = row * map->cols + col;
        if (row < 0 || col < 0 || !lt_som_adjacent(map, unit, other))
            continue;
        bool known = false; /* on a narrow torus both ways round lead to the same unit */
        for (int i = 0; i < count; i++)
            known |= out[i] == other;
        if (!known)
            out[count++] = other;
    }
    return count;
}
