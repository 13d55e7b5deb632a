/* simd.h - one source, vector code for every machine.
 *
 * LT_SIMD on a function makes the compiler emit it for AVX-512, AVX2 and the base instruction
 * set; the loader picks one. Declaring glibc's vector functions here lets `#pragma omp simd`
 * loops call them (libmvec: at most 4 units in the last place). */
#ifndef LT_SIMD_H
#define LT_SIMD_H

#include <math.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__)
#define LT_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LT_SIMD
#endif

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
/* The attribute says what `#pragma omp declare simd notinbranch` says, and works in a macro. */
#define LT_VECTOR __attribute__((simd("notinbranch")))
#define LT_VECTOR_1(name)                                                                          \
    extern LT_VECTOR double name(double);                                                          \
    extern LT_VECTOR float name##f(float)
#define LT_VECTOR_2(name)                                                                          \
    extern LT_VECTOR double name(double, double);                                                  \
    extern LT_VECTOR float name##f(float, float)
LT_VECTOR_1(exp);
LT_VECTOR_1(log);
LT_VECTOR_1(sin);
LT_VECTOR_1(cos);
LT_VECTOR_2(pow);
#if __GLIBC__ > 2 || __GLIBC_MINOR__ >= 35
LT_VECTOR_1(exp2);
LT_VECTOR_1(expm1);
LT_VECTOR_1(log1p);
LT_VECTOR_1(log2);
LT_VECTOR_1(log10);
LT_VECTOR_1(tan);
LT_VECTOR_1(asin);
LT_VECTOR_1(acos);
LT_VECTOR_1(atan);
LT_VECTOR_1(sinh);
LT_VECTOR_1(cosh);
LT_VECTOR_1(tanh);
LT_VECTOR_1(asinh);
LT_VECTOR_1(acosh);
LT_VECTOR_1(atanh);
LT_VECTOR_1(erf);
LT_VECTOR_1(erfc);
LT_VECTOR_2(atan2);
LT_VECTOR_2(hypot);
#endif
#endif

#endif
