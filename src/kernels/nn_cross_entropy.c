#include "kernels/nn_cross_entropy.h"

#include "kernels/parallel.h"
#include "kernels/simd.h"

enum { GRAIN = 8192 };

#define ROW_KERNELS(T, EXP)                                                                        \
    static LT_SIMD double lse_##T(int64_t n, const T *x) {                                         \
        T top = x[0];                                                                              \
        double sum = 0;                                                                            \
        for (int64_t i = 1; i < n; i++)                                                            \
            top = x[i] > top || x[i] != x[i] ? x[i] : top;                                         \
        if (top - top != 0) /* infinite or NaN: the sum says all */                                \
            return (double)top;                                                                    \
        _Pragma("omp simd reduction(+ : sum)") for (int64_t i = 0; i < n; i++) sum +=              \
            (double)EXP(x[i] - top);                                                               \
        return (double)top + log(sum);                                                             \
    }                                                                                              \
    static double shared_loss_##T(int64_t n, const T *x, const T *share, double lse) {             \
        double loss = 0;                                                                           \
        for (int64_t i = 0; i < n; i++)                                                            \
            if (share[i] != 0)                                                                     \
                loss += (double)share[i] * (lse - (double)x[i]);                                   \
        return loss;                                                                               \
    }                                                                                              \
    static LT_SIMD void back_##T(int64_t n, const T *x, const T *share, int64_t id, double lse,    \
                                 double scale, T *dx) {                                            \
        double total = share ? 0 : 1;                                                              \
        for (int64_t i = 0; share && i < n; i++)                                                   \
            total += (double)share[i];                                                             \
        const T shift = (T)lse, factor = (T)(scale * total);                                       \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) dx[i] = factor * EXP(x[i] - shift);    \
        if (!share)                                                                                \
            dx[id - 1] -= (T)scale;                                                                \
        for (int64_t i = 0; share && i < n; i++)                                                   \
            dx[i] -= (T)scale * share[i];                                                          \
    }

ROW_KERNELS(float, expf)
ROW_KERNELS(double, exp)

typedef struct job {
    const lt_scores *s;
    double *loss, *lse;
    const double *scale;
    bool uniform;
    void *dx;
} job;

static void forward_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const job *j = context;
    const lt_scores *s = j->s;
    for (int64_t r = begin; r < end; r++) {
        int64_t at = r * s->classes;
        if (s->dtype == LT_FLOAT32) {
            const float *x = (const float *)s->x + at;
            double lse = j->lse[r] = lse_float(s->classes, x);
            j->loss[r] = s->id
                             ? lse - (double)x[s->id[r] - 1]
                             : shared_loss_float(s->classes, x, (const float *)s->share + at, lse);
        } else {
            const double *x = (const double *)s->x + at;
            double lse = j->lse[r] = lse_double(s->classes, x);
            j->loss[r] =
                s->id ? lse - x[s->id[r] - 1]
                      : shared_loss_double(s->classes, x, (const double *)s->share + at, lse);
        }
    }
}

static void back_chunk(void *context, int64_t begin, int64_t end, int64_t chunk) {
    (void)chunk;
    const job *j = context;
    const lt_scores *s = j->s;
    for (int64_t r = begin; r < end; r++) {
        int64_t at = r * s->classes, id = s->id ? s->id[r] : 0;
        double scale = j->scale[j->uniform ? 0 : r];
        if (s->dtype == LT_FLOAT32)
            back_float(s->classes, (const float *)s->x + at,
                       s->share ? (const float *)s->share + at : NULL, id, j->lse[r], scale,
                       (float *)j->dx + at);
        else
            back_double(s->classes, (const double *)s->x + at,
                        s->share ? (const double *)s->share + at : NULL, id, j->lse[r], scale,
                        (double *)j->dx + at);
    }
}

static int64_t grain(const lt_scores *s) {
    return 1 + GRAIN / s->classes;
}

bool lt_cross_entropy_rows(const lt_scores *s, double *loss, double *lse) {
    job j = {.s = s, .loss = loss, .lse = lse};
    return lt_parallel(s->rows, grain(s), forward_chunk, &j);
}

bool lt_cross_entropy_rows_back(const lt_scores *s, const double *lse, const double *scale,
                                bool uniform, void *dx) {
    job j = {.s = s, .lse = (double *)lse, .scale = scale, .uniform = uniform, .dx = dx};
    return lt_parallel(s->rows, grain(s), back_chunk, &j);
}
