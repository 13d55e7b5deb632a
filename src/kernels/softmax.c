#include "kernels/softmax.h"

#include <math.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { GRAIN = 8192 }; /* elements that are worth a thread */

typedef struct work {
    const lt_lines *lines;
    bool log;
    const void *a, *b; /* x and NULL, or g and y */
    void *out;
} work;

#define T       float
#define EXP     expf
#define LOG     log
#define F(name) name##_f32
#include "kernels/softmax.inc"
#undef T
#undef EXP
#undef F

#define T       double
#define EXP     exp
#define F(name) name##_f64
#include "kernels/softmax.inc"

static bool run(lt_dtype dtype, work *w) {
    const lt_lines *l = w->lines;
    lt_range_fn chunk = dtype == LT_FLOAT32 ? chunk_f32 : chunk_f64;
    return lt_parallel(l->outer * lt_line_tiles(l), lt_line_grain(l, GRAIN), chunk, w);
}

bool lt_softmax_forward(lt_dtype dtype, bool log, const lt_lines *l, const void *x, void *out) {
    work w = {l, log, x, NULL, out};
    return run(dtype, &w);
}

bool lt_softmax_backward(lt_dtype dtype, bool log, const lt_lines *l, const void *g, const void *y,
                         void *down) {
    work w = {l, log, g, y, down};
    return run(dtype, &w);
}
