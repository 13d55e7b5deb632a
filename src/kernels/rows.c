#include "kernels/rows.h"

#include <stdbool.h>

#include "kernels/simd.h"

LT_SIMD float lt_row_distance(const float *a, const float *b, int64_t d) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

LT_SIMD void lt_project_rows(lt_keyed_row *p, int64_t n, const float *x, int64_t d,
                             const float *w) {
    for (int64_t i = 0; i < n; i++) {
        const float *row = x + p[i].id * d;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t j = 0; j < d; j++)
            sum += row[j] * w[j];
        p[i].key = (double)sum;
    }
}

/* Ties go by row number: the tree depends on the data alone. */
static inline bool before(lt_keyed_row a, lt_keyed_row b) {
    return a.key < b.key || (a.key == b.key && a.id < b.id);
}

static lt_keyed_row middle_of(lt_keyed_row a, lt_keyed_row b, lt_keyed_row c) {
    if (before(b, a)) {
        lt_keyed_row t = a;
        a = b;
        b = t;
    }
    return before(b, c) ? b : before(a, c) ? c : a;
}

void lt_select_row(lt_keyed_row *p, int64_t n, int64_t nth) {
    int64_t lo = 0, hi = n - 1;
    while (lo < hi) {
        lt_keyed_row pivot = middle_of(p[lo], p[lo + (hi - lo) / 2], p[hi]);
        int64_t i = lo - 1, j = hi + 1;
        for (;;) {
            do
                i++;
            while (before(p[i], pivot));
            do
                j--;
            while (before(pivot, p[j]));
            if (i >= j)
                break;
            lt_keyed_row t = p[i];
            p[i] = p[j];
            p[j] = t;
        }
        if (nth <= j)
            hi = j;
        else
            lo = j + 1;
    }
}
