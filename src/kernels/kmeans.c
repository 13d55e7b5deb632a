#include "kernels/kmeans.h"

int64_t lt_kmeans_block(int64_t d) {
    int64_t rows = ((int64_t)1 << 18) / d;
    return rows > LT_KMEANS_BLOCK ? LT_KMEANS_BLOCK : rows < 16 ? 16 : rows;
}

size_t lt_kmeans_scratch(int64_t d, int64_t k, size_t size) {
    size_t block = (size_t)lt_kmeans_block(d);
    return lt_workspace_room(block * (size_t)d * size) +
           lt_workspace_room(block * (size_t)k * size) + lt_workspace_room(block * size) +
           lt_workspace_room(LT_KMEANS_WIDE_ROWS * sizeof(int32_t));
}
