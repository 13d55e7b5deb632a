#include "ops/fuse_backward.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/select.h"
#include "ops/create.h"
#include "ops/fuse_program.h"

typedef struct fuse_extra {
    lt_fuse *f;
    int result;
} fuse_extra;

static void drop_fuse(lt_node *node) {
    lt_fuse_release(((fuse_extra *)node->extra)->f);
}

/* Which values a gradient has to pass on the way to the inputs that want one. */
static void find_wanted(lt_fuse_builder *b, const lt_node *node, int result) {
    for (int i = 0; i <= result; i++) {
        const lt_fuse_value *v = &b->f->value[i];
        lt_fuse_operand *o = &b->of[i];
        if (!o->live || !lt_dtype_is_float((lt_dtype)o->type.dtype))
            continue;
        if (v->kind == LT_FUSE_TENSOR)
            o->wanted = lt_node_wants(node, v->op);
        for (int k = v->kind == LT_FUSE_WHERE; k < lt_fuse_operands[v->kind]; k++)
            o->wanted |= b->of[v->in[k]].wanted;
    }
}

/* A gradient in slot `g` reaches value i. */
static void arrive(lt_fuse_builder *b, int i, int g) {
    lt_fuse_operand *o = &b->of[i];
    lt_dtype dtype = (lt_dtype)o->type.dtype;
    g = lt_fuse_convert(b, g, dtype);
    if (o->gradient >= 0) {
        int both[2] = {o->gradient, g};
        g = lt_fuse_new_step(b, lt_elementwise_for(dtype)->binary[LT_BI_add], NULL, dtype, 2, both);
    }
    o->gradient = g;
}

/* Pass the gradient `g` of value i to one operand by a kernel {g, operands.., y}; `text` is the
 * derivative, `names` what it calls the kernel's inputs. What it does not mention need not be
 * there: the gradient stands in. */
static void pass(lt_fuse_builder *b, int i, int k, lt_kernel kernel, const double *p,
                 const char *text, const char *names) {
    const lt_fuse_value *v = &b->f->value[i];
    const lt_fuse_operand *o = &b->of[i];
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
                                  : lt_fuse_operand_slot(b, v->in[n - 1], dtype);
    }
    arrive(b, v->in[k], lt_fuse_new_step(b, kernel, p, dtype, inputs, in));
}

static void pass_where(lt_fuse_builder *b, int i) {
    const lt_fuse_value *v = &b->f->value[i];
    const lt_fuse_operand *o = &b->of[i];
    lt_dtype dtype = o->call.out;
    lt_tensor nothing;
    lt_number(&nothing, 0);
    int zero = lt_fuse_number_slot(b, &nothing, dtype),
        condition = lt_fuse_operand_slot(b, v->in[0], LT_BOOL);
    for (int k = 1; k < 3; k++) {
        int in[3] = {condition, k == 1 ? o->gradient : zero, k == 1 ? zero : o->gradient};
        if (b->of[v->in[k]].wanted)
            arrive(b, v->in[k], lt_fuse_new_step(b, lt_select_for(dtype), NULL, dtype, 3, in));
    }
}

static void backward_value(lt_fuse_builder *b, int i) {
    const lt_fuse_value *v = &b->f->value[i];
    const lt_fuse_operand *o = &b->of[i];
    const lt_elementwise *kernels = lt_elementwise_for(o->call.out);
    if (!o->wanted || o->gradient < 0 || b->status != LT_OK)
        return;
    if (v->kind == LT_FUSE_WHERE) {
        pass_where(b, i);
    } else if (v->kind == LT_FUSE_UNARY || o->as_unary) {
        int op = o->as_unary ? (int)o->unary : v->op;
        pass(b, i, 0, kernels->unary_back[op], o->call.p, lt_unary_table[op].derivative, "gxy");
    } else if (v->kind == LT_FUSE_BINARY) {
        const lt_binary_info *info = &lt_binary_table[v->op];
        pass(b, i, 0, kernels->binary_back_a[v->op], NULL, info->derivative_a, "gaby");
        pass(b, i, 1, kernels->binary_back_b[v->op], NULL, info->derivative_b, "gaby");
    }
}

/* Run the reverse program: `full[i]` receives the gradient of input i in the common shape. */
static lt_status run_backward(lt_fuse_builder *b, lt_node *node, lt_tensor *g, lt_tensor *full) {
    const fuse_extra *e = node->extra;
    int last = e->result;
    lt_fuse_forward(b, last);
    if (b->f->value[last].kind == LT_FUSE_REDUCE)
        last = b->f->value[last].in[0];
    find_wanted(b, node, last);
    arrive(b, last, lt_fuse_tensor_slot(b, g));
    for (int i = last; i >= 0; i--)
        backward_value(b, i);
    for (int i = 0; b->status == LT_OK && i <= last; i++) {
        int input = b->f->value[i].op;
        if (b->f->value[i].kind != LT_FUSE_TENSOR || !b->of[i].wanted || b->of[i].gradient < 0)
            continue;
        LT_TRY(lt_empty(&full[input], (lt_dtype)b->of[i].type.dtype, b->ndim, b->shape));
        lt_fuse_add_output(b, b->of[i].gradient, lt_data(&full[input]));
    }
    return b->p.outputs > 0 ? lt_fuse_execute(b) : b->status;
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
    if (f->value[result].kind != LT_FUSE_REDUCE || f->value[result].op != LT_RE_mean)
        return lt_alias(out, g);
    lt_number(&share, 1 / (double)total);
    return lt_binary(out, LT_BI_mul, g, &share);
}

static lt_status fuse_backward(lt_node *node, lt_tensor *const *up, lt_tensor *down) {
    const fuse_extra *e = node->extra;
    int n = node->inputs;
    lt_fuse_builder b = {0};
    lt_tensor g LT_EMPTY;
    lt_tensor **inputs = calloc((size_t)n, sizeof *inputs), *full = calloc((size_t)n, sizeof *full);
    lt_status s = inputs && full ? LT_OK : lt_fail(LT_ENOMEM, "out of memory: fuse");
    for (int i = 0; s == LT_OK && i < n; i++)
        s = lt_node_load(node, i, &inputs[i]);
    if (s == LT_OK)
        s = lt_fuse_begin(&b, e->f, e->result, n, inputs);
    if (s == LT_OK)
        s = element_gradient(&g, up[0], e->f, e->result, b.p.total);
    if (s == LT_OK)
        s = run_backward(&b, node, &g, full);
    if (s == LT_OK)
        s = finish_backward(node, inputs, full, down);
    for (int i = 0; full && i < n; i++)
        lt_release(&full[i]);
    lt_fuse_end(&b);
    lt_release(&g);
    free(inputs);
    free(full);
    return s;
}

lt_status lt_fuse_record(lt_tensor *out, lt_fuse *f, int result, int n, lt_tensor *const *inputs) {
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
