/* apply.h - element-wise kernels over tensors: broadcasting, promotion, the checks of in-place
 * forms. What the families of operations share. */
#ifndef LT_APPLY_H
#define LT_APPLY_H

#include "kernels/map.h"
#include "tensor/node.h"
#include "tensor/tensor.h"

/* Shape of the broadcast of `n` tensors; fails naming `op` and the shapes. */
lt_status lt_broadcast(const char *op, int n, lt_tensor *const *tensors, int *ndim, int64_t *shape);

/* The dtype that two operands are computed in, by PyTorch's rules: tensors with dimensions decide
 * before 0-dimensional ones, these before numbers, and a later kind (bool, integer, float) wins
 * over an earlier. */
lt_dtype lt_promote(const lt_tensor *a, const lt_tensor *b);

typedef struct lt_kernel_call {
    lt_kernel kernel; /* NULL copies input 0 */
    const double *p;  /* parameters, may be NULL */
    int64_t grain;
    lt_dtype out;               /* what the kernel gives */
    lt_dtype in[LT_MAP_INPUTS]; /* what it takes */
} lt_kernel_call;

/* Run a kernel from `inputs`, which broadcast to the shape of `out`, into `out` (already
 * allocated, of any strides and dtype). */
lt_status lt_apply(const lt_kernel_call *call, lt_tensor *out, int n, lt_tensor *const *inputs);

/* May `op` write into `t`? Refuses tensors on the graph and expanded ones. */
lt_status lt_check_writable(const lt_tensor *t, const char *op);

/* True if the two share memory in a way that writing one changes what is yet to be read of the
 * other. */
bool lt_overlaps(const lt_tensor *a, const lt_tensor *b);

#endif
