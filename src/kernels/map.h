/* map.h - running element-wise kernels over arrays of any strides and dtypes.
 *
 * A kernel is the plainest of loops: dense arrays of one dtype in, a dense array out. lt_map_run
 * brings everything else into that form: it folds dimensions together, shares the work between
 * threads, and passes what is strided, broadcast or of another dtype through small buffers that
 * stay in the first-level cache. */
#ifndef LT_MAP_H
#define LT_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

enum { LT_MAP_DIMS = 8, LT_MAP_INPUTS = 4 };

/* Fill out[0..n) from in[k][0..n); `p` are the parameters of the operation. */
typedef void (*lt_kernel)(int64_t n, void *out, const void *const *in, const double *p);

typedef struct lt_map_array {
    char *data;
    lt_dtype dtype;              /* as stored */
    lt_dtype kernel;             /* as the kernel takes or gives it */
    int64_t stride[LT_MAP_DIMS]; /* bytes; 0 in broadcast dimensions */
} lt_map_array;

typedef struct lt_map {
    lt_kernel kernel; /* NULL copies input 0 */
    const double *p;
    int64_t grain; /* elements that are worth a thread; 0 for the default of a cheap kernel */
    bool stream;   /* lt_map_run decides: the result goes past the cache */
    int ndim, inputs;
    int64_t shape[LT_MAP_DIMS];
    lt_map_array out, in[LT_MAP_INPUTS];
} lt_map;

#define LT_GRAIN_CHEAP  32768 /* a few instructions an element */
#define LT_GRAIN_COSTLY 8192  /* a transcendental function an element */

/* False when an interrupt stopped it. May reorder the map's dimensions. */
bool lt_map_run(lt_map *map);

#endif
