/* gather.h - moving elements by lists of places. Places are 0-based and checked by the caller. */
#ifndef LT_KERNELS_GATHER_H
#define LT_KERNELS_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"

/* Whether n numbers are all places of a user's: 1..size, or -size..-1. */
bool lt_all_inside(int64_t n, const int64_t *index, int64_t size);

/* *outside is the position of the first that is none, or -1. False when an interrupt stopped it. */
bool lt_find_outside(int64_t n, const int64_t *index, int64_t size, int64_t *outside);

/* Make 0-based places of numbers that are such places. False when an interrupt stopped it. */
bool lt_to_places(int64_t n, int64_t *index, int64_t size);

/* The true elements of a mask: first[0 .. lt_true_chunks(n)] becomes the number of those before
 * each chunk, then out[k] the 1-based place of number k. False when an interrupt stopped it. */
int64_t lt_true_chunks(int64_t n);
bool lt_count_true(int64_t n, const uint8_t *mask, int64_t *first);
bool lt_find_true(int64_t n, const uint8_t *mask, const int64_t *first, int64_t *out);

/* out[o][k][0..inner) = x[o][place[k]][0..inner) in bytes: `outer` slabs of `rows` rows in x. */
bool lt_gather_rows(char *out, const char *x, const int64_t *place, int64_t outer, int64_t rows,
                    int64_t count, int64_t inner_bytes);

/* x[o][place[k]][..] = or += in[o][k][..], k ascending. */
bool lt_scatter_rows(char *x, const char *in, const int64_t *place, int64_t outer, int64_t rows,
                     int64_t count, int64_t inner, lt_dtype dtype, bool add);

/* to[i] += from[i] for dense runs. */
void lt_add_run(lt_dtype dtype, int64_t n, void *to, const void *from);

#endif
