/* parallel.h - sharing a range of work between threads.
 *
 * The only place where the engine starts OpenMP regions. A range is cut into chunks at fixed
 * positions that depend on the range and the grain alone, never on the number of threads, so that
 * whatever a chunk computes (a partial sum, a stretch of random numbers) has the same bits
 * however many threads there are. Between chunks the threads look for interrupts. */
#ifndef LT_PARALLEL_H
#define LT_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

/* Work on [begin, end), which is chunk number `chunk` of the range. */
typedef void (*lt_range_fn)(void *context, int64_t begin, int64_t end, int64_t chunk);

/* Call fn on every chunk of [0, n), each of `grain` items (the last may be shorter). Runs in the
 * caller's thread when there is one chunk, or inside another parallel range. False when an
 * interrupt stopped it early: the results are then incomplete. */
bool lt_parallel(int64_t n, int64_t grain, lt_range_fn fn, void *context);

/* Number of chunks that lt_parallel will make. */
static inline int64_t lt_chunks(int64_t n, int64_t grain) {
    return (n + grain - 1) / grain;
}

/* Call before handing work to a library that uses OpenMP (lt_parallel does): settles, the first
 * time, how its threads wait. */
void lt_prepare_threads(void);

/* Threads of the engine's kernels and of OpenBLAS alike. */
int lt_num_threads(void);
void lt_set_num_threads(int n);

#endif
