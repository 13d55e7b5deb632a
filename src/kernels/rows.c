#include "kernels/rows.h"

#include "kernels/simd.h"

LT_SIMD float lt_row_distance(const float *a, const float *b, int64_t d) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

LT_SIMD void lt_project_rows(lt_projection *p, int64_t n, const float *x, int64_t d,
                             const float *w) {
    for (int64_t i = 0; i < n; i++) {
        const float *row = x + p[i].row * d;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t j = 0; j < d; j++)
            sum += row[j] * w[j];
        p[i].value = sum;
    }
}
