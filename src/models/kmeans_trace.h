/* kmeans_trace.h - what k-means keeps of each iteration when it is asked to. */
#ifndef LT_KMEANS_TRACE_H
#define LT_KMEANS_TRACE_H

#include "models/kmeans.h"

typedef struct lt_kmeans_trace {
    lt_dtype dtype;
    int64_t k, d;
    int64_t steps, capacity; /* assignments recorded, and room for them */
    char *centers, *low, *high;
    double *inertia;
} lt_kmeans_trace;

/* Start a trace with the first centres. */
lt_status lt_trace_begin(lt_kmeans_trace *t, const lt_tensor *x, const void *centers, int64_t k);

/* Record an assignment of the rows of x to `centers`: ranges and inertia. */
lt_status lt_trace_assignment(lt_kmeans_trace *t, const lt_tensor *x, const void *centers,
                              const int32_t *label);

/* Record the centres that came of it. */
void lt_trace_centers(lt_kmeans_trace *t, const void *centers);

/* Hand the trace over to a result, or just give it up (NULL). */
lt_status lt_trace_end(lt_kmeans_trace *t, lt_kmeans_result *out);

#endif
