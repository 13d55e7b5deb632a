/* fuse.h - element-wise expressions computed in one pass over memory, recorded for autograd.
 *
 * An lt_fuse is an expression: values numbered in the order of their making, each a tensor that is
 * yet to be given, a number, or an operation of ops.def on earlier values. Equal values are made
 * once. lt_fuse_run gives it tensors; dtypes and broadcasting follow from these by the rules of
 * the single operations, whose kernels it runs block by block. */
#ifndef LT_OPS_FUSE_H
#define LT_OPS_FUSE_H

#include "kernels/elementwise.h"
#include "kernels/reduce.h"
#include "tensor/tensor.h"

typedef struct lt_fuse lt_fuse;

/* An empty expression, owned once; NULL when memory is short. */
lt_fuse *lt_fuse_new(void);
void lt_fuse_release(lt_fuse *f);

/* The next tensor. Inputs are numbered from 0 in the order of these calls. */
lt_status lt_fuse_input(lt_fuse *f, int *value);

/* Operands are values of the same expression. `number` is a wrapped number (lt_number). */
lt_status lt_fuse_number(lt_fuse *f, const lt_tensor *number, int *value);
lt_status lt_fuse_unary(lt_fuse *f, lt_unary_op op, int x, const double *p, int *value);
lt_status lt_fuse_binary(lt_fuse *f, lt_binary_op op, int a, int b, int *value);
lt_status lt_fuse_where(lt_fuse *f, int condition, int a, int b, int *value);

/* LT_RE_sum or LT_RE_mean of all elements: only as the result of the whole. */
lt_status lt_fuse_reduce(lt_fuse *f, lt_reduce_op op, int x, int *value);

/* Is the value a reduction, so that its result is a single number? */
bool lt_fuse_is_reduced(const lt_fuse *f, int number);

/* Compute value number `result`; inputs[i] stands for input i. */
lt_status lt_fuse_run(lt_tensor *out, lt_fuse *f, int result, int n, lt_tensor *const *inputs);

#endif
