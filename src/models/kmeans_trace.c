#include "models/kmeans_trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/kmeans.h"

static size_t frame(const lt_kmeans_trace *t) {
    return (size_t)(t->k * t->d) * lt_dtype_size(t->dtype);
}

/* Room for one more assignment and the centres after it. */
static lt_status grow(lt_kmeans_trace *t) {
    if (t->steps < t->capacity)
        return LT_OK;
    int64_t capacity = t->capacity ? 2 * t->capacity : 16;
    char **frames[] = {&t->centers, &t->low, &t->high};
    for (int i = 0; i < 3; i++) {
        char *more = realloc(*frames[i], (size_t)(capacity + 1) * frame(t));
        if (!more)
            return lt_no_memory("KMeans");
        *frames[i] = more;
    }
    double *more = realloc(t->inertia, (size_t)capacity * sizeof *more);
    if (!more)
        return lt_no_memory("KMeans");
    t->inertia = more;
    t->capacity = capacity;
    return LT_OK;
}

lt_status lt_trace_begin(lt_kmeans_trace *t, const lt_tensor *x, const void *centers, int64_t k) {
    *t = (lt_kmeans_trace){.dtype = (lt_dtype)x->dtype, .k = k, .d = x->shape[1]};
    LT_TRY(grow(t));
    memcpy(t->centers, centers, frame(t));
    return LT_OK;
}

static void set_all(lt_dtype dtype, void *at, int64_t n, double value) {
    for (int64_t i = 0; i < n; i++)
        if (dtype == LT_FLOAT32)
            ((float *)at)[i] = (float)value;
        else
            ((double *)at)[i] = value;
}

lt_status lt_trace_assignment(lt_kmeans_trace *t, const lt_tensor *x, const void *centers,
                              const int32_t *label) {
    LT_TRY(grow(t));
    const lt_kmeans_kernels *kernels =
        t->dtype == LT_FLOAT32 ? &lt_kmeans_float32 : &lt_kmeans_float64;
    size_t row = (size_t)t->d * lt_dtype_size(t->dtype);
    char *low = t->low + (size_t)t->steps * frame(t), *high = t->high + (size_t)t->steps * frame(t);
    const char *data = lt_data(x);
    double inertia = 0;
    set_all(t->dtype, low, t->k * t->d, INFINITY);
    set_all(t->dtype, high, t->k * t->d, -INFINITY);
    for (int64_t i = 0; i < x->shape[0]; i++) {
        size_t own = (size_t)label[i] * row;
        kernels->widen(data + (size_t)i * row, t->d, low + own, high + own);
        inertia += kernels->distance(data + (size_t)i * row, (const char *)centers + own, t->d);
    }
    for (int64_t c = 0; c < t->k; c++) { /* still inside out: no rows */
        bool none = t->dtype == LT_FLOAT32 ? isinf(((float *)low)[c * t->d])
                                           : isinf(((double *)low)[c * t->d]);
        if (none) {
            set_all(t->dtype, low + (size_t)c * row, t->d, NAN);
            set_all(t->dtype, high + (size_t)c * row, t->d, NAN);
        }
    }
    t->inertia[t->steps] = inertia;
    return LT_OK;
}

void lt_trace_centers(lt_kmeans_trace *t, const void *centers) {
    t->steps++;
    memcpy(t->centers + (size_t)t->steps * frame(t), centers, frame(t));
}

static lt_status hand_over(lt_kmeans_trace *t, lt_kmeans_result *out) {
    int64_t shape[] = {t->steps + 1, t->k, t->d};
    LT_TRY(lt_empty(&out->trace_centers, t->dtype, 3, shape));
    shape[0] = t->steps;
    LT_TRY(lt_empty(&out->trace_low, t->dtype, 3, shape));
    LT_TRY(lt_empty(&out->trace_high, t->dtype, 3, shape));
    LT_TRY(lt_empty(&out->trace_inertia, LT_FLOAT64, 1, shape));
    memcpy(lt_data(&out->trace_centers), t->centers, (size_t)(t->steps + 1) * frame(t));
    memcpy(lt_data(&out->trace_low), t->low, (size_t)t->steps * frame(t));
    memcpy(lt_data(&out->trace_high), t->high, (size_t)t->steps * frame(t));
    memcpy(lt_data(&out->trace_inertia), t->inertia, (size_t)t->steps * sizeof(double));
    return LT_OK;
}

lt_status lt_trace_end(lt_kmeans_trace *t, lt_kmeans_result *out) {
    lt_status status = out && t->centers ? hand_over(t, out) : LT_OK;
    free(t->centers);
    free(t->low);
    free(t->high);
    free(t->inertia);
    *t = (lt_kmeans_trace){.dtype = LT_FLOAT32};
    return status;
}
