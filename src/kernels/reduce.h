/* reduce.h - folding runs of elements to one value each.
 *
 * A reducer makes a partial result of a dense block, merges two partials and writes the final
 * value. The driver cuts the work into blocks whose borders depend on the shape alone and merges
 * in order: the bits do not depend on the number of threads. float32 accumulates in double. */
#ifndef LT_KERNELS_REDUCE_H
#define LT_KERNELS_REDUCE_H

#include <stddef.h>
#include <stdint.h>

#include "tensor/dtype.h"
#include "tensor/status.h"

typedef enum lt_reduce_op {
    LT_RE_sum,
    LT_RE_prod,
    LT_RE_mean,
    LT_RE_max,
    LT_RE_min,
    LT_RE_argmax,
    LT_RE_argmin,
    LT_RE_var,
    LT_RE_std,
    LT_RE_any,
    LT_RE_all,
    LT_RE_logsumexp,
    LT_RE_norm, /* of any order: p[1] */
    LT_RE_norm0,
    LT_RE_norm1,
    LT_RE_norm2,
    LT_RE_norm_max,
    LT_RE_norm_min,
    LT_REDUCE_COUNT
} lt_reduce_op;

enum { LT_PARTIAL_MAX = 32 }; /* bytes of the largest partial result */

/* Parameters of a finish: p[0] is the number of elements, p[1] the operation's own. */
typedef struct lt_reducer {
    size_t size; /* bytes of a partial result */
    /* The partial result of x[0..n), whose first element has index `first` in its run. */
    void (*block)(int64_t n, const void *x, int64_t first, void *partial, const double *p);
    void (*merge)(void *partial, const void *next);
    /* Write the value, and for argmax and argmin the extreme itself to `value` unless NULL. */
    void (*finish)(const void *partial, void *out, void *value, const double *p);
    /* Fold `rows` rows of `cols` dense columns into cols partials at once; NULL if there is no
     * such form. */
    void (*columns)(int64_t rows, int64_t cols, const char *x, int64_t row_stride, void *partials);
} lt_reducer;

/* The reducer for elements of this dtype; NULL where the operation is not defined for it. */
const lt_reducer *lt_reducer_for(lt_reduce_op op, lt_dtype dtype);

typedef struct lt_fold {
    const lt_reducer *reducer;
    double p[2];
    const char *x;
    lt_dtype dtype;
    int kept; /* dimensions that remain, outermost first; strides in bytes */
    int64_t kept_shape[8], kept_stride[8];
    int64_t n, stride; /* the run that is folded, stride in bytes */
    char *out;         /* dense, one value for each kept index */
    size_t out_size;
    char *value; /* as in finish, or NULL */
} lt_fold;

lt_status lt_fold_run(const lt_fold *r);

#endif
