#include "ops/fuse_program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/convert.h"
#include "ops/apply.h"

const int lt_fuse_operands[] = {[LT_FUSE_TENSOR] = 0, [LT_FUSE_NUMBER] = 0, [LT_FUSE_UNARY] = 1,
                                [LT_FUSE_BINARY] = 2, [LT_FUSE_WHERE] = 3,  [LT_FUSE_REDUCE] = 1};

/* ---- slots, steps, arrays, outputs ---- */

void lt_fuse_end(lt_fuse_builder *b) {
    free(b->of);
    free(b->p.array);
    free(b->p.slot);
    free(b->p.step);
    free(b->p.output);
}

/* Make room for one more in a list; false (and the status set) when memory is short. */
static bool grow(lt_fuse_builder *b, void **list, int count, int *room, size_t size) {
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

static int new_slot(lt_fuse_builder *b, lt_slot_source source, lt_dtype dtype) {
    if (!grow(b, (void **)&b->p.slot, b->p.slots, &b->slot_room, sizeof *b->p.slot))
        return 0;
    memset(&b->p.slot[b->p.slots], 0, sizeof *b->p.slot);
    b->p.slot[b->p.slots].source = source;
    b->p.slot[b->p.slots].dtype = dtype;
    return b->p.slots++;
}

/* A step on up to four slots that gives a slot of a dtype. */
int lt_fuse_new_step(lt_fuse_builder *b, lt_kernel kernel, const double *p, lt_dtype dtype,
                     int inputs, const int *in) {
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
int lt_fuse_convert(lt_fuse_builder *b, int slot, lt_dtype dtype) {
    if (b->status != LT_OK || b->p.slot[slot].dtype == dtype)
        return slot;
    for (int i = 0; i < b->p.steps; i++) {
        const lt_fuse_step *s = &b->p.step[i];
        if (!s->kernel && s->in[0] == slot && b->p.slot[s->out].dtype == dtype)
            return s->out;
    }
    return lt_fuse_new_step(b, NULL, NULL, dtype, 1, &slot);
}

/* A slot that holds a number, given as a 0-dimensional tensor. */
int lt_fuse_number_slot(lt_fuse_builder *b, const lt_tensor *number, lt_dtype dtype) {
    double bits = 0;
    lt_convert(1, &bits, dtype, (int64_t)lt_dtype_size(dtype), lt_data(number),
               (lt_dtype)number->dtype, 0);
    for (int i = 0; i < b->p.slots; i++) {
        const lt_fuse_slot *s = &b->p.slot[i];
        if (s->source == LT_SLOT_NUMBER && s->dtype == dtype &&
            memcmp(&s->number, &bits, sizeof bits) == 0)
            return i;
    }
    int slot = new_slot(b, LT_SLOT_NUMBER, dtype);
    if (b->status == LT_OK)
        b->p.slot[slot].number = bits;
    return slot;
}

/* A slot that is read from a tensor, seen in the common shape. */
int lt_fuse_tensor_slot(lt_fuse_builder *b, lt_tensor *t) {
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
void lt_fuse_add_output(lt_fuse_builder *b, int slot, void *data) {
    bool taken = b->status == LT_OK && b->p.slot[slot].source != LT_SLOT_STEP;
    for (int i = 0; i < b->p.outputs; i++)
        taken |= b->p.output[i].slot == slot;
    if (taken)
        slot = lt_fuse_new_step(b, NULL, NULL, b->p.slot[slot].dtype, 1, &slot);
    if (grow(b, (void **)&b->p.output, b->p.outputs, &b->output_room, sizeof *b->p.output))
        b->p.output[b->p.outputs++] = (lt_fuse_output){slot, data};
}

/* ---- types ---- */

static void type_of(lt_fuse_operand *o, const lt_kernel_call *call, int operands,
                    const lt_fuse_operand *const *in) {
    lt_clear(&o->type);
    o->type.dtype = (uint8_t)call->out;
    for (int k = 0; k < operands; k++)
        if (in[k]->type.ndim > o->type.ndim)
            o->type.ndim = in[k]->type.ndim;
    o->call = *call;
}

static lt_status type_value(lt_fuse_builder *b, int i) {
    const lt_fuse_value *v = &b->f->value[i];
    lt_fuse_operand *o = &b->of[i];
    const lt_fuse_operand *in[3] = {0};
    lt_kernel_call call = {0};
    for (int k = 0; k < lt_fuse_operands[v->kind]; k++)
        in[k] = &b->of[v->in[k]];
    switch (v->kind) {
    case LT_FUSE_TENSOR:
        lt_clear(&o->type);
        o->type.dtype = b->inputs[v->op]->dtype;
        o->type.ndim = b->inputs[v->op]->ndim > 0;
        return LT_OK;
    case LT_FUSE_NUMBER:
        if (v->dtype == LT_FLOAT64)
            lt_number(&o->type, v->real);
        else
            lt_number_int(&o->type, v->integer);
        o->type.dtype = (uint8_t)v->dtype;
        if (v->dtype == LT_BOOL)
            lt_set_int(&o->type, 0, v->integer);
        return LT_OK;
    case LT_FUSE_UNARY:
        call = lt_unary_call((lt_unary_op)v->op, &in[0]->type, v->p);
        break;
    case LT_FUSE_BINARY:
        LT_TRY(lt_binary_call(&call, (lt_binary_op)v->op, &in[0]->type, &in[1]->type));
        o->unary = lt_simpler_power((lt_binary_op)v->op, &in[1]->type);
        o->as_unary = o->unary != LT_UNARY_COUNT && call.in[0] == (lt_dtype)in[0]->type.dtype;
        if (o->as_unary)
            call = lt_unary_call(o->unary, &in[0]->type, NULL);
        break;
    case LT_FUSE_WHERE:
        LT_TRY(lt_where_call(&call, &in[0]->type, &in[1]->type, &in[2]->type));
        break;
    case LT_FUSE_REDUCE:
        return LT_OK;
    }
    type_of(o, &call, lt_fuse_operands[v->kind], in);
    return LT_OK;
}

/* The common shape of all tensors that the result depends on. */
static lt_status common_shape(lt_fuse_builder *b, int n) {
    lt_tensor **used = calloc((size_t)n + 1, sizeof *used);
    int count = 0;
    if (!used)
        return lt_fail(LT_ENOMEM, "out of memory: fuse");
    for (int i = 0; i < b->f->count; i++)
        if (b->of[i].live && b->f->value[i].kind == LT_FUSE_TENSOR)
            used[count++] = b->inputs[b->f->value[i].op];
    lt_status s = lt_broadcast("fuse", count, used, &b->ndim, b->shape);
    free(used);
    b->p.total = lt_shape_numel(b->ndim, b->shape);
    if (s == LT_OK && b->p.total < 0)
        s = lt_fail(LT_EINVAL, "fuse: no tensor can have the shape %s",
                    lt_shape_text(b->ndim, b->shape));
    return s;
}

lt_status lt_fuse_begin(lt_fuse_builder *b, const lt_fuse *f, int result, int n,
                        lt_tensor *const *inputs) {
    memset(b, 0, sizeof *b);
    b->f = f;
    b->inputs = inputs;
    b->of = calloc((size_t)f->count, sizeof *b->of);
    if (!b->of)
        return lt_fail(LT_ENOMEM, "out of memory: fuse");
    b->of[result].live = true;
    for (int i = result; i >= 0; i--)
        for (int k = 0; b->of[i].live && k < lt_fuse_operands[f->value[i].kind]; k++)
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
int lt_fuse_operand_slot(lt_fuse_builder *b, int i, lt_dtype dtype) {
    const lt_fuse_operand *o = &b->of[i];
    return o->type.wrapped ? lt_fuse_number_slot(b, &o->type, dtype)
                           : lt_fuse_convert(b, o->slot, dtype);
}

/* A quotient by a power of two is the product by its inverse, to the last bit and faster. */
static bool by_power_of_two(const lt_fuse_builder *b, const lt_fuse_value *v, double *inverse) {
    int exponent;
    if (v->kind != LT_FUSE_BINARY || v->op != LT_BI_div || !b->of[v->in[1]].type.wrapped)
        return false;
    double x = lt_get_double(&b->of[v->in[1]].type, 0);
    *inverse = 1 / x;
    return fabs(frexp(x, &exponent)) == 0.5 && abs(exponent) < 100;
}

static void forward_value(lt_fuse_builder *b, int i) {
    const lt_fuse_value *v = &b->f->value[i];
    lt_fuse_operand *o = &b->of[i];
    int in[3], operands = o->as_unary ? 1 : lt_fuse_operands[v->kind];
    if (v->kind == LT_FUSE_TENSOR)
        o->slot = lt_fuse_tensor_slot(b, b->inputs[v->op]);
    if (operands == 0 || v->kind == LT_FUSE_REDUCE)
        return;
    lt_kernel kernel = o->call.kernel;
    lt_tensor factor;
    double inverse;
    for (int k = 0; k < operands; k++)
        in[k] = lt_fuse_operand_slot(b, v->in[k], o->call.in[k]);
    if (by_power_of_two(b, v, &inverse)) {
        lt_number(&factor, inverse);
        kernel = lt_elementwise_for(o->call.out)->binary[LT_BI_mul];
        in[1] = lt_fuse_number_slot(b, &factor, o->call.out);
    }
    o->slot = lt_fuse_new_step(b, kernel, o->call.p, o->call.out, operands, in);
    if (b->status == LT_OK && v->kind == LT_FUSE_BINARY)
        b->p.step[b->p.steps - 1].divides = lt_divides_integers((lt_binary_op)v->op, o->call.in[0]);
}

void lt_fuse_forward(lt_fuse_builder *b, int result) {
    for (int i = 0; i <= result; i++)
        if (b->of[i].live)
            forward_value(b, i);
}

/* The operation that was to divide by 0, for the message. */
static lt_status divided_by_zero(const lt_fuse_builder *b) {
    for (int i = 0; i < b->f->count; i++) {
        const lt_fuse_value *v = &b->f->value[i];
        if (b->of[i].live && v->kind == LT_FUSE_BINARY &&
            lt_divides_integers((lt_binary_op)v->op, b->of[i].call.in[0]))
            return lt_integers_by_zero((lt_binary_op)v->op);
    }
    return lt_fail(LT_EINVAL, "fuse: division of integers by zero");
}

lt_status lt_fuse_execute(lt_fuse_builder *b) {
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
