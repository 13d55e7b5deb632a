/* mixture_sample.h - random rows of a mixture of Gaussians. */
#ifndef LT_MIXTURE_SAMPLE_H
#define LT_MIXTURE_SAMPLE_H

#include "models/mixture.h"

/* n random rows of the mixture [n, d] and the components they are from [n]. */
lt_status lt_mixture_sample(const lt_mixture *m, int64_t n, uint64_t seed, lt_tensor *rows,
                            lt_tensor *labels);

#endif
