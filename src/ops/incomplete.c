#include "ops/incomplete.h"

#include "kernels/incomplete.h"
#include "kernels/parallel.h"
#include "ops/apply.h"
#include "ops/create.h"
#include "tensor/interrupt.h"

enum { GRAIN = 1024, MOST_INPUTS = 3 };

/* The inputs, dense float64 of one shape; the result overwrites the first. */
typedef struct job {
    int inputs; /* 2: gammainc, 3: betainc */
    double *in[MOST_INPUTS];
} job;

static void compute_range(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const job *j = context;
    (void)chunk;
    for (int64_t i = begin; i < end; i++)
        j->in[0][i] = j->inputs == 2 ? lt_gammainc(j->in[0][i], j->in[1][i])
                                     : lt_betainc(j->in[0][i], j->in[1][i], j->in[2][i]);
}

static lt_status spread(lt_tensor *dense, int inputs, lt_tensor *const *in, int ndim,
                        const int64_t *shape) {
    for (int k = 0; k < inputs; k++) {
        LT_TRY(lt_empty(&dense[k], LT_FLOAT64, ndim, shape));
        LT_TRY(lt_copy_into(&dense[k], in[k]));
    }
    return LT_OK;
}

static lt_status compute(lt_tensor *out, lt_tensor *dense, int inputs, lt_dtype dtype) {
    job j = {.inputs = inputs};
    for (int k = 0; k < inputs; k++)
        j.in[k] = lt_data(&dense[k]);
    if (!lt_parallel(dense[0].numel, GRAIN, compute_range, &j))
        return lt_check_interrupt();
    return lt_cast(out, &dense[0], dtype);
}

/* The last input, where the function is evaluated, with each of the others. */
static lt_dtype result_dtype(int inputs, lt_tensor *const *in) {
    lt_dtype dtype = LT_BOOL;
    for (int k = 0; k < inputs - 1; k++)
        dtype = lt_dtype_promote(dtype, lt_promote(in[k], in[inputs - 1]));
    return lt_dtype_is_float(dtype) ? dtype : lt_default_dtype();
}

static lt_status run(const char *op, lt_tensor *out, int inputs, lt_tensor *const *in) {
    int ndim;
    int64_t shape[LT_MAX_DIMS];
    lt_dtype dtype = result_dtype(inputs, in);
    for (int k = 0; k < inputs; k++)
        if (lt_must_record(in[k]))
            return lt_fail(LT_EINVAL, "%s: has no gradient; detach() the tensors on the graph", op);
    LT_TRY(lt_broadcast(op, inputs, in, &ndim, shape));
    lt_tensor dense[MOST_INPUTS] = {0};
    lt_status status = spread(dense, inputs, in, ndim, shape);
    if (status == LT_OK)
        status = compute(out, dense, inputs, dtype);
    for (int k = 0; k < inputs; k++)
        lt_release(&dense[k]);
    return status;
}

lt_status lt_gammainc_of(lt_tensor *out, lt_tensor *a, lt_tensor *x) {
    return run("gammainc", out, 2, (lt_tensor *[]){a, x});
}

lt_status lt_betainc_of(lt_tensor *out, lt_tensor *a, lt_tensor *b, lt_tensor *x) {
    return run("betainc", out, 3, (lt_tensor *[]){a, b, x});
}
