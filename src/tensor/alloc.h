/* alloc.h - memory for tensor data: 64-byte aligned blocks, reused by size class.
 *
 * Lua's collector does not see these bytes. The allocator counts them, and says through
 * lt_alloc_pressure() when a collection is due: live bytes have doubled since the last one, and
 * are more than LT_PRESSURE_MIN. */
#ifndef LT_ALLOC_H
#define LT_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

#define LT_ALIGNMENT    64
#define LT_PRESSURE_MIN ((size_t)64 << 20)
#define LT_STEP_BYTES   ((size_t)1 << 20)

/* A block of at least `bytes` bytes, not cleared; NULL when memory is short. */
void *lt_alloc(size_t bytes);

/* Give back a block of lt_alloc(bytes); it may be kept for reuse. NULL is ignored. */
void lt_free(void *block, size_t bytes);

/* Bytes handed out and not yet freed. */
size_t lt_alloc_live(void);

/* Largest value of lt_alloc_live() so far. */
size_t lt_alloc_peak(void);

/* True when a garbage collection should run before the next allocation. */
bool lt_alloc_pressure(void);

/* Tell the allocator that a collection has run: live bytes are counted from here. */
void lt_alloc_collected(void);

/* True once every LT_STEP_BYTES handed out: time for a small step of the collector, so that a loop
 * of temporaries finds its own blocks again while they are still in the processor's cache. */
bool lt_alloc_step_due(void);

/* Return the cached blocks to the system. */
void lt_alloc_trim(void);

#endif
