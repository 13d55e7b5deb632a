#include "kernels/mixture.h"

int64_t lt_mixture_squares(lt_covariance kind, int64_t d) {
    return kind == LT_COVARIANCE_FULL ? d * d : kind == LT_COVARIANCE_TIED ? 0 : d;
}

int64_t lt_mixture_group(int64_t d, int64_t k) {
    int64_t fit = ((int64_t)1 << 17) / (LT_MIXTURE_ROWS * d);
    return fit < 1 ? 1 : fit > k ? k : fit;
}

size_t lt_mixture_scratch(lt_covariance kind, int64_t d, int64_t k, size_t size) {
    size_t rows = LT_MIXTURE_ROWS, row = (size_t)d * size;
    size_t square = (size_t)(d * d) * size;
    size_t squares = kind == LT_COVARIANCE_FULL ? square : 0;
    size_t factors = d <= LT_MIXTURE_NARROW ? (size_t)k * square : 0;
    return lt_workspace_room(rows * row) + lt_workspace_room((size_t)k * rows * size) +
           lt_workspace_room(rows * (size_t)lt_mixture_group(d, k) * row) +
           lt_workspace_room(rows * row) + lt_workspace_room(squares) + lt_workspace_room(factors);
}
