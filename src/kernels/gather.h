/* gather.h - moving elements by lists of places. Places are 0-based and checked by the caller. */
#ifndef LT_KERNELS_GATHER_H
#define LT_KERNELS_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

/* out[o][k][0..inner) = x[o][place[k]][0..inner) in bytes: `outer` slabs of `rows` rows in x. */
bool lt_gather_rows(char *out, const char *x, const int64_t *place, int64_t outer, int64_t rows,
                    int64_t count, int64_t inner_bytes);

/* x[o][place[k]][..] = or += in[o][k][..], k ascending. */
bool lt_scatter_rows(char *x, const char *in, const int64_t *place, int64_t outer, int64_t rows,
                     int64_t count, int64_t inner, lt_dtype dtype, bool add);

/* to[i] += from[i] for dense runs. */
void lt_add_run(lt_dtype dtype, int64_t n, void *to, const void *from);

#endif
