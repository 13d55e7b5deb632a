/* grid_convolve.h - convolutions of a square grid of numbers with the kernel of t-SNE, by Fourier
 * transforms: what charges at the nodes make, seen at the nodes. */
#ifndef LT_GRID_CONVOLVE_H
#define LT_GRID_CONVOLVE_H

#include "kernels/workspace.h"
#include "models/arena.h"
#include "models/samples.h"

typedef struct lt_grid_convolve {
    int64_t nodes, size;  /* nodes to a side; length of the transforms, twice that */
    double step;          /* from node to node, of the kernel at hand; 0: none yet */
    const float *charges; /* [nodes, nodes] of a run */
    float *field;         /* [nodes, nodes] */
    float *re, *im;       /* [nodes / 2 / lanes, size, lanes] columns under transformation */
    float *kernel;        /* [blocks, size, lanes] its transform by blocks of frequencies */
    float *twiddle;
    int32_t *order; /* [size] where the transforms leave each frequency */
    float *sharpen; /* [size] by frequency: what splines of charge and field blur */
    lt_workspace scratch;
    lt_arena own;
} lt_grid_convolve;

/* For `nodes` nodes to a side, a power of two from 64 on. An earlier grid is given back. */
lt_status lt_grid_convolve_size(lt_grid_convolve *g, int64_t nodes);
void lt_grid_convolve_close(lt_grid_convolve *g);

/* The kernel q = 1 / (1 + distance^2) for nodes `step` apart, sharpened so that charges may be
 * spread over the nodes by quintic B-splines, and the field read by the same. */
lt_status lt_grid_convolve_kernel(lt_grid_convolve *g, double step);

/* field [nodes, nodes] = kernel * charges [nodes, nodes]. */
lt_status lt_grid_convolve_run(lt_grid_convolve *g, const float *charges, float *field);

#endif
