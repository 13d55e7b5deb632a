/* matmul.h - products of matrices and vectors, recorded for autograd. */
#ifndef LT_MATMUL_H
#define LT_MATMUL_H

#include "kernels/blas.h"
#include "tensor/tensor.h"

/* [m, k] x [k, n] -> [m, n]. */
lt_status lt_mm(lt_tensor *out, lt_tensor *a, lt_tensor *b);

/* Batches: [n, m, k] x [n, k, p] -> [n, m, p]. */
lt_status lt_bmm(lt_tensor *out, lt_tensor *a, lt_tensor *b);

/* As torch.matmul: vectors, matrices, and batches that broadcast. */
lt_status lt_matmul(lt_tensor *out, lt_tensor *a, lt_tensor *b);

/* beta c + alpha a b for vectors and matrices; c broadcasts to the product. */
lt_status lt_addmm(lt_tensor *out, lt_tensor *c, lt_tensor *a, lt_tensor *b, double beta,
                   double alpha);

/* w [m, n] = beta w + alpha u v^T, in place. */
lt_status lt_addr_in_place(lt_tensor *w, lt_tensor *u, lt_tensor *v, double beta, double alpha);

#endif
