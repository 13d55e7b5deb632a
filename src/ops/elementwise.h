/* elementwise.h - the operations of ops.def on tensors, recorded for autograd. */
#ifndef LT_ELEMENTWISE_H
#define LT_ELEMENTWISE_H

#include "kernels/elementwise.h"
#include "ops/apply.h"
#include "tensor/tensor.h"

/* What ops.def says of an operation. */
typedef enum lt_op_kind {
    LT_FLOAT_OP,
    LT_ANY_OP,
    LT_BOOL_OP,
    LT_WHOLE_OP /* as LT_ANY_OP where the parameters are whole numbers, else as LT_FLOAT_OP */
} lt_op_kind;

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

/* ---- for callers that run the kernels themselves (ops/fuse.h) ----
 *
 * Which kernel an operation runs, and the dtypes it takes and gives. Of the operands dtype, ndim
 * and `wrapped` are looked at, and the value of a wrapped number. */
lt_kernel_call lt_unary_call(lt_unary_op op, const lt_tensor *x, const double *p);
lt_status lt_binary_call(lt_kernel_call *call, lt_binary_op op, const lt_tensor *a,
                         const lt_tensor *b);
lt_status lt_where_call(lt_kernel_call *call, const lt_tensor *condition, const lt_tensor *a,
                        const lt_tensor *b);

/* x^2, x^0.5 and x^-1 have faster and exact forms; LT_UNARY_COUNT where there is none. */
lt_unary_op lt_simpler_power(lt_binary_op op, const lt_tensor *exponent);

/* Does the operation divide integers when it computes in this dtype? Then no divisor may be 0;
 * the error where one is. */
bool lt_divides_integers(lt_binary_op op, lt_dtype compute);
lt_status lt_integers_by_zero(lt_binary_op op);

/* True if a derivative's text mentions the variable g, x, y, a or b. */
bool lt_mentions(const char *text, char variable);

#endif
