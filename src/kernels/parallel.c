#include "kernels/parallel.h"

#include <cblas.h>
#include <omp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "tensor/interrupt.h"
#include "tensor/progress.h"

static int threads; /* 0: not asked yet */

/* ---- waiting without burning the machine ----
 *
 * Between two parallel regions GNU's OpenMP threads spin for milliseconds. On a machine that has
 * other work to do this takes the time that the rest of the region waits for: the training loop
 * of the first benchmark made 10 steps a second beside eight other processes, against 147 with
 * waiting threads asleep, and the same 640 alone on the machine either way. The library spins
 * briefly when it manages more threads than there are processors, so a team that sleeps for ever
 * is added to its count. OMP_WAIT_POLICY and GOMP_SPINCOUNT keep their say. */

static sem_t never;

static void *sleep_as_team(void *unused) {
#pragma omp parallel num_threads(2)
    while (sem_wait(&never) != 0) {
    }
    return unused;
}

static void spin_briefly(void) {
    static bool done;
    pthread_t thread;
    if (done)
        return;
    done = true;
    if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT") || sem_init(&never, 0, 0) != 0)
        return;
    sigset_t all, before; /* signals are for the threads that work */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, sleep_as_team, NULL) == 0)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void lt_prepare_threads(void) {
    if (lt_num_threads() > 1)
        spin_briefly();
}

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

/* `p` is NULL inside of another range. */
static bool run_serial(int64_t n, int64_t grain, lt_range_fn fn, void *context, lt_progress *p) {
    for (int64_t begin = 0, chunk = 0; begin < n; begin += grain, chunk++) {
        if (lt_interrupted())
            return false;
        fn(context, begin, begin + grain < n ? begin + grain : n, chunk);
        if (p)
            lt_progress_step(p, chunk + 1);
    }
    return true;
}

/* Chunks are handed out in order, so the caller's own tell how far all are. */
static bool run_team(int team, int64_t n, int64_t grain, lt_range_fn fn, void *context,
                     lt_progress *p) {
    int64_t chunks = lt_chunks(n, grain);
    lt_prepare_threads();
#pragma omp parallel for schedule(dynamic, 1) num_threads(team)
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
        if (lt_interrupted())
            continue;
        int64_t begin = chunk * grain;
        fn(context, begin, begin + grain < n ? begin + grain : n, chunk);
        if (omp_get_thread_num() == 0)
            lt_progress_step(p, chunk + 1);
    }
    return !lt_interrupted();
}

bool lt_parallel(int64_t n, int64_t grain, lt_range_fn fn, void *context) {
    if (n <= 0)
        return true;
    int64_t chunks = lt_chunks(n, grain);
    if (chunks == 1) {
        fn(context, 0, n, 0);
        return true;
    }
    if (omp_in_parallel())
        return run_serial(n, grain, fn, context, NULL);
    int team = lt_num_threads() < chunks ? lt_num_threads() : (int)chunks;
    lt_progress p = lt_progress_begin("computing", chunks);
    bool done = team == 1 ? run_serial(n, grain, fn, context, &p)
                          : run_team(team, n, grain, fn, context, &p);
    lt_progress_end(&p);
    return done;
}
