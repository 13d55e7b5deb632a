/* select.h - choosing between two arrays by a third. */
#ifndef LT_SELECT_H
#define LT_SELECT_H

#include "kernels/map.h"

/* Kernel {condition, a, b}: a where the condition is true, b elsewhere. */
lt_kernel lt_select_for(lt_dtype dtype);

#endif
