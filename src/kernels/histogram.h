/* histogram.h - counting elements by bins, and finding places in sorted arrays. Arrays are dense.
 *
 * Counts are the same for any number of threads, and so are sums of weights: the work is cut at
 * places that depend on the sizes alone. */
#ifndef LT_KERNELS_HISTOGRAM_H
#define LT_KERNELS_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"
#include "tensor/status.h"

/* Elements by bins: bin b holds edges[b] <= x < edges[b + 1], the last one its upper edge too.
 * What lies outside, and NaN, is not counted. `edges` [bins + 1] have the dtype of x, float32 or
 * float64; `uniform` says that they are evenly spaced up to rounding. counts [bins]. */
lt_status lt_histogram_counts(lt_dtype dtype, int64_t n, const void *x, int64_t bins,
                              const void *edges, bool uniform, int64_t *counts);

/* The same with a weight for each element: sums [bins]. */
lt_status lt_histogram_sums(lt_dtype dtype, int64_t n, const void *x, int64_t bins,
                            const void *edges, bool uniform, const double *weights, double *sums);

/* counts[x[i]]++ (or sums[x[i]] += weights[i]) for 0 <= x[i] < bins, which the caller has made
 * sure of. */
lt_status lt_bincount_counts(int64_t n, const int64_t *x, int64_t bins, int64_t *counts);
lt_status lt_bincount_sums(int64_t n, const int64_t *x, int64_t bins, const double *weights,
                           double *sums);

/* places[i]: 1-based place in the sorted row before which x[i] goes, left or right of its equals.
 * `rows` sorted rows of m elements, n elements of x for each. Any dtype, of both. */
lt_status lt_search_sorted(lt_dtype dtype, int64_t rows, int64_t m, const void *sorted, int64_t n,
                           const void *x, bool right, int64_t *places);

#endif
