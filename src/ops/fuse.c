#include "ops/fuse.h"

#include <stdlib.h>
#include <string.h>

#include "ops/fuse_backward.h"
#include "ops/fuse_program.h"

enum { MOST_VALUES = 1000 };

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
static lt_status add(lt_fuse *f, const lt_fuse_value *v, int *out) {
    for (int k = 0; k < lt_fuse_operands[v->kind]; k++)
        if (f->value[v->in[k]].kind == LT_FUSE_REDUCE)
            return lt_fail(LT_EINVAL, "fuse: sum and mean end an expression; compute with the "
                                      "result outside of it");
    for (*out = 0; *out < f->count; ++*out)
        if (memcmp(&f->value[*out], v, sizeof *v) == 0)
            return LT_OK;
    if (f->count == MOST_VALUES)
        return lt_fail(LT_EINVAL, "fuse: more than %d operations in an expression", MOST_VALUES);
    if (f->count == f->room) {
        int larger = f->room ? 2 * f->room : 16;
        lt_fuse_value *moved = realloc(f->value, (size_t)larger * sizeof *moved);
        if (!moved)
            return lt_fail(LT_ENOMEM, "out of memory: fuse");
        f->value = moved;
        f->room = larger;
    }
    f->value[f->count++] = *v;
    return LT_OK;
}

lt_status lt_fuse_input(lt_fuse *f, int *out) {
    lt_fuse_value v = {.kind = LT_FUSE_TENSOR, .op = f->inputs};
    LT_TRY(add(f, &v, out));
    f->inputs++;
    return LT_OK;
}

lt_status lt_fuse_number(lt_fuse *f, const lt_tensor *number, int *out) {
    lt_fuse_value v = {.kind = LT_FUSE_NUMBER, .dtype = (lt_dtype)number->dtype};
    if (v.dtype == LT_FLOAT64)
        v.real = lt_get_double(number, 0);
    else
        v.integer = lt_get_int(number, 0);
    return add(f, &v, out);
}

lt_status lt_fuse_unary(lt_fuse *f, lt_unary_op op, int x, const double *p, int *out) {
    lt_fuse_value v = {.kind = LT_FUSE_UNARY, .op = (int)op, .in = {x}};
    memcpy(v.p, p ? p : lt_unary_table[op].fallback, sizeof v.p);
    return add(f, &v, out);
}

lt_status lt_fuse_binary(lt_fuse *f, lt_binary_op op, int a, int b, int *out) {
    lt_fuse_value v = {.kind = LT_FUSE_BINARY, .op = (int)op, .in = {a, b}};
    return add(f, &v, out);
}

lt_status lt_fuse_where(lt_fuse *f, int condition, int a, int b, int *out) {
    lt_fuse_value v = {.kind = LT_FUSE_WHERE, .in = {condition, a, b}};
    return add(f, &v, out);
}

lt_status lt_fuse_reduce(lt_fuse *f, lt_reduce_op op, int x, int *out) {
    lt_fuse_value v = {.kind = LT_FUSE_REDUCE, .op = (int)op, .in = {x}};
    return add(f, &v, out);
}

bool lt_fuse_is_reduced(const lt_fuse *f, int number) {
    return f->value[number].kind == LT_FUSE_REDUCE;
}

/* ---- running ---- */

/* The reduction at the end of an expression: over the value `x`, in a dtype that has it. */
static lt_status run_reduction(lt_tensor *out, lt_fuse_builder *b, lt_reduce_op op, int x) {
    lt_dtype dtype = (lt_dtype)b->of[x].type.dtype;
    if (!lt_reducer_for(op, dtype))
        dtype = lt_default_dtype();
    b->p.reducer = lt_reducer_for(op, dtype);
    b->p.p[0] = (double)b->p.total;
    lt_fuse_add_output(b, lt_fuse_operand_slot(b, x, dtype), NULL);
    LT_TRY(lt_empty(out, lt_dtype_is_float(dtype) ? dtype : LT_INT64, 0, NULL));
    b->p.value = lt_data(out);
    return lt_fuse_execute(b);
}

static lt_status run_elements(lt_tensor *out, lt_fuse_builder *b, int result) {
    lt_dtype dtype = (lt_dtype)b->of[result].type.dtype;
    LT_TRY(lt_empty(out, dtype, b->ndim, b->shape));
    lt_fuse_add_output(b, lt_fuse_operand_slot(b, result, dtype), lt_data(out));
    return lt_fuse_execute(b);
}

lt_status lt_fuse_run(lt_tensor *out, lt_fuse *f, int result, int n, lt_tensor *const *inputs) {
    if (n != f->inputs)
        return lt_fail(LT_EINVAL, "fuse: an expression of %d tensors is given %d", f->inputs, n);
    lt_fuse_builder b;
    lt_status s = lt_fuse_begin(&b, f, result, n, inputs);
    if (s == LT_OK)
        lt_fuse_forward(&b, result);
    const lt_fuse_value *v = &f->value[result];
    if (s == LT_OK)
        s = v->kind == LT_FUSE_REDUCE ? run_reduction(out, &b, (lt_reduce_op)v->op, v->in[0])
                                      : run_elements(out, &b, result);
    lt_fuse_end(&b);
    if (s == LT_OK)
        s = lt_fuse_record(out, f, result, n, inputs);
    if (s != LT_OK)
        lt_release(out);
    return s;
}
