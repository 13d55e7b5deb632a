#include "kernels/fft.h"

#include <math.h>
#include <stdbool.h>

#include "kernels/simd.h"

typedef float lanes __attribute__((vector_size(64), may_alias));

void lt_fft_twiddles(float *twiddle, int64_t rows) {
    for (int64_t i = 0; i < rows; i++) {
        double angle = -2 * M_PI * (double)i / (double)rows;
        twiddle[2 * i] = (float)cos(angle);
        twiddle[2 * i + 1] = (float)sin(angle);
    }
}

/* Bit-reversed; of three parts, part r holds the frequencies 3 q + r. */
void lt_fft_order(int32_t *order, int64_t rows) {
    int64_t parts = rows % 3 == 0 ? 3 : 1, part = rows / parts;
    for (int64_t k = 0; k < rows; k++) {
        int64_t at = k % parts * part;
        for (int64_t bit = 1, half = part / 2; half > 0; bit *= 2, half /= 2)
            at += (k / parts & bit) != 0 ? half : 0;
        order[k] = (int32_t)at;
    }
}

/* a, b become a + b, (a - b) w. */
#define SPLIT(ar, ai, br, bi, w)                                                                   \
    do {                                                                                           \
        const lanes r_ = ar - br, i_ = ai - bi;                                                    \
        ar += br, ai += bi;                                                                        \
        br = r_ * (w)[0] - i_ * (w)[1], bi = r_ * (w)[1] + i_ * (w)[0];                            \
    } while (0)

/* a, b become a + b w*, a - b w*, with the angle of w turned. */
#define JOIN(ar, ai, br, bi, w)                                                                    \
    do {                                                                                           \
        const lanes r_ = br * (w)[0] + bi * (w)[1], i_ = bi * (w)[0] - br * (w)[1];                \
        br = ar - r_, bi = ai - i_;                                                                \
        ar += r_, ai += i_;                                                                        \
    } while (0)

/* Four rows a quarter of a block apart, for two halvings at once. */
#define LOAD_FOUR(at)                                                                              \
    lanes ar = re[at], br = re[(at) + q], cr = re[(at) + 2 * q], dr = re[(at) + 3 * q];            \
    lanes ai = im[at], bi = im[(at) + q], ci = im[(at) + 2 * q], di = im[(at) + 3 * q]
#define STORE_FOUR(at)                                                                             \
    re[at] = ar, re[(at) + q] = br, re[(at) + 2 * q] = cr, re[(at) + 3 * q] = dr;                  \
    im[at] = ai, im[(at) + q] = bi, im[(at) + 2 * q] = ci, im[(at) + 3 * q] = di

/* The cube root of 1 that turns forwards is -1/2 - i ROOT. */
#define ROOT 0.86602540378443865F

/* Rows into three parts, each of which is transformed by itself. */
static inline __attribute__((always_inline)) void split_in_three(lanes *re, lanes *im, int64_t part,
                                                                 const float *twiddle) {
    for (int64_t i = 0; i < part; i++) {
        const float *w = twiddle + 2 * i, *v = twiddle + 4 * i;
        const lanes ar = re[i], br = re[i + part], cr = re[i + 2 * part];
        const lanes ai = im[i], bi = im[i + part], ci = im[i + 2 * part];
        const lanes sr = br + cr, si = bi + ci, dr = (bi - ci) * ROOT, di = (cr - br) * ROOT;
        const lanes mr = ar - sr * 0.5F, mi = ai - si * 0.5F;
        const lanes pr = mr + dr, pi = mi + di, qr = mr - dr, qi = mi - di;
        re[i] = ar + sr, im[i] = ai + si;
        re[i + part] = pr * w[0] - pi * w[1], im[i + part] = pr * w[1] + pi * w[0];
        re[i + 2 * part] = qr * v[0] - qi * v[1], im[i + 2 * part] = qr * v[1] + qi * v[0];
    }
}

static inline __attribute__((always_inline)) void join_three(lanes *re, lanes *im, int64_t part,
                                                             const float *twiddle) {
    for (int64_t i = 0; i < part; i++) {
        const float *w = twiddle + 2 * i, *v = twiddle + 4 * i;
        const lanes yr = re[i + part], yi = im[i + part];
        const lanes zr = re[i + 2 * part], zi = im[i + 2 * part];
        const lanes br = yr * w[0] + yi * w[1], bi = yi * w[0] - yr * w[1];
        const lanes cr = zr * v[0] + zi * v[1], ci = zi * v[0] - zr * v[1];
        const lanes sr = br + cr, si = bi + ci, dr = (ci - bi) * ROOT, di = (br - cr) * ROOT;
        const lanes mr = re[i] - sr * 0.5F, mi = im[i] - si * 0.5F;
        re[i] += sr, im[i] += si;
        re[i + part] = mr + dr, im[i + part] = mi + di;
        re[i + 2 * part] = mr - dr, im[i + 2 * part] = mi - di;
    }
}

/* Decimation in frequency (Gentleman and Sande 1966): natural order in, bit-reversed out. */
static LT_SIMD void forward(lanes *re, lanes *im, int64_t rows, const float *twiddle) {
    static const float one[] = {1, 0};
    int64_t block = rows;
    if (rows % 3 == 0) {
        block = rows / 3;
        split_in_three(re, im, block, twiddle);
    }
    for (; block >= 4; block /= 4) {
        int64_t q = block / 4, step = rows / block;
        for (int64_t from = 0; from < rows; from += block)
            for (int64_t i = 0; i < q; i++) {
                LOAD_FOUR(from + i);
                SPLIT(ar, ai, cr, ci, twiddle + 2 * i * step);
                SPLIT(br, bi, dr, di, twiddle + 2 * (i + q) * step);
                SPLIT(ar, ai, br, bi, twiddle + 4 * i * step);
                SPLIT(cr, ci, dr, di, twiddle + 4 * i * step);
                STORE_FOUR(from + i);
            }
    }
    for (int64_t at = 0; block == 2 && at < rows; at += 2)
        SPLIT(re[at], im[at], re[at + 1], im[at + 1], one);
}

/* Decimation in time (Cooley and Tukey 1965): bit-reversed in, natural order out. */
static LT_SIMD void backward(lanes *re, lanes *im, int64_t rows, const float *twiddle) {
    static const float one[] = {1, 0};
    int64_t block = 4;
    bool odd = __builtin_ctzll((unsigned long long)rows) % 2 == 1;
    for (int64_t at = 0; odd && at < rows; at += 2)
        JOIN(re[at], im[at], re[at + 1], im[at + 1], one);
    if (odd)
        block = 8;
    for (; rows % block == 0; block *= 4) {
        int64_t q = block / 4, step = rows / block;
        for (int64_t from = 0; from < rows; from += block)
            for (int64_t i = 0; i < q; i++) {
                LOAD_FOUR(from + i);
                JOIN(ar, ai, br, bi, twiddle + 4 * i * step);
                JOIN(cr, ci, dr, di, twiddle + 4 * i * step);
                JOIN(ar, ai, cr, ci, twiddle + 2 * i * step);
                JOIN(br, bi, dr, di, twiddle + 2 * (i + q) * step);
                STORE_FOUR(from + i);
            }
    }
    if (rows % 3 == 0)
        join_three(re, im, rows / 3, twiddle);
}

void lt_fft_forward(float *re, float *im, int64_t rows, const float *twiddle) {
    forward((lanes *)re, (lanes *)im, rows, twiddle);
}

void lt_fft_backward(float *re, float *im, int64_t rows, const float *twiddle) {
    backward((lanes *)re, (lanes *)im, rows, twiddle);
}
