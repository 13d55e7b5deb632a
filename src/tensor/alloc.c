#include "tensor/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Size classes: four to an octave from 64 bytes on, so that a block wastes at most a quarter.
 * Freed blocks wait in a list per class, linked through their first bytes. */
enum { CLASSES = 4 * 40 };

#define CACHE_CAP_MIN ((size_t)128 << 20)
#define HUGE_PAGE     ((size_t)2 << 20)

/* Times the cache may be handed out since a class was last asked for; then its blocks are stale:
 * what was done with them is over, and they stand in the way of those that are in use now. */
enum { STALE_AFTER = 2 };

typedef struct free_block {
    struct free_block *next;
} free_block;

static free_block *lists[CLASSES];
static size_t asked_at[CLASSES]; /* `given` when a class was last asked for */
static size_t given, swept_at; /* bytes handed out in all; when stale blocks were last looked for */
static size_t live, peak, cached, since_step, pressure_at = LT_PRESSURE_MIN;

/* Class of a request, and the bytes that its blocks have. -1 where the size is absurd. */
static int class_of(size_t bytes, size_t *rounded) {
    if (bytes < 64)
        bytes = 64;
    if (bytes > (SIZE_MAX >> 2))
        return -1;
    int octave = 63 - __builtin_clzll(bytes);
    size_t step = (size_t)1 << (octave - 2);
    size_t quarter = (bytes - ((size_t)1 << octave) + step - 1) / step;
    *rounded = ((size_t)1 << octave) + quarter * step;
    int index = (octave - 6) * 4 + (int)quarter;
    return index < CLASSES ? index : -1;
}

static size_t class_bytes(int class) {
    size_t octave = (size_t)1 << (class / 4 + 6);
    return octave + (size_t)(class % 4) * (octave / 4);
}

static void drop_class(int class) {
    while (lists[class]) {
        free_block *next = lists[class]->next;
        free(lists[class]);
        lists[class] = next;
        cached -= class_bytes(class);
    }
}

/* Live bytes grow to pressure_at before the next collection, so keeping blocks up to there does
 * not raise the peak, and a loop of temporaries finds all of its own again. */
static size_t cache_cap(void) {
    size_t cap = pressure_at > live ? pressure_at - live : 0;
    return cap < CACHE_CAP_MIN ? CACHE_CAP_MIN : cap;
}

static void drop_stale(void) {
    size_t stale = STALE_AFTER * cache_cap();
    if (given - swept_at < stale / 8)
        return;
    swept_at = given;
    for (int i = 0; i < CLASSES; i++)
        if (lists[i] && given - asked_at[i] > stale)
            drop_class(i);
}

/* A block from the system. Large ones ask for huge pages: a page fault for each 4 KB costs more
 * than a simple operation on them. */
static void *from_system(size_t bytes) {
    bool large = bytes >= 2 * HUGE_PAGE;
    void *block;
    if (posix_memalign(&block, large ? HUGE_PAGE : LT_ALIGNMENT, bytes) != 0)
        return NULL;
    if (large)
        madvise(block, bytes, MADV_HUGEPAGE);
    return block;
}

static void *fresh(size_t bytes) {
    void *block = from_system(bytes);
    if (!block && cached) {
        lt_alloc_trim();
        block = from_system(bytes);
    }
    return block;
}

void *lt_alloc(size_t bytes) {
    size_t rounded = 0;
    int class = class_of(bytes, &rounded);
    if (class < 0)
        return NULL;
    void *block = lists[class];
    if (block) {
        lists[class] = lists[class]->next;
        cached -= rounded;
    } else {
        block = fresh(rounded);
        if (!block)
            return NULL;
    }
    live += rounded;
    since_step += rounded;
    given += rounded;
    asked_at[class] = given;
    if (live > peak)
        peak = live;
    return block;
}

void lt_free(void *block, size_t bytes) {
    if (!block)
        return;
    size_t rounded = 0;
    int class = class_of(bytes, &rounded);
    live -= rounded;
    if (cached + rounded > cache_cap())
        drop_stale();
    if (cached + rounded > cache_cap()) {
        free(block);
        return;
    }
    free_block *head = block;
    head->next = lists[class];
    lists[class] = head;
    cached += rounded;
}

size_t lt_alloc_live(void) {
    return live;
}

size_t lt_alloc_peak(void) {
    return peak;
}

bool lt_alloc_pressure(void) {
    return live > pressure_at;
}

bool lt_alloc_step_due(void) {
    if (since_step < LT_STEP_BYTES)
        return false;
    since_step = 0;
    return true;
}

void lt_alloc_collected(void) {
    pressure_at = 2 * live > LT_PRESSURE_MIN ? 2 * live : LT_PRESSURE_MIN;
    if (cached > cache_cap())
        lt_alloc_trim();
}

void lt_alloc_trim(void) {
    for (int i = 0; i < CLASSES; i++)
        drop_class(i);
}
