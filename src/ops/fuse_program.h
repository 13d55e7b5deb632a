/* fuse_program.h - from an expression and its tensors to a program of kernels/fuse.h: dtypes,
 * shapes, slots and steps. What ops/fuse.c and ops/fuse_backward.c share. */
#ifndef LT_OPS_FUSE_PROGRAM_H
#define LT_OPS_FUSE_PROGRAM_H

#include "kernels/fuse.h"
#include "ops/elementwise.h"
#include "ops/fuse.h"

typedef enum lt_fuse_kind {
    LT_FUSE_TENSOR,
    LT_FUSE_NUMBER,
    LT_FUSE_UNARY,
    LT_FUSE_BINARY,
    LT_FUSE_WHERE,
    LT_FUSE_REDUCE
} lt_fuse_kind;

/* Compared as bytes: the order of the members leaves no padding. */
typedef struct lt_fuse_value {
    lt_fuse_kind kind;
    int op;         /* of the operation; of a tensor, which input it is */
    int in[3];      /* operands */
    lt_dtype dtype; /* of a number */
    double p[2];    /* of a unary operation */
    int64_t integer;
    double real;
} lt_fuse_value;

struct lt_fuse {
    int refs, inputs, count, room;
    lt_fuse_value *value;
};

/* How many operands a value of a kind has. */
extern const int lt_fuse_operands[];

/* What the tensors of one run make of a value. */
typedef struct lt_fuse_operand {
    bool live;   /* the result depends on it */
    bool wanted; /* backward: it is differentiable, and leads to an input that wants a gradient */
    lt_tensor type; /* dtype, ndim, wrapped; and the value of a number */
    int slot;       /* of the value, -1 for numbers */
    int gradient;   /* backward: slot of the gradient so far, -1 while there is none */
    lt_kernel_call call;
    bool as_unary; /* a power that a unary operation computes */
    lt_unary_op unary;
} lt_fuse_operand;

typedef struct lt_fuse_builder {
    const lt_fuse *f;
    lt_tensor *const *inputs;
    lt_fuse_operand *of; /* [values] */
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    lt_fuse_program p;
    int array_room, slot_room, step_room, output_room;
    lt_status status;
} lt_fuse_builder;

/* Type all values that `result` depends on. Ends with lt_fuse_end() in any case. */
lt_status lt_fuse_begin(lt_fuse_builder *b, const lt_fuse *f, int result, int n,
                        lt_tensor *const *inputs);
void lt_fuse_end(lt_fuse_builder *b);

/* Add the steps that compute the values up to `result`. */
void lt_fuse_forward(lt_fuse_builder *b, int result);

/* A step that runs `kernel` (NULL converts) on slots and gives a slot of a dtype. These functions
 * note a failure in b->status and then do nothing. */
int lt_fuse_new_step(lt_fuse_builder *b, lt_kernel kernel, const double *p, lt_dtype dtype,
                     int inputs, const int *in);

/* The slot in another dtype. */
int lt_fuse_convert(lt_fuse_builder *b, int slot, lt_dtype dtype);

/* A slot of value number i in the dtype that a kernel takes; of a number given as a 0-dimensional
 * tensor; of a tensor, seen in the common shape. */
int lt_fuse_operand_slot(lt_fuse_builder *b, int i, lt_dtype dtype);
int lt_fuse_number_slot(lt_fuse_builder *b, const lt_tensor *number, lt_dtype dtype);
int lt_fuse_tensor_slot(lt_fuse_builder *b, lt_tensor *t);

/* Write a slot to dense memory. */
void lt_fuse_add_output(lt_fuse_builder *b, int slot, void *data);

/* Run the program. */
lt_status lt_fuse_execute(lt_fuse_builder *b);

#endif
