/* latent.h - the public C API of the engine: tensors, operations, autograd, models and files.
 *
 * A C program includes this one header and links the engine's objects. Conventions are those of
 * tensor/tensor.h (ownership, results) and tensor/status.h (failures). */
#ifndef LATENT_H
#define LATENT_H

#include "tensor/alloc.h"
#include "tensor/dtype.h"
#include "tensor/interrupt.h"
#include "tensor/node.h"
#include "tensor/print.h"
#include "tensor/status.h"
#include "tensor/tensor.h"

#include "kernels/parallel.h"

#include "ops/apply.h"
#include "ops/arrange.h"
#include "ops/create.h"
#include "ops/distance.h"
#include "ops/eigen.h"
#include "ops/elementwise.h"
#include "ops/factor.h"
#include "ops/fuse.h"
#include "ops/gather.h"
#include "ops/histogram.h"
#include "ops/inverse.h"
#include "ops/linalg.h"
#include "ops/matmul.h"
#include "ops/nn.h"
#include "ops/optim.h"
#include "ops/random.h"
#include "ops/reduce.h"
#include "ops/scan.h"
#include "ops/scatter.h"
#include "ops/shape.h"
#include "ops/softmax.h"
#include "ops/solve.h"
#include "ops/sort.h"
#include "ops/svd.h"
#include "ops/unique.h"

#include "autograd/backward.h"

#include "io/csv.h"
#include "io/csv_write.h"
#include "io/gif.h"
#include "io/idx.h"
#include "io/jpeg.h"
#include "io/npy.h"
#include "io/npz.h"
#include "io/png.h"
#include "io/safetensors.h"

#include "models/digits.h"

#define LT_VERSION "0.1.0"

#endif
