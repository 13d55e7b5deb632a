/* dbscan.h - clusters as connected regions of many rows: Ester, Kriegel, Sander, Xu (1996). */
#ifndef LT_DBSCAN_H
#define LT_DBSCAN_H

#include "models/samples.h"
#include "tensor/tensor.h"

/* Labels of the rows of x [n, d]: int64 [n], clusters from 1 in the order of their first core row,
 * 0 for noise. A row is core when at least `min_samples` rows, itself included, are no farther
 * than `eps` from it; a row at the border of several clusters belongs to the first of them. `core`
 * says which rows are core: bool [n]. */
lt_status lt_dbscan(lt_tensor *labels, lt_tensor *core, lt_tensor *x, double eps,
                    int64_t min_samples);

#endif
