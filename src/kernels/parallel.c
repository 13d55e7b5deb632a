#include "kernels/parallel.h"

#include <cblas.h>
#include <omp.h>

#include "tensor/interrupt.h"

static int threads; /* 0: not asked yet */

int lt_num_threads(void) {
    if (threads == 0)
        threads = omp_get_max_threads();
    return threads;
}

void lt_set_num_threads(int n) {
    threads = n < 1 ? 1 : n;
    omp_set_num_threads(threads);
    openblas_set_num_threads(threads);
}

static bool run_serial(int64_t n, int64_t grain, lt_range_fn fn, void *context) {
    for (int64_t begin = 0, chunk = 0; begin < n; begin += grain, chunk++) {
        if (lt_interrupted())
            return false;
        fn(context, begin, begin + grain < n ? begin + grain : n, chunk);
    }
    return true;
}

bool lt_parallel(int64_t n, int64_t grain, lt_range_fn fn, void *context) {
    if (n <= 0)
        return true;
    int64_t chunks = lt_chunks(n, grain);
    if (chunks == 1) {
        fn(context, 0, n, 0);
        return true;
    }
    int team = lt_num_threads();
    if (team == 1 || omp_in_parallel())
        return run_serial(n, grain, fn, context);
    if (team > chunks)
        team = (int)chunks;
#pragma omp parallel for schedule(dynamic, 1) num_threads(team)
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
        if (lt_interrupted())
            continue;
        int64_t begin = chunk * grain;
        fn(context, begin, begin + grain < n ? begin + grain : n, chunk);
    }
    return !lt_interrupted();
}
