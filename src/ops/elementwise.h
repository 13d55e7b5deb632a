/* elementwise.h - the operations of ops.def on tensors, recorded for autograd. */
#ifndef LT_ELEMENTWISE_H
#define LT_ELEMENTWISE_H

#include "kernels/elementwise.h"
#include "tensor/tensor.h"

/* What ops.def says of an operation. */
typedef enum lt_op_kind { LT_FLOAT_OP, LT_ANY_OP, LT_BOOL_OP } lt_op_kind;

typedef struct lt_unary_info {
    const char *name, *in_place, *value, *derivative, *doc;
    lt_op_kind kind;
    double low, high;         /* inputs of the gradient check */
    const char *parameter[2]; /* NULL where there is none */
    double fallback[2];       /* defaults of the parameters */
} lt_unary_info;

typedef struct lt_binary_info {
    const char *name, *in_place, *value, *derivative_a, *derivative_b, *doc;
    lt_op_kind kind;
} lt_binary_info;

extern const lt_unary_info lt_unary_table[LT_UNARY_COUNT];
extern const lt_binary_info lt_binary_table[LT_BINARY_COUNT];

/* out = op(x). `p` are the two parameters; NULL takes their defaults. */
lt_status lt_unary(lt_tensor *out, lt_unary_op op, lt_tensor *x);
lt_status lt_unary_p(lt_tensor *out, lt_unary_op op, lt_tensor *x, const double *p);

/* x = op(x), in place. */
lt_status lt_unary_in_place(lt_unary_op op, lt_tensor *x, const double *p);

/* out = op(a, b), broadcast. */
lt_status lt_binary(lt_tensor *out, lt_binary_op op, lt_tensor *a, lt_tensor *b);

/* a = op(a, b), in place; b broadcasts to a. */
lt_status lt_binary_in_place(lt_binary_op op, lt_tensor *a, lt_tensor *b);

/* out = a where `condition` is true, b elsewhere; all three broadcast. */
lt_status lt_where(lt_tensor *out, lt_tensor *condition, lt_tensor *a, lt_tensor *b);

/* Sum `g` over the dimensions in which it was broadcast from the shape of a graph input, and
 * convert it: the gradient of an operand from that of the result. `g` may be handed on as it is. */
lt_status lt_unbroadcast(lt_tensor *out, lt_tensor *g, lt_dtype dtype, int ndim,
                         const int64_t *shape);

#endif
