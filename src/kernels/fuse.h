/* fuse.h - running a straight line of element-wise kernels over arrays in one pass.
 *
 * A program is a list of steps between slots; a slot is one block of elements of one dtype. A
 * block, small enough that all slots stay in the cache, goes through every step before the next
 * block begins: arrays are read once and intermediate results never reach memory. Blocks end where
 * those of the single kernels do, so that results have the same bits.
 *
 * All arrays are seen in one shape, in which small ones repeat (stride 0). Outputs are dense. */
#ifndef LT_KERNELS_FUSE_H
#define LT_KERNELS_FUSE_H

#include <stdbool.h>

#include "kernels/map.h"
#include "kernels/reduce.h"

/* What fills a slot. */
typedef enum lt_slot_source {
    LT_SLOT_STEP,  /* a step */
    LT_SLOT_ARRAY, /* array number `array`, of the slot's dtype */
    LT_SLOT_NUMBER /* one value for all elements */
} lt_slot_source;

typedef struct lt_fuse_slot {
    lt_slot_source source;
    lt_dtype dtype;
    int array;
    double number; /* its bytes: one element of the dtype */
} lt_fuse_slot;

typedef struct lt_fuse_step {
    lt_kernel kernel; /* NULL converts in[0] */
    double p[2];
    int out, inputs, in[4]; /* slots */
    bool divides;           /* integers: in[1] must not hold 0 */
} lt_fuse_step;

typedef struct lt_fuse_array {
    const char *data;
    lt_dtype dtype;
    int ndim; /* folded: neighbours that are one run in memory joined */
    int64_t shape[LT_MAP_DIMS];
    int64_t stride[LT_MAP_DIMS]; /* bytes */
} lt_fuse_array;

typedef struct lt_fuse_output {
    int slot;
    char *data; /* dense */
} lt_fuse_output;

typedef struct lt_fuse_program {
    int64_t total; /* elements of the common shape */
    int arrays, slots, steps, outputs;
    lt_fuse_array *array;
    lt_fuse_slot *slot;
    lt_fuse_step *step;
    lt_fuse_output *output;
    const lt_reducer *reducer; /* folds output 0, which then has no data, to one value */
    double p[2];               /* of the reducer */
    void *value;               /* where it goes */
} lt_fuse_program;

typedef enum lt_fuse_status {
    LT_FUSE_DONE,
    LT_FUSE_INTERRUPTED,
    LT_FUSE_MEMORY,
    LT_FUSE_ZERO /* an integer was divided by 0 */
} lt_fuse_status;

/* Describe an array of any strides (bytes) in the common shape. */
void lt_fuse_set_array(lt_fuse_array *a, const void *data, lt_dtype dtype, int ndim,
                       const int64_t *shape, const int64_t *stride);

/* Run a program. Steps whose results nobody reads are left out. */
lt_fuse_status lt_fuse_run_program(lt_fuse_program *p);

#endif
