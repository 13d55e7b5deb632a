/* affinities.h - the probabilities that t-SNE gives to pairs of rows. */
#ifndef LT_AFFINITIES_H
#define LT_AFFINITIES_H

#include "models/graph.h"
#include "models/neighbours.h"

/* A symmetric graph whose weights sum to 1: a Gaussian round each row, as wide as makes the
 * perplexity of its neighbours' probabilities, and the mean of both directions. Memory comes from
 * the arena. *entropy: sum p log p. */

/* Of the k nearest neighbours of each row. */
lt_status lt_affinities_near(lt_graph *g, lt_arena *a, const lt_points *rows, int64_t k,
                             double perplexity, uint64_t seed, double *entropy);

/* Of all rows. */
lt_status lt_affinities_all(lt_graph *g, lt_arena *a, const lt_points *rows, double perplexity,
                            double *entropy);

#endif
