#include "kernels/lapack.h"

#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/parallel.h"

/* Room for blocked algorithms whose best work space is not asked for: columns at a time. */
enum { PANEL = 64 };

/* LAPACK's routine for the dtype, without LAPACKE's own transposing and checking. */
#define RUN(dtype, name, ...)                                                                      \
    ((dtype) == LT_FLOAT32 ? LAPACKE_s##name##_work(LAPACK_COL_MAJOR, __VA_ARGS__)                 \
                           : LAPACKE_d##name##_work(LAPACK_COL_MAJOR, __VA_ARGS__))

/* Allocate `count` elements; NULL for a count that LAPACK's int cannot hold. */
static void *work_space(lt_dtype dtype, double count) {
    if (!(count >= 0 && count <= INT_MAX))
        return NULL;
    return malloc(((size_t)count + 1) * lt_dtype_size(dtype));
}

/* The answer to a work space query, which a float may have rounded down. */
static double queried(lt_dtype dtype, const double *answer) {
    if (dtype == LT_FLOAT64)
        return *answer;
    float size;
    memcpy(&size, answer, sizeof size);
    return size < (1 << 24) ? (double)size : ceil((double)nextafterf(size, INFINITY));
}

/* OpenBLAS's OpenMP build asks OpenMP how many threads it may use. */
void lt_lapack_share(bool share) {
    omp_set_num_threads(share ? lt_num_threads() : 1);
}

int lt_lapack_cholesky(lt_dtype dtype, int64_t n, void *a) {
    int info = RUN(dtype, potrf, 'U', (int)n, a, (int)n);
    size_t size = lt_dtype_size(dtype);
    for (int64_t i = 0; info == 0 && i < n; i++)
        memset((char *)a + (size_t)(i * n + i + 1) * size, 0, (size_t)(n - i - 1) * size);
    return info;
}

int lt_lapack_lu(lt_dtype dtype, int64_t n, void *a, int *pivots) {
    return RUN(dtype, getrf, (int)n, (int)n, a, (int)n, pivots);
}

int lt_lapack_lu_condition(lt_dtype dtype, int64_t n, const void *lu, double norm, double *rcond) {
    void *work = work_space(dtype, 4 * (double)n);
    int *places = malloc((size_t)n * sizeof *places);
    int info = work && places ? 0 : LT_LAPACK_MEMORY;
    float single = 0;
    if (info == 0 && dtype == LT_FLOAT32) {
        info = LAPACKE_sgecon_work(LAPACK_COL_MAJOR, '1', (int)n, lu, (int)n, (float)norm, &single,
                                   work, places);
        *rcond = (double)single;
    } else if (info == 0) {
        info = LAPACKE_dgecon_work(LAPACK_COL_MAJOR, '1', (int)n, lu, (int)n, norm, rcond, work,
                                   places);
    }
    free(work);
    free(places);
    return info;
}

int lt_lapack_lu_solve(lt_dtype dtype, int64_t n, int64_t k, const void *lu, const int *pivots,
                       void *b) {
    return RUN(dtype, getrs, 'T', (int)n, (int)k, lu, (int)n, pivots, b, (int)n);
}

int lt_lapack_lu_inverse(lt_dtype dtype, int64_t n, void *lu, const int *pivots) {
    int64_t room = n * PANEL < INT_MAX ? n * PANEL : n;
    void *work = work_space(dtype, (double)room);
    if (!work)
        return LT_LAPACK_MEMORY;
    int info = RUN(dtype, getri, (int)n, lu, (int)n, pivots, work, (int)room);
    free(work);
    return info;
}

/* The first `cols` elements of each row of a [rows, from] to b [rows, to]; what stands below the
 * diagonal as 0 where `upper`. */
static void copy_rows(lt_dtype dtype, int64_t rows, int64_t cols, const void *a, int64_t from,
                      void *b, int64_t to, bool upper) {
    size_t size = lt_dtype_size(dtype);
    for (int64_t i = 0; i < rows; i++) {
        const char *source = (const char *)a + (size_t)(i * from) * size;
        char *target = (char *)b + (size_t)(i * to) * size;
        size_t zeros = upper ? (size_t)(i < cols ? i : cols) * size : 0;
        memset(target, 0, zeros);
        memcpy(target + zeros, source + zeros, (size_t)cols * size - zeros);
    }
}

/* The transpose of a [m, n] is n x m in LAPACK's eyes; its L Q is our (Q R) turned over. */
int lt_lapack_qr(lt_dtype dtype, int64_t m, int64_t n, int64_t kq, void *a, void *q, void *r) {
    int64_t k = m < n ? m : n, most = m > n ? m : n;
    int64_t room = most * PANEL < INT_MAX ? most * PANEL : most;
    void *work = work_space(dtype, (double)room), *tau = work_space(dtype, (double)k);
    int info = work && tau ? 0 : LT_LAPACK_MEMORY;
    if (info == 0)
        info = RUN(dtype, gelqf, (int)n, (int)m, a, (int)n, tau, work, (int)room);
    if (info == 0) {
        copy_rows(dtype, kq, n, a, n, r, n, true);
        copy_rows(dtype, m, kq < n ? kq : n, a, n, q, kq, false);
        info = RUN(dtype, orglq, (int)kq, (int)m, (int)k, q, (int)kq, tau, work, (int)room);
    }
    free(work);
    free(tau);
    return info;
}

/* On one thread: with two, OpenBLAS 0.3.21's gesdd ends without convergence on 5000 x 784 pixels
 * of MNIST (with one, and in NumPy's orientation, it converges). */
int lt_lapack_svd(lt_dtype dtype, int64_t m, int64_t n, bool full, void *a, void *u, void *s,
                  void *vt) {
    char job = !u ? 'N' : full ? 'A' : 'S';
    int64_t k = m < n ? m : n, ku = full ? m : k;
    double answer = 0;
    int *places = malloc(8 * (size_t)k * sizeof *places);
    int info = places ? 0 : LT_LAPACK_MEMORY;
    int threads = omp_get_max_threads();
    if (info == 0)
        info = RUN(dtype, gesdd, job, (int)n, (int)m, a, (int)n, s, vt, (int)n, u, (int)ku,
                   (void *)&answer, -1, places);
    double room = queried(dtype, &answer);
    void *work = info == 0 ? work_space(dtype, room) : NULL;
    omp_set_num_threads(1);
    if (info == 0)
        info = work ? RUN(dtype, gesdd, job, (int)n, (int)m, a, (int)n, s, vt, (int)n, u, (int)ku,
                          work, (int)room, places)
                    : LT_LAPACK_MEMORY;
    omp_set_num_threads(threads);
    free(work);
    free(places);
    return info;
}

int lt_lapack_eigh(lt_dtype dtype, int64_t n, bool vectors, void *a, void *values) {
    char job = vectors ? 'V' : 'N';
    double answer = 0;
    int count = 0;
    int info =
        RUN(dtype, syevd, job, 'U', (int)n, a, (int)n, values, (void *)&answer, -1, &count, -1);
    double room = queried(dtype, &answer);
    void *work = info == 0 ? work_space(dtype, room) : NULL;
    int *places = info == 0 ? malloc((size_t)(count > 1 ? count : 1) * sizeof *places) : NULL;
    if (info == 0)
        info = work && places ? RUN(dtype, syevd, job, 'U', (int)n, a, (int)n, values, work,
                                    (int)room, places, count)
                              : LT_LAPACK_MEMORY;
    free(work);
    free(places);
    return info;
}

/* Left eigenvectors of the transpose are right ones of the matrix. */
int lt_lapack_eig(lt_dtype dtype, int64_t n, void *a, void *real, void *imaginary, void *vectors) {
    char job = vectors ? 'V' : 'N';
    double answer = 0;
    int info = RUN(dtype, geev, job, 'N', (int)n, a, (int)n, real, imaginary, vectors, (int)n, NULL,
                   1, (void *)&answer, -1);
    double room = queried(dtype, &answer);
    void *work = info == 0 ? work_space(dtype, room) : NULL;
    if (info == 0)
        info = work ? RUN(dtype, geev, job, 'N', (int)n, a, (int)n, real, imaginary, vectors,
                          (int)n, NULL, 1, work, (int)room)
                    : LT_LAPACK_MEMORY;
    free(work);
    return info;
}

#define GELSD(letter, T, work, room, places)                                                       \
    LAPACKE_##letter##gelsd_work(LAPACK_COL_MAJOR, (int)m, (int)n, (int)k, a, (int)m, b,           \
                                 (int)(m > n ? m : n), s, (T)rcond, &rank, work, (int)(room),      \
                                 places)

int lt_lapack_lstsq(lt_dtype dtype, int64_t m, int64_t n, int64_t k, double rcond, void *a,
                    void *b) {
    double answer = 0;
    int rank, count = 0;
    void *s = work_space(dtype, (double)(m < n ? m : n));
    int info = s ? 0 : LT_LAPACK_MEMORY;
    if (info == 0)
        info = dtype == LT_FLOAT32 ? GELSD(s, float, (void *)&answer, -1, &count)
                                   : GELSD(d, double, (void *)&answer, -1, &count);
    double room = queried(dtype, &answer);
    void *work = info == 0 ? work_space(dtype, room) : NULL;
    int *places = info == 0 ? malloc((size_t)(count > 1 ? count : 1) * sizeof *places) : NULL;
    if (info == 0 && !(work && places))
        info = LT_LAPACK_MEMORY;
    if (info == 0)
        info = dtype == LT_FLOAT32 ? GELSD(s, float, work, room, places)
                                   : GELSD(d, double, work, room, places);
    free(work);
    free(places);
    free(s);
    return info;
}

/* First diagonal element that is 0, counted from 1; 0 if there is none. */
static int zero_on_diagonal(lt_dtype dtype, int64_t n, const void *a) {
    for (int64_t i = 0; i < n; i++)
        if (dtype == LT_FLOAT32 ? ((const float *)a)[i * (n + 1)] == 0
                                : ((const double *)a)[i * (n + 1)] == 0)
            return (int)i + 1;
    return 0;
}

int lt_lapack_triangular(lt_dtype dtype, int64_t n, int64_t k, bool upper, bool transposed,
                         const void *a, void *b) {
    int zero = zero_on_diagonal(dtype, n, a);
    if (zero > 0)
        return zero;
    CBLAS_UPLO half = upper ? CblasUpper : CblasLower;
    CBLAS_TRANSPOSE turn = transposed ? CblasTrans : CblasNoTrans;
    if (dtype == LT_FLOAT32)
        cblas_strsm(CblasRowMajor, CblasLeft, half, turn, CblasNonUnit, (int)n, (int)k, 1, a,
                    (int)n, b, (int)k);
    else
        cblas_dtrsm(CblasRowMajor, CblasLeft, half, turn, CblasNonUnit, (int)n, (int)k, 1, a,
                    (int)n, b, (int)k);
    return 0;
}
