/* progress.h - how far long engine work has come.
 *
 * Loops over blocks of work say so between the blocks, on the thread that was called:
 *
 *     lt_progress p = lt_progress_begin("reading x.npy", total);
 *     while (...)
 *         lt_progress_step(&p, done);
 *     lt_progress_end(&p);
 *
 * What has run for a second tells the watch that the application has set, ten times a second.
 * Work inside of other work is silent, and so is all of it without a watch. */
#ifndef LT_PROGRESS_H
#define LT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct lt_progress {
    const char *label; /* what is being done; the caller keeps it alive */
    int64_t total;
    double due; /* when to tell next, */
    bool heard; /* the outermost work, with somebody to tell */
    bool told;
} lt_progress;

/* done < 0: the work is over, or given up. */
typedef void (*lt_progress_fn)(const char *label, int64_t done, int64_t total);

/* Who is told; NULL: nobody. */
void lt_progress_watch(lt_progress_fn fn);

lt_progress lt_progress_begin(const char *label, int64_t total);
void lt_progress_tell(lt_progress *p, int64_t done);
void lt_progress_end(lt_progress *p);

static inline void lt_progress_step(lt_progress *p, int64_t done) {
    if (p->heard)
        lt_progress_tell(p, done);
}

#endif
