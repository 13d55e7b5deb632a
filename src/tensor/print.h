/* print.h - the printed form of a tensor: dtype and shape, then the elements in aligned columns.
 *
 *     tensor float32 [2, 3]
 *       0.1000   2.5000  -3.0000
 *       1.0000  12.7500      nan
 *
 * One number format serves all elements shown. Large tensors are abridged to the first and last
 * few of each dimension, rows wider than the line are printed as groups of columns, and three and
 * more dimensions as matrices under their indices, [1, 2], as a script would write them. */
#ifndef LT_PRINT_H
#define LT_PRINT_H

#include <stddef.h>
#include <stdint.h>

#include "tensor/tensor.h"

typedef struct lt_print_options {
    int precision;      /* digits after the point, 0 to 17 */
    int64_t threshold;  /* more elements than this are abridged */
    int64_t edge_items; /* how many are shown at either end of an abridged dimension */
    int width;          /* characters a line */
} lt_print_options;

/* The options in force; at the start {4, 1000, 3, 80}. */
lt_print_options lt_get_print_options(void);

/* Fails when a value is out of its range. */
lt_status lt_set_print_options(lt_print_options options);

/* The printed form in memory that the caller frees with free(); no line end at its end. NULL when
 * memory is short. Stores the length where `length` is not NULL. */
char *lt_to_text(const lt_tensor *t, size_t *length);

#endif
