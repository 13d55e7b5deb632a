/* fft.h - discrete Fourier transforms for convolutions, float32: LT_FFT_LANES of them side by
 * side.
 *
 * A block holds `rows` rows (a power of two, or three times one) of LT_FFT_LANES numbers, real and
 * imaginary parts in arrays of their own, 64-byte aligned; each column is transformed by itself.
 * The forward transform leaves its results in an order of its own, which the backward one takes: a
 * product in between does not care. */
#ifndef LT_FFT_H
#define LT_FFT_H

#include <stdint.h>

enum { LT_FFT_LANES = 16 };

/* cos and sin of -2 pi i / rows: twiddle [rows, 2]. */
void lt_fft_twiddles(float *twiddle, int64_t rows);

/* Row of each frequency after the forward transform: order [rows]. */
void lt_fft_order(int32_t *order, int64_t rows);

void lt_fft_forward(float *re, float *im, int64_t rows, const float *twiddle);

/* The inverse, but for the factor 1 / rows. */
void lt_fft_backward(float *re, float *im, int64_t rows, const float *twiddle);

#endif
