#include "kernels/blas.h"

#include <cblas.h>
#include <limits.h>
#include <stdatomic.h>
#include <time.h>

#include "kernels/parallel.h"
#include "kernels/simd.h"
#include "tensor/interrupt.h"
#include "tensor/progress.h"

/* Multiplications below which a loop beats the library call: more where the inner size is so small
 * that packing the operands costs as much as the product. */
enum { SMALL_PRODUCT = 4096, THIN_PRODUCT = 65536, THIN = 4 };

/* Work of one library call, in multiplications: about a fifth of a second on a slow core. */
#define CALL_LIMIT 4e9

/* Rows of b in order: c[i] += a[i][p] * b[p], a vector operation a row; two rows at a time, so
 * that c is read and written half as often. */
#define SMALL_ROWS(T)                                                                              \
    static LT_SIMD void rows_##T(int64_t m, int64_t n, int64_t k, T alpha, const T *a,             \
                                 int64_t row, int64_t step, const T *b, int64_t ldb, T beta, T *c, \
                                 int64_t ldc) {                                                    \
        for (int64_t i = 0; i < m; i++, c += ldc) {                                                \
            const T *ai = a + i * row;                                                             \
            int64_t p = 0;                                                                         \
            if (beta == 0 && k > 1) {                                                              \
                const T f0 = alpha * ai[0], f1 = alpha * ai[step], *b1 = b + ldb;                  \
                _Pragma("omp simd") for (int64_t j = 0; j < n; j++) c[j] = f0 * b[j] + f1 * b1[j]; \
                p = 2;                                                                             \
            } else if (beta != 1) {                                                                \
                for (int64_t j = 0; j < n; j++)                                                    \
                    c[j] = beta == 0 ? 0 : beta * c[j];                                            \
            }                                                                                      \
            for (; p + 2 <= k; p += 2) {                                                           \
                const T f0 = alpha * ai[p * step], f1 = alpha * ai[(p + 1) * step];                \
                const T *b0 = b + p * ldb, *b1 = b0 + ldb;                                         \
                _Pragma("omp simd") for (int64_t j = 0; j < n; j++) c[j] +=                        \
                    f0 * b0[j] + f1 * b1[j];                                                       \
            }                                                                                      \
            if (p < k) {                                                                           \
                const T f0 = alpha * ai[p * step], *b0 = b + p * ldb;                              \
                _Pragma("omp simd") for (int64_t j = 0; j < n; j++) c[j] += f0 * b0[j];            \
            }                                                                                      \
        }                                                                                          \
    }
SMALL_ROWS(float)
SMALL_ROWS(double)

/* b transposed: c[i][j] is a dot product of two runs. */
#define SMALL_DOTS(T)                                                                              \
    static LT_SIMD void dots_##T(int64_t m, int64_t n, int64_t k, T alpha, const T *a,             \
                                 int64_t row, int64_t step, const T *b, int64_t ldb, T beta, T *c, \
                                 int64_t ldc) {                                                    \
        for (int64_t i = 0; i < m; i++, c += ldc) {                                                \
            for (int64_t j = 0; j < n; j++) {                                                      \
                const T *ai = a + i * row, *bj = b + j * ldb;                                      \
                T sum = 0;                                                                         \
                if (step == 1) {                                                                   \
                    _Pragma("omp simd reduction(+ : sum)") for (int64_t p = 0; p < k; p++) sum +=  \
                        ai[p] * bj[p];                                                             \
                } else {                                                                           \
                    for (int64_t p = 0; p < k; p++)                                                \
                        sum += ai[p * step] * bj[p];                                               \
                }                                                                                  \
                c[j] = beta == 0 ? alpha * sum : alpha * sum + beta * c[j];                        \
            }                                                                                      \
        }                                                                                          \
    }
SMALL_DOTS(float)
SMALL_DOTS(double)

static void small_product(lt_dtype dtype, bool ta, bool tb, int64_t m, int64_t n, int64_t k,
                          double alpha, const void *a, int64_t lda, const void *b, int64_t ldb,
                          double beta, void *c, int64_t ldc) {
    int64_t row = ta ? 1 : lda, step = ta ? lda : 1;
    if (n == 1 && ldb == 1 && !tb) { /* a dense column is a dense row: take dot products */
        tb = true;
        ldb = k;
    }
    if (dtype == LT_FLOAT32)
        (tb ? dots_float : rows_float)(m, n, k, (float)alpha, a, row, step, b, ldb, (float)beta, c,
                                       ldc);
    else
        (tb ? dots_double : rows_double)(m, n, k, alpha, a, row, step, b, ldb, beta, c, ldc);
}

static void call(lt_dtype dtype, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha,
                 const void *a, int64_t lda, const void *b, int64_t ldb, double beta, void *c,
                 int64_t ldc) {
    CBLAS_TRANSPOSE at = ta ? CblasTrans : CblasNoTrans, bt = tb ? CblasTrans : CblasNoTrans;
    if (dtype == LT_FLOAT32 && n == 1)
        cblas_sgemv(CblasRowMajor, at, (int)(ta ? k : m), (int)(ta ? m : k), (float)alpha, a,
                    (int)lda, b, tb ? 1 : (int)ldb, (float)beta, c, (int)ldc);
    else if (dtype == LT_FLOAT32)
        cblas_sgemm(CblasRowMajor, at, bt, (int)m, (int)n, (int)k, (float)alpha, a, (int)lda, b,
                    (int)ldb, (float)beta, c, (int)ldc);
    else if (n == 1)
        cblas_dgemv(CblasRowMajor, at, (int)(ta ? k : m), (int)(ta ? m : k), alpha, a, (int)lda, b,
                    tb ? 1 : (int)ldb, beta, c, (int)ldc);
    else
        cblas_dgemm(CblasRowMajor, at, bt, (int)m, (int)n, (int)k, alpha, a, (int)lda, b, (int)ldb,
                    beta, c, (int)ldc);
}

static bool product(lt_dtype dtype, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha,
                    const void *a, int64_t lda, const void *b, int64_t ldb, double beta, void *c,
                    int64_t ldc) {
    if (m == 0 || n == 0)
        return true;
    double work = (double)m * (double)n * (double)k;
    /* BLAS counts in int: what is longer than that goes through the loops as well. */
    bool countable = n <= INT_MAX && k <= INT_MAX && lda <= INT_MAX && ldb <= INT_MAX &&
                     ldc <= INT_MAX && !(ta && m > INT_MAX);
    if (work <= (k <= THIN ? THIN_PRODUCT : SMALL_PRODUCT) || !countable) {
        small_product(dtype, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        return true;
    }
    lt_prepare_threads();
    /* Long products go in strips of rows, so that an interrupt is heard between them. */
    int64_t size = (int64_t)lt_dtype_size(dtype);
    int64_t strip = work > CALL_LIMIT ? (int64_t)(CALL_LIMIT / ((double)n * (double)k)) : m;
    if (strip < 64)
        strip = 64;
    if (strip > INT_MAX)
        strip = INT_MAX;
    lt_progress p = lt_progress_begin("multiplying", m);
    for (int64_t i = 0; i < m && !lt_interrupted(); i += strip) {
        lt_progress_step(&p, i);
        call(dtype, ta, tb, m - i < strip ? m - i : strip, n, k, alpha,
             (const char *)a + i * (ta ? 1 : lda) * size, lda, b, ldb, beta,
             (char *)c + i * ldc * size, ldc);
    }
    lt_progress_end(&p);
    return !lt_interrupted();
}

static atomic_bool counting;
static atomic_llong counted; /* nanoseconds */

static long long nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

bool lt_gemm(lt_dtype dtype, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha,
             const void *a, int64_t lda, const void *b, int64_t ldb, double beta, void *c,
             int64_t ldc) {
    if (!atomic_load_explicit(&counting, memory_order_relaxed))
        return product(dtype, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    long long start = nanoseconds();
    bool done = product(dtype, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    atomic_fetch_add(&counted, nanoseconds() - start);
    return done;
}

double lt_gemm_time(bool count) {
    atomic_store(&counting, count);
    return 1e-9 * (double)atomic_exchange(&counted, 0);
}

#define OUTER(T)                                                                                   \
    static LT_SIMD void outer_##T(int64_t m, int64_t n, T alpha, const T *x, const T *y, T *a,     \
                                  int64_t lda) {                                                   \
        for (int64_t i = 0; i < m; i++, a += lda) {                                                \
            const T factor = alpha * x[i];                                                         \
            _Pragma("omp simd") for (int64_t j = 0; j < n; j++) a[j] += factor * y[j];             \
        }                                                                                          \
    }
OUTER(float)
OUTER(double)

void lt_ger(lt_dtype dtype, int64_t m, int64_t n, double alpha, const void *x, const void *y,
            void *a, int64_t lda) {
    if (dtype == LT_FLOAT32)
        outer_float(m, n, (float)alpha, x, y, a, lda);
    else
        outer_double(m, n, alpha, x, y, a, lda);
}
