#include "ops/fuse.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/convert.h"
#include "kernels/fuse.h"
#include "kernels/select.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "tensor/node.h"

/* ---- expressions ---- */

enum { MOST_VALUES = 1000 };

typedef enum value_kind { TENSOR, NUMBER, UNARY_OP, BINARY_OP, WHERE_OP, REDUCE_OP } value_kind;

typedef struct value {
    value_kind kind;
    int op;    /* of the operation; of a tensor, which input it is */
    int in[3]; /* operands */
    double p[2];
    lt_dtype dtype; /* of a number */
    int64_t integer;
    double real;
} value;

struct lt_fuse {
    int refs, inputs, count, room;
    value *value;
};

static const int operands_of[] = {
    [TENSOR] = 0, [NUMBER] = 0, [UNARY_OP] = 1, [BINARY_OP] = 2, [WHERE_OP] = 3, [REDUCE_OP] = 1};

lt_fuse *lt_fuse_new(void) {
    lt_fuse *f = calloc(1, sizeof *f);
    if (f)
        f->refs = 1;
    return f;
}

void lt_fuse_release(lt_fuse *f) {
    if (!f || --f->refs > 0)
        return;
    free(f->value);
    free(f);
}

/* The number of a value equal to `v`, which is made if there is none. */
static lt_status add(lt_fuse *f, const value *v, int *out) {
    for (int k = 0; k < operands_of[v->kind]; k++)
        if (f->value[v->in[k]].kind == REDUCE_OP)
            return lt_fail(LT_EINVAL, "fuse: sum and mean end an expression; compute with the "
                                      "result outside of it");
    for (*out = 0; *out < f->count; ++*out)
        if (memcmp(&f->value[*out], v, sizeof *v) == 0)
            return LT_OK;
    if (f->count == MOST_VALUES)
        return lt_fail(LT_EINVAL, "fuse: more than %d operations in an expression", MOST_VALUES);
    if (f->count == f->room) {
        int larger = f->room ? 2 * f->room : 16;
        value *moved = realloc(f->value, (size_t)larger * sizeof *moved);
        if (!moved)
            return lt_fail(LT_ENOMEM, "out of memory: fuse");
        f->value = moved;
        f->room = larger;
    }
    f->value[f->count++] = *v;
    return LT_OK;
}

/* A value with its padding cleared: values are compared as bytes. */
static value blank(value_kind kind, int op) {
    value v;
    memset(&v, 0, sizeof v);
    v.kind = kind;
    v.op = op;
    return v;
}

lt_status lt_fuse_input(lt_fuse *f, int *out) {
    value v = blank(TENSOR, f->inputs);
    LT_TRY(add(f, &v, out));
    f->inputs++;
    return LT_OK;
}

lt_status lt_fuse_number(lt_fuse *f, const lt_tensor *number, int *out) {
    value v = blank(NUMBER, 0);
    v.dtype = (lt_dtype)number->dtype;
    v.integer = lt_get_int(number, 0);
    v.real = lt_get_double(number, 0);
    return add(f, &v, out);
}

lt_status lt_fuse_unary(lt_fuse *f, lt_unary_op op, int x, const double *p, int *out) {
    value v = blank(UNARY_OP, op);
    v.in[0] = x;
    memcpy(v.p, p ? p : lt_unary_table[op].fallback, sizeof v.p);
    return add(f, &v, out);
}

lt_status lt_fuse_binary(lt_fuse *f, lt_binary_op op, int a, int b, int *out) {
    value v = blank(BINARY_OP, op);
    v.in[0] = a;
    v.in[1] = b;
    return add(f, &v, out);
}

lt_status lt_fuse_where(lt_fuse *f, int condition, int a, int b, int *out) {
    value v = blank(WHERE_OP, 0);
    v.in[0] = condition;
    v.in[1] = a;
    v.in[2] = b;
    return add(f, &v, out);
}

lt_status lt_fuse_reduce(lt_fuse *f, lt_reduce_op op, int x, int *out) {
    value v = blank(REDUCE_OP, op);
    v.in[0] = x;
    return add(f, &v, out);
}

bool lt_fuse_is_reduced(const lt_fuse *f, int number) {
    return f->value[number].kind == REDUCE_OP;
}

/* ---- programs: an expression with the dtypes and shapes of its tensors ---- */

typedef struct operand {
    bool live;   /* the result depends on it */
    bool wanted; /* backward: it is differentiable, and leads to an input that wants a gradient */
    lt_tensor type; /* dtype, ndim, wrapped; and the value of a number */
    int slot;       /* of the value, -1 for numbers */
    int gradient;   /* backward: slot of the gradient so far, -1 while there is none */
    lt_kernel_call call;
    bool as_unary; /* a power that a unary operation computes */
    lt_unary_op unary;
} operand;

typedef struct builder {
    const lt_fuse *f;
    lt_tensor *const *inputs;
    operand *of; /* [values] */
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    lt_fuse_program p;
    int array_room, slot_room, step_room, output_room;
    lt_status status;
} builder;

static void builder_end(builder *b) {
    free(b->of);
    free(b->p.array);
    free(b->p.slot);
    free(b->p.step);
    free(b->p.output);
}

/* Make room for one more in a list; false (and the status set) when memory is short. */
static bool grow(builder *b, void **list, int count, int *room, size_t size) {
    if (b->status != LT_OK)
        return false;
    if (count < *room)
        return true;
    int larger = *room ? 2 * *room : 16;
    void *moved = realloc(*list, (size_t)larger * size);
    if (!moved) {
        b->status = lt_fail(LT_ENOMEM, "out of memory: fuse");
        return false;
    }
    *list = moved;
    *room = larger;
    return true;
}

static int new_slot(builder *b, lt_slot_source source, lt_dtype dtype) {
    if (!grow(b, (void **)&b->p.slot, b->p.slots, &b->slot_room, sizeof *b->p.slot))
        return 0;
    memset(&b->p.slot[b->p.slots], 0, sizeof *b->p.slot);
    b->p.slot[b->p.slots].source = source;
    b->p.slot[b->p.slots].dtype = dtype;
    return b->p.slots++;
}

/* A step on up to four slots that gives a slot of a dtype. */
static int new_step(builder *b, lt_kernel kernel, const double *p, lt_dtype dtype, int inputs,
                    const int *in) {
    int out = new_slot(b, LT_SLOT_STEP, dtype);
    if (!grow(b, (void **)&b->p.step, b->p.steps, &b->step_room, sizeof *b->p.step))
        return 0;
    lt_fuse_step *s = &b->p.step[b->p.steps++];
    *s = (lt_fuse_step){.kernel = kernel, .out = out, .inputs = inputs};
    memcpy(s->in, in, (size_t)inputs * sizeof *in);
    if (p)
        memcpy(s->p, p, sizeof s->p);
    return out;
}

/* The slot in another dtype; a conversion that is there already serves again. */
static int convert(builder *b, int slot, lt_dtype dtype) {
    if (b->status != LT_OK || b->p.slot[slot].dtype == dtype)
        return slot;
    for (int i = 0; i < b->p.steps; i++) {
        const lt_fuse_step *s = &b->p.step[i];
        if (!s->kernel && s->in[0] == slot && b->p.slot[s->out].dtype == dtype)
            return s->out;
    }
    return new_step(b, NULL, NULL, dtype, 1, &slot);
}

/* A slot that holds a number, given as a 0-dimensional tensor. */
static int number_slot(builder *b, const lt_tensor *number, lt_dtype dtype) {
    char bytes[sizeof(double)] = {0};
    int64_t size = (int64_t)lt_dtype_size(dtype);
    lt_convert(1, bytes, dtype, size, lt_data(number), (lt_dtype)number->dtype, 0);
    for (int i = 0; i < b->p.slots; i++)
        if (b->p.slot[i].source == LT_SLOT_NUMBER && b->p.slot[i].dtype == dtype &&
            memcmp(b->p.slot[i].number, bytes, sizeof bytes) == 0)
            return i;
    int slot = new_slot(b, LT_SLOT_NUMBER, dtype);
    if (b->status == LT_OK)
        memcpy(b->p.slot[slot].number, bytes, sizeof bytes);
    return slot;
}

static int real_slot(builder *b, double x, lt_dtype dtype) {
    lt_tensor number;
    lt_number(&number, x);
    return number_slot(b, &number, dtype);
}

/* A slot that is read from a tensor, seen in the common shape. */
static int tensor_slot(builder *b, lt_tensor *t) {
    int64_t stride[LT_MAX_DIMS], size = (int64_t)lt_dtype_size((lt_dtype)t->dtype);
    int slot = new_slot(b, LT_SLOT_ARRAY, (lt_dtype)t->dtype);
    if (!grow(b, (void **)&b->p.array, b->p.arrays, &b->array_room, sizeof *b->p.array))
        return 0;
    for (int d = 0; d < b->ndim; d++) {
        int own = d - (b->ndim - t->ndim);
        stride[d] = own < 0 || t->shape[own] == 1 ? 0 : t->stride[own] * size;
    }
    lt_fuse_set_array(&b->p.array[b->p.arrays], lt_data(t), (lt_dtype)t->dtype, b->ndim, b->shape,
                      stride);
    b->p.slot[slot].array = b->p.arrays++;
    return slot;
}

/* Write a slot to dense memory. Only what a step makes can be an output, and only one. */
static void add_output(builder *b, int slot, void *data) {
    bool taken = b->status == LT_OK && b->p.slot[slot].source != LT_SLOT_STEP;
    for (int i = 0; i < b->p.outputs; i++)
        taken |= b->p.output[i].slot == slot;
    if (taken)
        slot = new_step(b, NULL, NULL, b->p.slot[slot].dtype, 1, &slot);
    if (grow(b, (void **)&b->p.output, b->p.outputs, &b->output_room, sizeof *b->p.output))
        b->p.output[b->p.outputs++] = (lt_fuse_output){slot, data};
}

/* ---- types ---- */

static void type_of(operand *o, const lt_kernel_call *call, int operands,
                    const operand *const *in) {
    lt_clear(&o->type);
    o->type.dtype = (uint8_t)call->out;
    for (int k = 0; k < operands; k++)
        if (in[k]->type.ndim > o->type.ndim)
            o->type.ndim = in[k]->type.ndim;
    o->call = *call;
}

static lt_status type_value(builder *b, int i) {
    const value *v = &b->f->value[i];
    operand *o = &b->of[i];
    const operand *in[3] = {0};
    lt_kernel_call call = {0};
    for (int k = 0; k < operands_of[v->kind]; k++)
        in[k] = &b->of[v->in[k]];
    switch (v->kind) {
    case TENSOR:
        lt_clear(&o->type);
        o->type.dtype = b->inputs[v->op]->dtype;
        o->type.ndim = b->inputs[v->op]->ndim > 0;
        return LT_OK;
    case NUMBER:
        if (v->dtype == LT_FLOAT64)
            lt_number(&o->type, v->real);
        else
            lt_number_int(&o->type, v->integer);
        o->type.dtype = (uint8_t)v->dtype;
        if (v->dtype == LT_BOOL)
            lt_set_int(&o->type, 0, v->integer);
        return LT_OK;
    case UNARY_OP:
        call = lt_unary_call((lt_unary_op)v->op, &in[0]->type, v->p);
        break;
    case BINARY_OP:
        LT_TRY(lt_binary_call(&call, (lt_binary_op)v->op, &in[0]->type, &in[1]->type));
        o->unary = lt_simpler_power((lt_binary_op)v->op, &in[1]->type);
        o->as_unary = o->unary != LT_UNARY_COUNT && call.in[0] == (lt_dtype)in[0]->type.dtype;
        if (o->as_unary)
            call = lt_unary_call(o->unary, &in[0]->type, NULL);
        break;
    case WHERE_OP:
        LT_TRY(lt_where_call(&call, &in[0]->type, &in[1]->type, &in[2]->type));
        break;
    case REDUCE_OP:
        return LT_OK;
    }
    type_of(o, &call, operands_of[v->kind], in);
    return LT_OK;
}

/* The common shape of all tensors that the result depends on. */
static lt_status common_shape(builder *b, int n) {
    lt_tensor **used = calloc((size_t)n + 1, sizeof *used);
    int count = 0;
    if (!used)
        return lt_fail(LT_ENOMEM, "out of memory: fuse");
    for (int i = 0; i < b->f->count; i++)
        if (b->of[i].live && b->f->value[i].kind == TENSOR)
            used[count++] = b->inputs[b->f->value[i].op];
    lt_status s = lt_broadcast("fuse", count, used, &b->ndim, b->shape);
    free(used);
    b->p.total = lt_shape_numel(b->ndim, b->shape);
    if (s == LT_OK && b->p.total < 0)
        s = lt_fail(LT_EINVAL, "fuse: no tensor can have the shape %s",
                    lt_shape_text(b->ndim, b->shape));
    return s;
}

/* Type all values that `result` depends on. Ends with builder_end() in any case. */
static lt_status builder_begin(builder *b, const lt_fuse *f, int result, int n,
                               lt_tensor *const *inputs) {
    memset(b, 0, sizeof *b);
    b->f = f;
    b->inputs = inputs;
    b->of = calloc((size_t)f->count, sizeof *b->of);
    if (!b->of)
        return lt_fail(LT_ENOMEM, "out of memory: fuse");
    b->of[result].live = true;
    for (int i = result; i >= 0; i--)
        for (int k = 0; b->of[i].live && k < operands_of[f->value[i].kind]; k++)
            b->of[f->value[i].in[k]].live = true;
    for (int i = 0; i <= result; i++) {
        b->of[i].slot = b->of[i].gradient = -1;
        if (b->of[i].live)
            LT_TRY(type_value(b, i));
    }
    return common_shape(b, n);
}

/* ---- forward ---- */

/* The slot of an operand in the dtype that a kernel takes. */
static int operand_slot(builder *b, int i, lt_dtype dtype) {
    const operand *o = &b->of[i];
    return o->type.wrapped ? number_slot(b, &o->type, dtype) : convert(b, o->slot, dtype);
}

static void forward_value(builder *b, int i) {
    const value *v = &b->f->value[i];
    operand *o = &b->of[i];
    int in[3], operands = o->as_unary ? 1 : operands_of[v->kind];
    if (v->kind == TENSOR)
        o->slot = tensor_slot(b, b->inputs[v->op]);
    if (operands == 0 || v->kind == REDUCE_OP)
        return;
    for (int k = 0; k < operands; k++)
        in[k] = operand_slot(b, v->in[k], o->call.in[k]);
    o->slot = new_step(b, o->call.kernel, o->call.p, o->call.out, operands, in);
    if (b->status == LT_OK && v->kind == BINARY_OP)
        b->p.step[b->p.steps - 1].divides = lt_divides_integers((lt_binary_op)v->op, o->call.in[0]);
}

static void forward(builder *b, int result) {
    for (int i = 0; i <= result; i++)
        if (b->of[i].live)
            forward_value(b, i);
}

/* The operation that was to divide by 0, for the message. */
static lt_status divided_by_zero(const builder *b) {
    for (int i = 0; i < b->f->count; i++) {
        const value *v = &b->f->value[i];
        if (b->of[i].live && v->kind == BINARY_OP &&
            lt_divides_integers((lt_binary_op)v->op, b->of[i].call.in[0]))
            return lt_integers_by_zero((lt_binary_op)v->op);
    }
    return lt_fail(LT_EINVAL, "fuse: division of integers by zero");
}

static lt_status run(builder *b) {
    LT_TRY(b->status);
    switch (lt_fuse_run_program(&b->p)) {
    case LT_FUSE_DONE:
        return LT_OK;
    case LT_FUSE_INTERRUPTED:
        return lt_fail(LT_EINTERRUPT, "interrupted!");
    case LT_FUSE_MEMORY:
        return lt_fail(LT_ENOMEM, "out of memory: fuse");
    default:
        return divided_by_zero(b);
    }
}

/* The reduction at the end of an expression: over the value `x`, in a dtype that has it. */
static lt_status run_reduction(lt_tensor *out, builder *b, lt_reduce_op op, int x) {
    lt_dtype dtype = (lt_dtype)b->of[x].type.dtype;
    if (!lt_reducer_for(op, dtype))
        dtype = lt_default_dtype();
    b->p.reducer = lt_reducer_for(op, dtype);
    b->p.p[0] = (double)b->p.total;
    add_output(b, operand_slot(b, x, dtype), NULL);
    LT_TRY(lt_empty(out, lt_dtype_is_float(dtype) ? dtype : LT_INT64, 0, NULL));
    b->p.value = lt_data(out);
    return run(b);
}

static lt_status run_elements(lt_tensor *out, builder *b, int result) {
    lt_dtype dtype = (lt_dtype)b->of[result].type.dtype;
    LT_TRY(lt_empty(out, dtype, b->ndim, b->shape));
    add_output(b, operand_slot(b, result, dtype), lt_data(out));
    return run(b);
}

/* ---- backward ---- */

typedef struct fuse_extra {
    lt_fuse *f;
    int result;
} fuse_extra;

static void drop_fuse(lt_node *node) {
    lt_fuse_release(((fuse_extra *)node->extra)->f);
}

/* Which values a gradient has to pass on the way to the inputs that want one. */
static void find_wanted(builder *b, const lt_node *node, int result) {
    for (int i = 0; i <= result; i++) {
        const value *v = &b->f->value[i];
        operand *o = &b->of[i];
        if (!o->live || !lt_dtype_is_float((lt_dtype)o->type.dtype))
            continue;
        if (v->kind == TENSOR)
            o->wanted = lt_node_wants(node, v->op);
        for (int k = v->kind == WHERE_OP; k < operands_of[v->kind]; k++)
            o->wanted |= b->of[v->in[k]].wanted;
    }
}

/* A gradient in slot `g` reaches value i. */
static void arrive(builder *b, int i, int g) {
    operand *o = &b->of[i];
    lt_dtype dtype = (lt_dtype)o->type.dtype;
    g = convert(b, g, dtype);
    if (o->gradient >= 0) {
        int both[2] = {o->gradient, g};
        g = new_step(b, lt_elementwise_for(dtype)->binary[LT_BI_add], NULL, dtype, 2, both);
    }
    o->gradient = g;
}

/* Pass the gradient `g` of value i to one operand by a kernel {g, operands.., y}; `text` is the
 * derivative, `names` what it calls the kernel's inputs. What it does not mention need not be
 * there: the gradient stands in. */
static void pass(builder *b, int i, int k, lt_kernel kernel, const double *p, const char *text,
                 const char *names) {
    const value *v = &b->f->value[i];
    const operand *o = &b->of[i];
    lt_dtype dtype = o->call.out;
    int in[4], inputs = (int)strlen(names);
    if (!b->of[v->in[k]].wanted || strcmp(text, "0") == 0)
        return;
    if (strcmp(text, "g") == 0) {
        arrive(b, v->in[k], o->gradient);
        return;
    }
    for (int n = 0; n < inputs; n++) {
        bool used = n > 0 && lt_mentions(text, names[n]);
        in[n] = !used             ? o->gradient
                : names[n] == 'y' ? o->slot
                                  : operand_slot(b, v->in[n - 1], dtype);
    }
    arrive(b, v->in[k], new_step(b, kernel, p, dtype, inputs, in));
}

static void pass_where(builder *b, int i) {
    const value *v = &b->f->value[i];
    const operand *o = &b->of[i];
    lt_dtype dtype = o->call.out;
    int zero = real_slot(b, 0, dtype), condition = operand_slot(b, v->in[0], LT_BOOL);
    for (int k = 1; k < 3; k++) {
        int in[3] = {condition, k == 1 ? o->gradient : zero, k == 1 ? zero : o->gradient};
        if (b->of[v->in[k]].wanted)
            arrive(b, v->in[k], new_step(b, lt_select_for(dtype), NULL, dtype, 3, in));
    }
}

static void backward_value(builder *b, int i) {
    const value *v = &b->f->value[i];
    const operand *o = &b->of[i];
    const lt_elementwise *kernels = lt_elementwise_for(o->call.out);
    if (!o->wanted || o->gradient < 0 || b->status != LT_OK)
        return;
    if (v->kind == WHERE_OP) {
        pass_where(b, i);
    } else if (v->kind == UNARY_OP || o->as_unary) {
        int op = o->as_unary ? (int)o->unary : v->op;
        pass(b, i, 0, kernels->unary_back[op], o->call.p, lt_unary_table[op].derivative, "gxy");
    } else if (v->kind == BINARY_OP) {
        const lt_binary_info *info = &lt_binary_table[v->op];
        pass(b, i, 0, kernels->binary_back_a[v->op], NULL, info->derivative_a, "gaby");
        pass(b, i, 1, kernels->binary_back_b[v->op], NULL, info->derivative_b, "gaby");
    }
}

/* Run the reverse program: `full[i]` receives the gradient of input i in the common shape. */
static lt_status run_backward(builder *b, lt_node *node, lt_tensor *g, lt_tensor *full) {
    const fuse_extra *e = node->extra;
    int last = e->result;
    forward(b, last);
    if (b->f->value[last].kind == REDUCE_OP)
        last = b->f->value[last].in[0];
    find_wanted(b, node, last);
    arrive(b, last, tensor_slot(b, g));
    for (int i = last; i >= 0; i--)
        backward_value(b, i);
    for (int i = 0; b->status == LT_OK && i <= last; i++) {
        int input = b->f->value[i].op;
        if (b->f->value[i].kind != TENSOR || !b->of[i].wanted || b->of[i].gradient < 0)
            continue;
        LT_TRY(lt_empty(&full[input], (lt_dtype)b->of[i].type.dtype, b->ndim, b->shape));
        add_output(b, b->of[i].gradient, lt_data(&full[input]));
    }
    return b->p.outputs > 0 ? run(b) : b->status;
}

/* Sum the gradients over what was broadcast; 0 where none has arrived. */
static lt_status finish_backward(lt_node *node, lt_tensor *const *inputs, lt_tensor *full,
                                 lt_tensor *down) {
    for (int i = 0; i < node->inputs; i++) {
        lt_dtype dtype = (lt_dtype)inputs[i]->dtype;
        if (!lt_node_wants(node, i))
            continue;
        if (full[i].storage || full[i].numel > 0)
            LT_TRY(lt_unbroadcast(&down[i], &full[i], dtype, inputs[i]->ndim, inputs[i]->shape));
        else
            LT_TRY(lt_zeros(&down[i], dtype, inputs[i]->ndim, inputs[i]->shape));
    }
    return LT_OK;
}

/* The gradient of the elements from that of the result. */
static lt_status element_gradient(lt_tensor *out, lt_tensor *g, const lt_fuse *f, int result,
                                  int64_t total) {
    lt_tensor share;
    if (f->value[result].kind != REDUCE_OP || f->value[result].op != LT_RE_mean)
        return lt_alias(out, g);
    lt_number(&share, 1 / (double)total);
    return lt_binary(out, LT_BI_mul, g, &share);
}

static lt_status fuse_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const fuse_extra *e = node->extra;
    int n = node->inputs;
    builder b = {0};
    lt_tensor g LT_EMPTY;
    lt_tensor **inputs = calloc((size_t)n, sizeof *inputs), *full = calloc((size_t)n, sizeof *full);
    lt_status s = inputs && full ? LT_OK : lt_fail(LT_ENOMEM, "out of memory: fuse");
    for (int i = 0; s == LT_OK && i < n; i++)
        s = lt_node_load(node, i, &inputs[i]);
    if (s == LT_OK)
        s = builder_begin(&b, e->f, e->result, n, inputs);
    if (s == LT_OK)
        s = element_gradient(&g, up[0], e->f, e->result, b.p.total);
    if (s == LT_OK)
        s = run_backward(&b, node, &g, full);
    if (s == LT_OK)
        s = finish_backward(node, inputs, full, down);
    for (int i = 0; full && i < n; i++)
        lt_release(&full[i]);
    builder_end(&b);
    lt_release(&g);
    free(inputs);
    free(full);
    return s;
}

static lt_status record(lt_tensor *out, lt_fuse *f, int result, int n, lt_tensor *const *inputs) {
    bool wanted = false;
    for (int i = 0; i < n; i++)
        wanted |= lt_must_record(inputs[i]);
    if (!wanted || !lt_dtype_is_float((lt_dtype)out->dtype))
        return LT_OK;
    lt_node *node = lt_node_new("fuse", fuse_backward, n, inputs, n, sizeof(fuse_extra));
    if (!node)
        return lt_fail(LT_ENOMEM, "out of memory: fuse");
    *(fuse_extra *)node->extra = (fuse_extra){f, result};
    f->refs++;
    node->drop = drop_fuse;
    lt_status s = LT_OK;
    for (int i = 0; s == LT_OK && i < n; i++)
        s = lt_node_save(node, i, inputs[i]);
    if (s == LT_OK)
        return lt_node_finish(node, out);
    lt_node_release(node);
    return s;
}

/* ---- the call ---- */

lt_status lt_fuse_run(lt_tensor *out, lt_fuse *f, int result, int n, lt_tensor *const *inputs) {
    if (n != f->inputs)
        return lt_fail(LT_EINVAL, "fuse: an expression of %d tensors is given %d", f->inputs, n);
    builder b;
    lt_status s = builder_begin(&b, f, result, n, inputs);
    if (s == LT_OK)
        forward(&b, result);
    const value *v = &f->value[result];
    if (s == LT_OK)
        s = v->kind == REDUCE_OP ? run_reduction(out, &b, (lt_reduce_op)v->op, v->in[0])
                                 : run_elements(out, &b, result);
    builder_end(&b);
    if (s == LT_OK)
        s = record(out, f, result, n, inputs);
    if (s != LT_OK)
        lt_release(out);
    return s;
}
