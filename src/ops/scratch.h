/* scratch.h - chains of tensor operations whose intermediate results nobody keeps.
 *
 * A gradient reads like its formula: each call takes tensors and gives a temporary that lives in
 * the pool until lt_scratch_end(). After a failure every further call does nothing, and the first
 * status waits in the pool. For use off the graph, as inside backward functions. Matrices are the
 * last two dimensions; batches go along.
 *
 *     lt_scratch s;
 *     lt_scratch_start(&s);
 *     lt_tensor *ga = lt_s_mm(&s, g, lt_s_t(&s, b));
 *     return lt_scratch_end(&s, down, ga);
 */
#ifndef LT_OPS_SCRATCH_H
#define LT_OPS_SCRATCH_H

#include "ops/elementwise.h"
#include "tensor/tensor.h"

enum { LT_SCRATCH_TENSORS = 48 };

typedef struct lt_scratch {
    lt_status status;
    int used;
    lt_tensor pool[LT_SCRATCH_TENSORS];
} lt_scratch;

/* Start empty: lt_scratch s; lt_scratch_start(&s); */
static inline void lt_scratch_start(lt_scratch *s) {
    s->status = LT_OK;
    s->used = 0;
}

/* An empty temporary for a call of the caller's own: lt_s_do(&s, lt_inv(lt_s_slot(&s), a)). */
lt_tensor *lt_s_slot(lt_scratch *s);

/* Run `call` and note its status, unless something has failed before. */
#define lt_s_do(s, call)                                                                           \
    do {                                                                                           \
        if ((s)->status == LT_OK)                                                                  \
            (s)->status = (call);                                                                  \
    } while (0)

/* Release the pool; `result`, one of its temporaries, moves to `out` if all went well. `result`
 * may be NULL. */
lt_status lt_scratch_end(lt_scratch *s, lt_tensor *out, lt_tensor *result);

lt_tensor *lt_s_mm(lt_scratch *s, lt_tensor *a, lt_tensor *b); /* a b */
lt_tensor *lt_s_t(lt_scratch *s, lt_tensor *a);                /* a^T */
lt_tensor *lt_s_bi(lt_scratch *s, lt_binary_op op, lt_tensor *a, lt_tensor *b);
lt_tensor *lt_s_un(lt_scratch *s, lt_unary_op op, lt_tensor *a);
lt_tensor *lt_s_number(lt_scratch *s, lt_binary_op op, lt_tensor *a, double b); /* a op b */
lt_tensor *lt_s_column(lt_scratch *s, lt_tensor *v);                            /* [.., n, 1] */
lt_tensor *lt_s_row(lt_scratch *s, lt_tensor *v);                               /* [.., 1, n] */

/* A dense copy with what stands above (below) diagonal k set to 0; k = 0 keeps the diagonal. */
lt_tensor *lt_s_tril(lt_scratch *s, lt_tensor *a, int64_t k);
lt_tensor *lt_s_triu(lt_scratch *s, lt_tensor *a, int64_t k);

/* The diagonal [.., n] as a view, and a copy of `a` with v added to its diagonal. */
lt_tensor *lt_s_diagonal(lt_scratch *s, lt_tensor *a);
lt_tensor *lt_s_add_diagonal(lt_scratch *s, lt_tensor *a, lt_tensor *v);

/* 1 / a with 0 in place of infinities: the inverse of the nonzero elements. */
lt_tensor *lt_s_inverse_nonzero(lt_scratch *s, lt_tensor *a);

/* [.., n, n] with element [i][j] = x_j - x_i, for x [.., n]. */
lt_tensor *lt_s_differences(lt_scratch *s, lt_tensor *x);

/* (a + a^T) / 2. */
lt_tensor *lt_s_symmetrised(lt_scratch *s, lt_tensor *a);

#endif
