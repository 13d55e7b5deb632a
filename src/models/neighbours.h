/* neighbours.h - the graph of nearest neighbours that embeddings start from. */
#ifndef LT_NEIGHBOURS_H
#define LT_NEIGHBOURS_H

#include "models/arena.h"
#include "models/samples.h"
#include "tensor/tensor.h"

/* Rows in float32, about their mean: what searches work on. */
typedef struct lt_points {
    int64_t n, d;
    float *x;       /* [n, d] */
    float *norm;    /* [n] squared lengths */
    double *origin; /* [d] the mean that was taken off */
} lt_points;

/* Take dense float rows from lt_samples_in_reach(); memory comes from the arena. */
lt_status lt_points_take(lt_points *p, lt_arena *a, const char *model, const lt_tensor *x);

/* Take rows that are to be compared with others, which had been divided by `unit`. */
lt_status lt_points_take_like(lt_points *p, lt_arena *a, const char *model, const lt_tensor *x,
                              const lt_points *others, double unit);

/* Bring rows that are near each other next to each other; row [n] tells which of the given rows is
 * where. Depends on the seed, not on the number of threads. */
lt_status lt_points_arrange(lt_points *p, lt_arena *a, const char *model, uint64_t seed,
                            int32_t *row);

/* The k nearest rows to each of `query`, nearest first: id [m, k] from 0 and distance [m, k], from
 * the arena. Where query and rows are the same points (one pointer), no row is its own neighbour.
 * Exact, by comparing all. */
lt_status lt_neighbours_exact(int32_t **id, float **distance, lt_arena *a, const char *model,
                              const lt_points *query, const lt_points *rows, int64_t k);

/* The same among the rows themselves: exactly, or where that would take too long nearly so
 * (models/neighbour_descent.h), with that seed. */
lt_status lt_neighbours(int32_t **id, float **distance, lt_arena *a, const char *model,
                        const lt_points *rows, int64_t k, uint64_t seed);

#endif
