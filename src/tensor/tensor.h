/* tensor.h - the tensor: dtype, shape and strides over a shared storage or a small inline buffer.
 *
 * An lt_tensor is a value that its owner embeds (a Lua userdata, a graph node, a C local) and
 * gives up with lt_release(). Up to LT_INLINE_BYTES of data live inside the struct, which makes
 * the small tensors of tutorials cheap; everything else lives in a reference-counted storage.
 * Inline data have one owner: making a view, or keeping a tensor for backward, first moves them
 * to a storage (lt_share). Strides and offset count elements. Indices and dimensions are 0-based
 * in C; bindings translate from Lua's 1-based ones.
 *
 * Results: a function that fills `lt_tensor *out` expects it empty (LT_EMPTY, or after
 * lt_release), and leaves it empty when it fails. */
#ifndef LT_TENSOR_H
#define LT_TENSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/dtype.h"
#include "tensor/status.h"

#define LT_MAX_DIMS     8
#define LT_INLINE_BYTES 256

typedef struct lt_storage {
    int64_t refs;
    size_t bytes;
    uint64_t version;   /* grows with each write through any view; autograd compares it */
    const char *writer; /* the operation that wrote last, for autograd's message */
    char *data;
} lt_storage;

struct lt_grad; /* a tensor's place in the autograd graph: tensor/node.h */

typedef struct lt_tensor {
    uint8_t dtype; /* lt_dtype */
    uint8_t ndim;
    bool wrapped;        /* stands for a plain number: does not widen dtypes of its own kind */
    bool finalised;      /* owner's mark: a finaliser has been attached (binding) */
    lt_storage *storage; /* NULL: the data are in `small` */
    struct lt_grad *grad;
    int64_t numel;
    int64_t offset;
    int64_t shape[LT_MAX_DIMS];
    int64_t stride[LT_MAX_DIMS];
    int64_t small[LT_INLINE_BYTES / sizeof(int64_t)];
} lt_tensor;

/* Initialise the fields that lt_release() and the operations look at. */
static inline void lt_clear(lt_tensor *t) {
    t->dtype = LT_FLOAT32;
    t->ndim = 0;
    t->wrapped = t->finalised = false;
    t->storage = NULL;
    t->grad = NULL;
    t->numel = t->offset = 0;
}

/* Declare a local tensor that may be released at once: lt_tensor t LT_EMPTY; */
#define LT_EMPTY = {.storage = NULL, .grad = NULL}

static inline void *lt_data(const lt_tensor *t) {
    char *base = t->storage ? t->storage->data : (char *)t->small;
    return base + t->offset * (int64_t)lt_dtype_size((lt_dtype)t->dtype);
}

/* A new tensor of this shape, contents undefined. Fails on negative or overflowing sizes, more
 * than LT_MAX_DIMS dimensions, or short memory. */
lt_status lt_empty(lt_tensor *out, lt_dtype dtype, int ndim, const int64_t *shape);

/* The same shape as `like`. */
lt_status lt_empty_like(lt_tensor *out, lt_dtype dtype, const lt_tensor *like);

/* A new tensor, all bytes zero. */
lt_status lt_zeros(lt_tensor *out, lt_dtype dtype, int ndim, const int64_t *shape);

/* 0-dimensional tensor of one number. lt_number marks it `wrapped`: it stands for a Lua number. */
void lt_scalar(lt_tensor *out, lt_dtype dtype, double value);
void lt_number(lt_tensor *out, double value);
void lt_number_int(lt_tensor *out, int64_t value);

/* Give up the storage and the place in the graph; the tensor is empty afterwards. */
void lt_release(lt_tensor *t);

/* Move inline data to a storage, so that views of them can be made. lt_promotions counts how
 * often that has happened: owners with finalisers to attach look at it. */
lt_status lt_share(lt_tensor *t);
extern uint64_t lt_promotions;

/* A second handle on the same data, off the graph. Shares `t` first. */
lt_status lt_alias(lt_tensor *out, lt_tensor *t);

/* A view of the same storage with a geometry of its own, off the graph: the caller vouches that
 * it stays inside. */
lt_status lt_view(lt_tensor *out, lt_tensor *t, int ndim, const int64_t *shape,
                  const int64_t *stride, int64_t offset);

/* Move a tensor value; `from` becomes empty. */
void lt_move(lt_tensor *to, lt_tensor *from);

/* Record that `op` has written into the data of `t`. */
static inline void lt_touch(lt_tensor *t, const char *op) {
    if (t->storage) {
        t->storage->version++;
        t->storage->writer = op;
    }
}

/* Row-major without gaps. */
bool lt_is_contiguous(const lt_tensor *t);
bool lt_same_shape(const lt_tensor *a, const lt_tensor *b);

/* Number of elements of a shape; -1 for a negative size or a product past 2^62. */
int64_t lt_shape_numel(int ndim, const int64_t *shape);

/* Element at a linear offset from the first, as a number. */
double lt_get_double(const lt_tensor *t, int64_t offset);
int64_t lt_get_int(const lt_tensor *t, int64_t offset);
void lt_set_double(lt_tensor *t, int64_t offset, double value);
void lt_set_int(lt_tensor *t, int64_t offset, int64_t value);

/* "[40, 784]" for messages. lt_shape_text returns one of a few static buffers: at most four of
 * its results may be in use in one message. */
const char *lt_shape_text(int ndim, const int64_t *shape);
static inline const char *lt_shape_of(const lt_tensor *t) {
    return lt_shape_text(t->ndim, t->shape);
}

#endif
