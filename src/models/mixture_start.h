/* mixture_start.h - where the parameters of a mixture start. */
#ifndef LT_MIXTURE_START_H
#define LT_MIXTURE_START_H

#include "models/mixture_steps.h"

/* First parameters for dense rows x, as o->init says; sets w->least and, for tied covariances,
 * w->scatter as well. */
lt_status lt_mixture_start(lt_mixture_work *w, const lt_tensor *x, const lt_mixture_options *o);

#endif
