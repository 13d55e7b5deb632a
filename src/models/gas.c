#include "models/gas.h"

#include <math.h>

#include "ops/create.h"
#include "tensor/interrupt.h"

void lt_gas_release(lt_gas_result *r) {
    lt_release(&r->weights);
    lt_release(&r->labels);
    lt_release(&r->edges);
    lt_release(&r->trace_weights);
}

lt_status lt_gas_begin(lt_gas *g, const char *model, lt_tensor *x, int64_t k, uint64_t seed) {
    g->model = model;
    LT_TRY(lt_samples(&g->rows, model, x));
    g->dtype = (lt_dtype)g->rows.dtype;
    g->n = g->rows.shape[0];
    g->d = g->rows.shape[1];
    g->draws.seed = seed;
    lt_codebook_take(&g->codebook, &g->arena, g->dtype, k, g->d);
    lt_links_take(&g->links, &g->arena, k);
    g->order = lt_take(&g->arena, (size_t)g->n * sizeof *g->order);
    g->name = lt_take(&g->arena, (size_t)k * sizeof *g->name);
    return g->arena.failed ? lt_no_memory(model) : LT_OK;
}

void lt_gas_end(lt_gas *g) {
    lt_arena_drop(&g->arena);
    lt_release(&g->rows);
}

lt_status lt_gas_pass(lt_gas *g, lt_gas_learn learn, void *fit, int64_t pass, int64_t passes,
                      const lt_watch *watch) {
    int64_t row = g->d * (int64_t)lt_dtype_size(g->dtype);
    double sum = 0, gap = 0;
    lt_shuffle_rows(g->order, g->n, &g->draws);
    for (int64_t i = 0; i < g->n; i++) {
        double part = ((double)pass + (double)i / (double)g->n) / (double)passes;
        LT_TRY(lt_check_interrupt());
        LT_TRY(learn(fit, (const char *)lt_data(&g->rows) + g->order[i] * row, part, &gap));
        sum += sqrt(gap);
        lt_report(watch, pass * g->n + i + 1, passes * g->n, sum / (double)(i + 1));
    }
    return LT_OK;
}

/* Nearest units of the rows, and their mean distance. */
static lt_status label_rows(const lt_gas *g, lt_gas_result *r, const lt_winners *w) {
    LT_TRY(lt_find_winners(g->model, &g->rows, &r->weights, w));
    LT_TRY(lt_empty(&r->labels, LT_INT64, 1, &g->n));
    double sum = 0;
    for (int64_t i = 0; i < g->n; i++) {
        ((int64_t *)lt_data(&r->labels))[i] = w->first[i] + 1;
        sum += w->distance[i];
    }
    r->quantization_error = sum / (double)g->n;
    return LT_OK;
}

lt_status lt_gas_finish(const lt_gas *g, lt_gas_result *r) {
    lt_arena a = {0};
    lt_winners w = {.first = lt_take(&a, (size_t)g->n * sizeof(int32_t)),
                    .distance = lt_take(&a, (size_t)g->n * sizeof(double))};
    lt_status status = a.failed ? lt_no_memory(g->model) : label_rows(g, r, &w);
    lt_arena_drop(&a);
    LT_TRY(status);
    return lt_links_list(&g->links, g->name, &r->edges);
}
