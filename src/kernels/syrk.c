#include "kernels/syrk.h"

#include <cblas.h>

void lt_syrk(lt_dtype dtype, int64_t m, int64_t n, const void *a, double beta, void *c) {
    if (dtype == LT_FLOAT32)
        cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, (int)n, (int)m, 1, a, (int)n,
                    (float)beta, c, (int)n);
    else
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)n, (int)m, 1, a, (int)n, beta, c,
                    (int)n);
}
