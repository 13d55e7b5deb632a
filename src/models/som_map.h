/* som_map.h - the grid on which the units of a self-organising map stand.
 *
 * Units are numbered along the rows, from 0. On a rectangular map unit (row, col) stands at
 * x = col, y = row, and its neighbours are the eight around it; on a hexagonal one every second
 * row is moved by half a place and rows are sqrt(3)/2 apart, so that its six neighbours are at
 * distance 1. A toroidal map has no borders: the last row is next to the first, and so are the
 * columns. */
#ifndef LT_SOM_MAP_H
#define LT_SOM_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/status.h"

typedef struct lt_som_map {
    int64_t rows, cols;
    bool hexagonal, toroidal;
} lt_som_map;

enum { LT_SOM_NEIGHBOURS = 8 };

/* LT_EINVAL unless there can be such a map. */
lt_status lt_som_check_map(const lt_som_map *map);

static inline int64_t lt_som_units(const lt_som_map *map) {
    return map->rows * map->cols;
}

/* Where a unit stands. */
void lt_som_place(const lt_som_map *map, int64_t unit, double *x, double *y);

/* Size of the torus; INFINITY where there are borders. */
double lt_som_width(const lt_som_map *map);
double lt_som_height(const lt_som_map *map);

bool lt_som_adjacent(const lt_som_map *map, int64_t a, int64_t b);

/* The units next to one, in order; returns how many. */
int lt_som_neighbours(const lt_som_map *map, int64_t unit, int64_t out[LT_SOM_NEIGHBOURS]);

#endif
