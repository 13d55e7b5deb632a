#include "kernels/nn_loss.h"

#include "kernels/parallel.h"

typedef struct run {
    lt_kernel kernel;
    char *out;
    const char *x, *y;
    int64_t out_step, step;
    const double *params;
} run;

static void run_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    const run *r = context;
    char *out = r->out_step ? r->out + begin * r->out_step : r->out + chunk * (int)sizeof(double);
    const void *in[] = {r->x + begin * r->step, r->y + begin * r->step};
    r->kernel(end - begin, out, in, r->params);
}

bool lt_loss_run(lt_kernel kernel, int64_t n, void *out, int64_t out_step, const void *x,
                 const void *y, int64_t step, const double *params) {
    run r = {kernel, out, x, y, out_step, step, params};
    return lt_parallel(n, LT_LOSS_GRAIN, run_chunk, &r);
}
