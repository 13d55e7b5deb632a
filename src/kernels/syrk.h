/* syrk.h - products of a matrix with its own transpose. */
#ifndef LT_SYRK_H
#define LT_SYRK_H

#include <stdint.h>

#include "tensor/dtype.h"

/* c [n, n] = beta c + a^T a for a [m, n], row-major, float32 or float64. Only the lower triangle
 * of c is read and written. */
void lt_syrk(lt_dtype dtype, int64_t m, int64_t n, const void *a, double beta, void *c);

#endif
