/* lines.h - a dense array seen as [outer, n, inner]: the work runs along lines of n elements.
 *
 * Where inner is 1 the lines are rows; otherwise `inner` neighbouring lines lie side by side, and
 * kernels take a tile of LT_TILE of them at a time so that vectors stand across the lines. */
#ifndef LT_LINES_H
#define LT_LINES_H

#include <stdint.h>

enum { LT_TILE = 64 };

typedef struct lt_lines {
    int64_t outer, n, inner;
} lt_lines;

/* Tiles across the inner dimension of one outer index. */
static inline int64_t lt_line_tiles(const lt_lines *l) {
    return (l->inner + LT_TILE - 1) / LT_TILE;
}

/* Items of work (tiles) that make a chunk for one thread. */
static inline int64_t lt_line_grain(const lt_lines *l, int64_t elements) {
    int64_t width = l->inner < LT_TILE ? l->inner : LT_TILE;
    int64_t grain = elements / (l->n * width + 1);
    return grain < 1 ? 1 : grain;
}

#endif
