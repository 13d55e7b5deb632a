/* digits.h - handwritten digits drawn by the engine, a stand-in for MNIST where it is missing.
 *
 * A digit is one of a few ways to write it: strokes through control points, which are moved about,
 * sheared, bent and warped, drawn as smooth curves with a pen of varying width, scaled to a box of
 * 20 x 20 and centred by mass in 28 x 28, as MNIST's are. Image i depends on the seed, the split
 * and i alone, never on the number of threads or images, and has the same bytes on every machine:
 * the computation uses nothing but IEEE addition, multiplication, division and square root. */
#ifndef LT_DIGITS_H
#define LT_DIGITS_H

#include "tensor/tensor.h"

#define LT_DIGIT_SIDE 28

/* images [n, 28, 28] uint8 (ink 255 on 0), labels [n] int64 from 0 to 9. `split` 0, 1, ... draws
 * from sequences without common members. */
lt_status lt_digits(lt_tensor *images, lt_tensor *labels, int64_t n, uint64_t seed, uint32_t split);

#endif
