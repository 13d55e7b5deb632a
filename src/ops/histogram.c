#include "ops/histogram.h"

#include <math.h>
#include <string.h>

#include "kernels/histogram.h"
#include "ops/apply.h"
#include "ops/create.h"
#include "ops/lines.h"
#include "ops/reduce.h"

static lt_dtype float_of(const lt_tensor *x) {
    return lt_dtype_is_float((lt_dtype)x->dtype) ? (lt_dtype)x->dtype : lt_default_dtype();
}

/* ---- edges ---- */

/* The range that the bins share: what is asked for, or the extremes; 0.5 to either side of a
 * single value, 0 to 1 for no elements. */
static lt_status find_range(lt_tensor *x, const lt_histogram_spec *spec, double *low,
                            double *high) {
    *low = spec->low;
    *high = spec->high;
    if (!spec->has_range && x->numel > 0) {
        lt_tensor extreme LT_EMPTY;
        LT_TRY(lt_reduce(&extreme, LT_RE_min, x, 0, NULL, false));
        *low = lt_get_double(&extreme, 0);
        lt_release(&extreme);
        LT_TRY(lt_reduce(&extreme, LT_RE_max, x, 0, NULL, false));
        *high = lt_get_double(&extreme, 0);
        lt_release(&extreme);
    } else if (!spec->has_range) {
        *low = 0;
        *high = 1;
    }
    if (!isfinite(*low) || !isfinite(*high))
        return lt_fail(LT_EINVAL,
                       "histogram: the range %g to %g is not finite; give {range = "
                       "{low, high}}",
                       *low, *high);
    if (*low > *high)
        return lt_fail(LT_EINVAL, "histogram: the range %g to %g runs backwards", *low, *high);
    if (*low == *high) {
        *low -= 0.5;
        *high += 0.5;
    }
    return LT_OK;
}

static lt_status even_edges(lt_tensor *edges, lt_dtype dtype, int64_t bins, double low,
                            double high) {
    LT_TRY(lt_empty(edges, dtype, 1, &(int64_t){bins + 1}));
    double step = (high - low) / (double)bins;
    for (int64_t i = 0; i <= bins; i++)
        lt_set_double(edges, i, i == bins ? high : low + (double)i * step);
    return LT_OK;
}

/* Dividing finds the bin only where bins are wide against the rounding of their edges. */
static bool are_wide(lt_dtype dtype, int64_t bins, double low, double high) {
    double rounding = dtype == LT_FLOAT32 ? 1.2e-7 : 2.3e-16;
    return (high - low) / (double)bins > 8 * rounding * fmax(fabs(low), fabs(high));
}

static lt_status given_edges(lt_tensor *edges, lt_dtype dtype, lt_tensor *given) {
    if (given->ndim != 1 || given->numel < 2)
        return lt_fail(LT_EINVAL, "histogram: edges are a vector of 2 or more, not %s",
                       lt_shape_of(given));
    LT_TRY(lt_cast(edges, given, dtype));
    for (int64_t i = 1; i < edges->numel; i++)
        if (!(lt_get_double(edges, i - 1) <= lt_get_double(edges, i))) {
            lt_release(edges);
            return lt_fail(LT_EINVAL, "histogram: edges must rise");
        }
    return LT_OK;
}

/* ---- counts ---- */

static lt_status check_weights(const char *op, const lt_tensor *x, const lt_tensor *weights) {
    return !weights || lt_same_shape(x, weights)
               ? LT_OK
               : lt_fail(LT_EINVAL, "%s: weights %s for elements %s", op, lt_shape_of(weights),
                         lt_shape_of(x));
}

/* counts / (their sum * width of the bin), as floats. */
static lt_status to_density(lt_tensor *counts, const lt_tensor *edges, lt_dtype dtype) {
    lt_tensor result LT_EMPTY;
    double total = 0;
    LT_TRY(lt_empty_like(&result, dtype, counts));
    for (int64_t b = 0; b < counts->numel; b++)
        total += lt_get_double(counts, b);
    for (int64_t b = 0; b < counts->numel; b++) {
        double width = lt_get_double(edges, b + 1) - lt_get_double(edges, b);
        lt_set_double(&result, b, lt_get_double(counts, b) / width / total);
    }
    lt_release(counts);
    lt_move(counts, &result);
    return LT_OK;
}

static lt_status count(lt_tensor *counts, lt_tensor *x, lt_tensor *edges, bool uniform,
                       const lt_histogram_spec *spec) {
    int64_t bins = edges->numel - 1;
    lt_dtype dtype = (lt_dtype)edges->dtype;
    lt_tensor *dense, room LT_EMPTY, *weights, room_w LT_EMPTY;
    LT_TRY(lt_empty(counts, spec->weights ? LT_FLOAT64 : LT_INT64, 1, &bins));
    LT_TRY(lt_dense(&dense, &room, x, dtype));
    lt_status s;
    if (spec->weights) {
        s = lt_dense(&weights, &room_w, spec->weights, LT_FLOAT64);
        if (s == LT_OK)
            s = lt_histogram_sums(dtype, x->numel, lt_data(dense), bins, lt_data(edges), uniform,
                                  lt_data(weights), lt_data(counts));
    } else {
        s = lt_histogram_counts(dtype, x->numel, lt_data(dense), bins, lt_data(edges), uniform,
                                lt_data(counts));
    }
    lt_release(&room);
    lt_release(&room_w);
    return s;
}

lt_status lt_histogram(lt_tensor *counts, lt_tensor *edges, lt_tensor *x,
                       const lt_histogram_spec *spec) {
    lt_dtype dtype = float_of(x);
    double low = 0, high = 0;
    if (!spec->edges && (spec->bins < 1 || spec->bins > INT32_MAX - 2))
        return lt_fail(LT_EINVAL, "histogram: %lld bins", (long long)spec->bins);
    LT_TRY(check_weights("histogram", x, spec->weights));
    if (!spec->edges)
        LT_TRY(find_range(x, spec, &low, &high));
    lt_status s = spec->edges ? given_edges(edges, dtype, spec->edges)
                              : even_edges(edges, dtype, spec->bins, low, high);
    bool uniform = !spec->edges && are_wide(dtype, spec->bins, low, high);
    if (s == LT_OK)
        s = count(counts, x, edges, uniform, spec);
    if (s == LT_OK && spec->density)
        s = to_density(counts, edges, dtype);
    if (s != LT_OK) {
        lt_release(counts);
        lt_release(edges);
    }
    return s;
}

lt_status lt_bincount(lt_tensor *out, lt_tensor *x, lt_tensor *weights, int64_t minlength) {
    if (lt_dtype_is_float((lt_dtype)x->dtype) || x->ndim != 1)
        return lt_fail(LT_EINVAL, "bincount: takes a vector of integers, not %s %s",
                       lt_dtype_name((lt_dtype)x->dtype), lt_shape_of(x));
    LT_TRY(check_weights("bincount", x, weights));
    lt_tensor *dense, room LT_EMPTY, *w, room_w LT_EMPTY;
    LT_TRY(lt_dense(&dense, &room, x, LT_INT64));
    const int64_t *value = lt_data(dense);
    int64_t largest = minlength - 1, least = 0;
    for (int64_t i = 0; i < dense->numel; i++) {
        largest = value[i] > largest ? value[i] : largest;
        least = value[i] < least ? value[i] : least;
    }
    lt_status s = LT_OK;
    int64_t bins = largest < 0 ? 0 : largest + 1;
    if (least < 0)
        s = lt_fail(LT_EINVAL, "bincount: %lld is negative", (long long)least);
    else if (largest >= INT32_MAX - 2)
        s = lt_fail(LT_EINVAL, "bincount: %lld would need that many counts", (long long)largest);
    if (s == LT_OK)
        s = lt_empty(out, weights ? LT_FLOAT64 : LT_INT64, 1, &bins);
    if (s == LT_OK && weights) {
        s = lt_dense(&w, &room_w, weights, LT_FLOAT64);
        if (s == LT_OK)
            s = lt_bincount_sums(x->numel, value, bins, lt_data(w), lt_data(out));
    } else if (s == LT_OK) {
        s = lt_bincount_counts(x->numel, value, bins, lt_data(out));
    }
    lt_release(&room);
    lt_release(&room_w);
    if (s != LT_OK)
        lt_release(out);
    return s;
}

/* ---- places in sorted tensors ---- */

static lt_status check_sorted(const lt_tensor *sorted, const lt_tensor *x) {
    bool fits = sorted->ndim == 1 || sorted->ndim == x->ndim;
    for (int d = 0; fits && sorted->ndim > 1 && d < x->ndim - 1; d++)
        fits = sorted->shape[d] == x->shape[d];
    return fits && sorted->ndim > 0
               ? LT_OK
               : lt_fail(LT_EINVAL, "searchsorted: sorted values %s for elements %s",
                         lt_shape_of(sorted), lt_shape_of(x));
}

lt_status lt_searchsorted(lt_tensor *out, lt_tensor *sorted, lt_tensor *x, bool right) {
    LT_TRY(check_sorted(sorted, x));
    lt_dtype dtype = lt_promote(sorted, x);
    if (x->wrapped && lt_dtype_is_float(dtype))
        dtype = LT_FLOAT64;
    lt_tensor *a, *b, room_a LT_EMPTY, room_b LT_EMPTY;
    lt_status s = lt_dense(&a, &room_a, sorted, dtype);
    if (s == LT_OK)
        s = lt_dense(&b, &room_b, x, dtype);
    if (s == LT_OK)
        s = lt_empty_like(out, LT_INT64, x);
    if (s == LT_OK && x->numel > 0) {
        int64_t m = sorted->shape[sorted->ndim - 1];
        int64_t n = sorted->ndim == 1 ? x->numel : x->shape[x->ndim - 1];
        s = lt_search_sorted(dtype, x->numel / n, m, lt_data(a), n, lt_data(b), right,
                             lt_data(out));
    }
    lt_release(&room_a);
    lt_release(&room_b);
    if (s != LT_OK)
        lt_release(out);
    return s;
}
