/* create.h - new tensors from values, copies and conversions. */
#ifndef LT_CREATE_H
#define LT_CREATE_H

#include "tensor/tensor.h"

/* Write one value everywhere. */
lt_status lt_fill(lt_tensor *t, double value);

/* Copy `src` into `dst`, broadcasting and converting. Overlapping views are safe. */
lt_status lt_copy_into(lt_tensor *dst, lt_tensor *src);

/* A second handle if `t` is contiguous already, a contiguous copy otherwise; off the graph. */
lt_status lt_contiguous(lt_tensor *out, lt_tensor *t);

/* A contiguous copy in that dtype, off the graph. */
lt_status lt_cast(lt_tensor *out, lt_tensor *t, lt_dtype dtype);

/* A contiguous copy in that dtype, recorded for autograd. */
lt_status lt_to(lt_tensor *out, lt_tensor *t, lt_dtype dtype);

/* n values start, start + step, ... */
lt_status lt_range(lt_tensor *out, lt_dtype dtype, double start, double step, int64_t n);

/* n values from start to end, both included; n = 1 gives start. */
lt_status lt_linspace(lt_tensor *out, lt_dtype dtype, double start, double end, int64_t n);

/* Ones on the diagonal of [rows, cols]. */
lt_status lt_eye(lt_tensor *out, lt_dtype dtype, int64_t rows, int64_t cols);

#endif
