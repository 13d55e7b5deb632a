#include "models/starts.h"

#include <math.h>

#include "models/pca.h"
#include "ops/create.h"

lt_status lt_start_pca(float *y, lt_tensor *x, int dims, uint64_t seed) {
    int64_t n = x->shape[0], d = x->shape[1], most = n - 1 < d ? n - 1 : d;
    lt_pca_options o = {.n_components = dims < most ? dims : most, .share = 1, .seed = seed};
    lt_pca_result r = {.mean.storage = NULL};
    lt_draws draws = {.seed = seed, .stream = 7};
    if (o.n_components > 0)
        LT_TRY(lt_pca(&r, x, &o));
    double spread = o.n_components > 0 ? sqrt(lt_get_double(&r.variance, 0)) : 0;
    for (int c = 0; c < dims; c++)
        for (int64_t i = 0; i < n; i++) {
            double sum = 0;
            for (int64_t j = 0; c < o.n_components && spread > 0 && j < d; j++)
                sum += lt_get_double(&r.components, c * d + j) *
                       (lt_get_double(x, i * d + j) - lt_get_double(&r.mean, j));
            y[c * n + i] =
                (float)(c < o.n_components && spread > 0 ? sum / spread : lt_draws_normal(&draws));
        }
    lt_pca_release(&r);
    return LT_OK;
}

lt_status lt_start_given(float *y, lt_tensor *init, int64_t n, int dims, double reach,
                         const char *model) {
    lt_tensor dense LT_EMPTY;
    if (init->ndim != 2 || init->shape[0] != n || init->shape[1] != dims)
        return lt_fail(LT_EINVAL, "%s: init must be [%lld, %d] for these rows, not %s", model,
                       (long long)n, dims, lt_shape_of(init));
    LT_TRY(lt_cast(&dense, init, LT_FLOAT32));
    bool fits = true;
    for (int64_t i = 0; i < dense.numel; i++) {
        y[i] = (float)lt_get_double(&dense, i);
        fits = fits && fabs((double)y[i]) <= reach; /* false for NaN */
    }
    lt_release(&dense);
    return fits ? LT_OK
                : lt_fail(LT_EINVAL, "%s: init must hold numbers between %g and %g", model, -reach,
                          reach);
}
