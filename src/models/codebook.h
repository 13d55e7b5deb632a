/* codebook.h - rows and the units that stand for them: what self-organising maps and neural gas
 * share. */
#ifndef LT_CODEBOOK_H
#define LT_CODEBOOK_H

#include "kernels/codebook.h"
#include "models/arena.h"
#include "models/samples.h"
#include "tensor/tensor.h"

/* ---- all rows at once ---- */

/* The nearest and the second nearest unit of each row (from 0; second is -1 where there is one
 * unit), and the distance to the first; each [n], or NULL. x [n, d] and units [k, d] are dense
 * and of one type. */
typedef struct lt_winners {
    int32_t *first, *second;
    double *distance;
} lt_winners;
lt_status lt_find_winners(const char *model, const lt_tensor *x, const lt_tensor *units,
                          const lt_winners *out);

/* Nearest unit (from 1) of each row of x, for units [.., d] of a fitted model. */
lt_status lt_codebook_predict(lt_tensor *labels, const char *model, lt_tensor *units, lt_tensor *x);

/* ---- one row at a time ---- */

/* Units in panels, and room for figures of each unit. */
typedef struct lt_codebook {
    const lt_codebook_kernels *kernels;
    lt_dtype dtype;
    int64_t k, d, panels;
    void *units; /* [panels, d, lanes] */
    void *gap;   /* [panels * lanes] squared distances of the last row */
    void *share; /* [panels * lanes], zero past the last unit */
} lt_codebook;

/* Memory comes from the arena, which says whether it was there. */
void lt_codebook_take(lt_codebook *b, lt_arena *arena, lt_dtype dtype, int64_t k, int64_t d);

/* Fill b->gap. False when an interrupt stopped it. */
bool lt_codebook_look(lt_codebook *b, const void *row);

/* Move the units by their b->share. */
bool lt_codebook_pull(lt_codebook *b, const void *row);

/* Forget the shares; value `value` as that of a unit. */
void lt_codebook_clear(lt_codebook *b);
void lt_codebook_share(lt_codebook *b, int64_t unit, double value);

/* Squared distance of the last row to a unit. */
double lt_codebook_gap(const lt_codebook *b, int64_t unit);

/* Column j of a unit. */
double lt_codebook_get(const lt_codebook *b, int64_t unit, int64_t j);
void lt_codebook_set(lt_codebook *b, int64_t unit, int64_t j, double value);

/* ---- schedules ---- */

typedef enum lt_decay { LT_DECAY_EXPONENTIAL, LT_DECAY_LINEAR } lt_decay;

/* From `start` at part 0 to `end` at part 1. */
double lt_decayed(lt_decay decay, double start, double end, double part);

/* LT_EINVAL unless both ends of a schedule are positive and finite. */
lt_status lt_check_schedule(const char *model, const char *name, double start, double end);

/* LT_EINVAL unless max_iter passes over the rows can be counted. */
lt_status lt_check_passes(const char *model, int64_t max_iter);

/* The order in which a pass takes the rows: a random one of 0..n-1. */
void lt_shuffle_rows(int64_t *order, int64_t n, lt_draws *draws);

/* k rows of x as first units: different ones while there are as many. */
lt_status lt_random_units(lt_tensor *units, const lt_tensor *x, int64_t k, lt_draws *draws);

/* The tensor `given` as first units [k, d] of the dtype of x. */
lt_status lt_given_units(lt_tensor *units, const char *model, lt_tensor *given, const lt_tensor *x,
                         int64_t k);

#endif
