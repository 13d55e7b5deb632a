/* kmeans_steps.h - the two steps of k-means, in turn until nothing changes: rows go to the nearest
 * centre, centres to the mean of their rows. */
#ifndef LT_KMEANS_STEPS_H
#define LT_KMEANS_STEPS_H

#include "kernels/kmeans.h"
#include "models/arena.h"
#include "models/kmeans.h"

/* One fit at work. */
typedef struct lt_lloyd {
    const lt_kmeans_options *o; /* whose k centres these are */
    const lt_kmeans_kernels *kernels;
    const lt_tensor *x; /* dense [n, d] */
    lt_dtype dtype;
    int64_t size; /* bytes of an element */
    int64_t n, d, k;
    bool is_narrow;
    lt_arena arena;
    lt_nearest step;

    int32_t *label;  /* [n] of this assignment; -1 before the first */
    int64_t changes; /* labels that it has changed */
    double spread;   /* mean variance of the columns */
    double *sums;    /* [k, d] of the rows of each centre */
    int64_t *counts; /* [k] */
    double *exact;   /* [k, d] new centres */
    char *centers;   /* [k, d] in the dtype of x */
    double *gaps;    /* [n] squared distances to the centres, once they are asked for */

    /* Wide rows alone: */
    int32_t *before;      /* [n] labels of the assignment before */
    int64_t *changed;     /* rows whose label has changed */
    double *stretch_sums; /* [stretches, k, d] */
    int64_t stretches;
} lt_lloyd;

/* Begin at `centers` [k, d], of the dtype of x. The rows and the options must outlive it; what it
 * takes is given up with lt_lloyd_end(), also after a failure. */
lt_status lt_lloyd_begin(lt_lloyd *f, const lt_tensor *x, const lt_kmeans_options *o,
                         const void *centers);
void lt_lloyd_end(lt_lloyd *f);

/* E step: the nearest centre of each row, in f->label; f->changes of them are other ones than
 * before. `first` when there are no bounds yet. */
lt_status lt_lloyd_assign(lt_lloyd *f, bool first);

/* M step: new f->centers; `*shift` is the sum of their squared shifts. */
lt_status lt_lloyd_update(lt_lloyd *f, bool first, double *shift);

/* No more means are wanted: assignments that follow need not keep sums of rows. */
void lt_lloyd_settle(lt_lloyd *f);

/* Sum of squared distances of the rows to the centres of the last assignment. */
lt_status lt_lloyd_inertia(lt_lloyd *f, double *inertia);

/* Its labels, int64 [n], from 1. */
lt_status lt_lloyd_labels(const lt_lloyd *f, lt_tensor *out);

#endif
