#include "tensor/progress.h"

#include <stddef.h>
#include <time.h>

#define DELAY 1.0 /* seconds of work before the first word */
#define FRAME 0.1 /* between words */

static lt_progress_fn watch;
static bool busy; /* some work is under way */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void lt_progress_watch(lt_progress_fn fn) {
    watch = fn;
}

lt_progress lt_progress_begin(const char *label, int64_t total) {
    lt_progress p = {.label = label, .total = total};
    if (watch && !busy) {
        p.heard = busy = true;
        p.due = now() + DELAY;
    }
    return p;
}

void lt_progress_tell(lt_progress *p, int64_t done) {
    double time = now();
    if (time < p->due || !watch)
        return;
    p->due = time + FRAME;
    p->told = true;
    watch(p->label, done, p->total);
}

void lt_progress_end(lt_progress *p) {
    if (!p->heard)
        return;
    busy = false;
    if (p->told && watch)
        watch(p->label, -1, p->total);
}
