#include "models/grid_convolve.h"

#include <math.h>
#include <string.h>

#include "kernels/fft.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { LANES = LT_FFT_LANES };

/* A block of LANES rows of the transform, by itself. */
typedef float lanes __attribute__((vector_size(64), may_alias));

void lt_grid_convolve_close(lt_grid_convolve *g) {
    lt_workspace_drop(&g->scratch);
    lt_arena_drop(&g->own);
    *g = (lt_grid_convolve){0};
}

/* ---- columns ----
 *
 * The grid is real, so a complex transform does two columns at once: column j is the real part,
 * column j + nodes / 2 the imaginary one. Strips of LANES columns lie one after the other. Beyond
 * the nodes there are zeros, so that nothing comes round from the other side. */

static float *strip_of(const lt_grid_convolve *g, float *plane, int64_t strip) {
    return plane + strip * g->size * LANES;
}

static LT_SIMD void columns_in(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_grid_convolve *g = context;
    for (int64_t s = begin; s < end; s++) {
        float *re = strip_of(g, g->re, s), *im = strip_of(g, g->im, s);
        const float *from = g->charges + s * LANES;
        for (int64_t i = 0; i < g->nodes; i++) {
            memcpy(re + i * LANES, from + i * g->nodes, sizeof(lanes));
            memcpy(im + i * LANES, from + i * g->nodes + g->nodes / 2, sizeof(lanes));
        }
        memset(re + g->nodes * LANES, 0, (size_t)g->nodes * sizeof(lanes));
        memset(im + g->nodes * LANES, 0, (size_t)g->nodes * sizeof(lanes));
        lt_fft_forward(re, im, g->size, g->twiddle);
    }
}

static LT_SIMD void columns_out(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_grid_convolve *g = context;
    for (int64_t s = begin; s < end; s++) {
        float *re = strip_of(g, g->re, s), *im = strip_of(g, g->im, s);
        float *to = g->field + s * LANES;
        lt_fft_backward(re, im, g->size, g->twiddle);
        for (int64_t i = 0; i < g->nodes; i++) {
            memcpy(to + i * g->nodes, re + i * LANES, sizeof(lanes));
            memcpy(to + i * g->nodes + g->nodes / 2, im + i * LANES, sizeof(lanes));
        }
    }
}

/* ---- rows ----
 *
 * A real column's frequencies k and -k are conjugates, so half of them do: 0 to nodes, in blocks
 * of LANES. The last block has one frequency; its other lanes repeat it and are left alone. */

static int64_t blocks_of(const lt_grid_convolve *g) {
    return g->nodes / LANES + 1;
}

typedef struct block {
    float *re, *im;                    /* [size, lanes]: a frequency a lane, a column a row */
    int64_t there[LANES], back[LANES]; /* where a strip keeps k and -k */
    int count;                         /* lanes that mean something */
} block;

static block open_block(const lt_grid_convolve *g, int64_t number) {
    block b = {.re = lt_workspace_mine(&g->scratch)};
    b.im = b.re + g->size * LANES;
    b.count = number * LANES == g->nodes ? 1 : LANES;
    for (int64_t i = 0; i < LANES; i++) {
        int64_t k = number * LANES + (b.count == 1 ? 0 : i);
        b.there[i] = g->order[k] * LANES;
        b.back[i] = g->order[(g->size - k) % g->size] * LANES;
    }
    return b;
}

typedef float four __attribute__((vector_size(16), may_alias));

static inline __attribute__((always_inline)) void turn_four(const float *from, four *to) {
    const four a = *(const four *)from, b = *(const four *)(from + LANES);
    const four c = *(const four *)(from + 2 * LANES), d = *(const four *)(from + 3 * LANES);
    const four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
               cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const four ba = __builtin_shufflevector(a, b, 2, 6, 3, 7),
               dc = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    to[0] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5),
    to[1] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    to[2] = __builtin_shufflevector(ba, dc, 0, 1, 4, 5),
    to[3] = __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
}

/* Transpose squares of LANES x LANES by their 4 x 4 parts. */
static inline __attribute__((always_inline)) void turn(float *square) {
    for (int i = 0; i < LANES; i += 4)
        for (int j = 0; j <= i; j += 4) {
            four a[4], b[4];
            turn_four(square + i * LANES + j, a);
            turn_four(square + j * LANES + i, b);
            for (int k = 0; k < 4; k++) {
                *(four *)(square + (i + k) * LANES + j) = b[k];
                *(four *)(square + (j + k) * LANES + i) = a[k];
            }
        }
}

/* Columns of one strip and of its imaginary half: a and b from z = a + i b. */
static inline __attribute__((always_inline)) void read_strip(const lt_grid_convolve *g,
                                                             const block *b, int64_t s) {
    const float *re = strip_of(g, g->re, s), *im = strip_of(g, g->im, s);
    lanes *to[4] = {(lanes *)b->re + s * LANES, (lanes *)b->im + s * LANES, NULL, NULL};
    to[2] = to[0] + g->nodes / 2, to[3] = to[1] + g->nodes / 2;
    for (int i = 0; i < LANES; i++) {
        const lanes zr = *(const lanes *)(re + b->there[i]),
                    zi = *(const lanes *)(im + b->there[i]);
        const lanes yr = *(const lanes *)(re + b->back[i]), yi = *(const lanes *)(im + b->back[i]);
        to[0][i] = zr + yr, to[1][i] = zi - yi;
        to[2][i] = zi + yi, to[3][i] = yr - zr;
    }
    for (int i = 0; i < 4; i++)
        turn((float *)to[i]);
}

static inline __attribute__((always_inline)) void write_strip(const lt_grid_convolve *g,
                                                              const block *b, int64_t s) {
    float *re = strip_of(g, g->re, s), *im = strip_of(g, g->im, s);
    lanes *from[4] = {(lanes *)b->re + s * LANES, (lanes *)b->im + s * LANES, NULL, NULL};
    from[2] = from[0] + g->nodes / 2, from[3] = from[1] + g->nodes / 2;
    for (int i = 0; i < 4; i++)
        turn((float *)from[i]);
    for (int i = 0; i < b->count; i++) {
        *(lanes *)(re + b->back[i]) = from[0][i] + from[3][i];
        *(lanes *)(im + b->back[i]) = from[2][i] - from[1][i];
        *(lanes *)(re + b->there[i]) = from[0][i] - from[3][i];
        *(lanes *)(im + b->there[i]) = from[1][i] + from[2][i];
    }
}

static LT_SIMD void rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_grid_convolve *g = context;
    int64_t strips = g->nodes / 2 / LANES;
    for (int64_t number = begin; number < end; number++) {
        block b = open_block(g, number);
        const lanes *kernel = (const lanes *)(g->kernel + number * g->size * LANES);
        for (int64_t s = 0; s < strips; s++)
            read_strip(g, &b, s);
        memset(b.re + g->nodes * LANES, 0, (size_t)g->nodes * sizeof(lanes));
        memset(b.im + g->nodes * LANES, 0, (size_t)g->nodes * sizeof(lanes));
        lt_fft_forward(b.re, b.im, g->size, g->twiddle);
        for (int64_t i = 0; i < g->size; i++) {
            ((lanes *)b.re)[i] *= kernel[i];
            ((lanes *)b.im)[i] *= kernel[i];
        }
        lt_fft_backward(b.re, b.im, g->size, g->twiddle);
        for (int64_t s = 0; s < strips; s++)
            write_strip(g, &b, s);
    }
}

lt_status lt_grid_convolve_run(lt_grid_convolve *g, const float *charges, float *field) {
    g->charges = charges;
    g->field = field;
    int64_t strips = g->nodes / 2 / LANES;
    bool done = lt_parallel(strips, 1, columns_in, g) && lt_parallel(blocks_of(g), 1, rows, g) &&
                lt_parallel(strips, 1, columns_out, g);
    return done ? LT_OK : lt_stopped();
}

/* ---- the kernel ----
 *
 * It is even in both directions, so its transform is real, and half of its columns do. */

static LT_SIMD void kernel_columns(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_grid_convolve *g = context;
    float step = (float)g->step;
    for (int64_t s = begin; s < end; s++) {
        float *re = strip_of(g, g->re, s), *im = strip_of(g, g->im, s);
        for (int64_t i = 0; i < g->size * LANES; i++) {
            int64_t row = i / LANES, column = s * LANES + i % LANES;
            float a = step * (float)(row <= g->nodes ? row : g->size - row);
            float b = step * (float)column, c = step * (float)(column + g->nodes / 2);
            re[i] = 1 / (1 + a * a + b * b);
            im[i] = 1 / (1 + a * a + c * c);
        }
        lt_fft_forward(re, im, g->size, g->twiddle);
    }
}

static LT_SIMD void kernel_rows(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const lt_grid_convolve *g = context;
    for (int64_t number = begin; number < end; number++) {
        block b = open_block(g, number);
        lanes *re = (lanes *)b.re;
        for (int64_t s = 0; s < g->nodes / 2 / LANES; s++)
            read_strip(g, &b, s);
        re[g->nodes] = re[g->nodes - 1]; /* no two nodes are so far apart */
        for (int64_t j = 1; j < g->nodes; j++)
            re[g->size - j] = re[j];
        memset(b.im, 0, (size_t)g->size * sizeof(lanes));
        lt_fft_forward(b.re, b.im, g->size, g->twiddle);
        for (int64_t j = 0; j < g->size; j++)
            for (int64_t i = 0; i < LANES; i++) {
                int64_t k = number * LANES + (b.count == 1 ? 0 : i);
                int64_t at = (number * g->size + g->order[j]) * LANES + i;
                g->kernel[at] = b.re[g->order[j] * LANES + i] * g->sharpen[j] * g->sharpen[k];
            }
    }
}

lt_status lt_grid_convolve_kernel(lt_grid_convolve *g, double step) {
    g->step = step;
    bool done = lt_parallel(g->nodes / 2 / LANES, 1, kernel_columns, g) &&
                lt_parallel(blocks_of(g), 1, kernel_rows, g);
    if (!done)
        g->step = 0;
    return done ? LT_OK : lt_stopped();
}

/* ---- memory ---- */

/* A quintic B-spline's values at the nodes are 1, 26, 66, 26 and 1 in 120: their transform squared,
 * for charge and field, is divided by; and so is the transforms' own factor, and the 2 of
 * read_strip() in the kernel and in the field. */
static void find_sharpen(lt_grid_convolve *g) {
    for (int64_t k = 0; k < g->size; k++) {
        double t = 2 * M_PI * (double)k / (double)g->size;
        double blur = (33 + 26 * cos(t) + cos(2 * t)) / 60;
        g->sharpen[k] = (float)(1 / (blur * blur * (double)g->size * 2));
    }
}

lt_status lt_grid_convolve_size(lt_grid_convolve *g, int64_t nodes) {
    lt_grid_convolve_close(g);
    g->nodes = nodes;
    g->size = 2 * nodes;
    size_t size = (size_t)g->size, plane = (size_t)nodes / 2 * size * sizeof(float);
    g->re = lt_take(&g->own, plane);
    g->im = lt_take(&g->own, plane);
    g->kernel = lt_take(&g->own, (size_t)blocks_of(g) * size * sizeof(lanes));
    g->twiddle = lt_take(&g->own, 2 * size * sizeof *g->twiddle);
    g->order = lt_take(&g->own, size * sizeof *g->order);
    g->sharpen = lt_take(&g->own, size * sizeof *g->sharpen);
    if (g->own.failed || !lt_workspace_take(&g->scratch, 2 * size * sizeof(lanes)))
        return lt_no_memory("TSNE");
    lt_fft_twiddles(g->twiddle, g->size);
    lt_fft_order(g->order, g->size);
    find_sharpen(g);
    return LT_OK;
}
