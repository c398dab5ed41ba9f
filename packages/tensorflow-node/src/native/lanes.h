/* Sixteen floats at a time. What computes is compiled for AVX-512, whatever the rest of the library is compiled for. */
#pragma once
#include <immintrin.h>

#define FAST __attribute__((target("avx512f")))
#define INLINE FAST static inline __attribute__((always_inline))

enum { LANES = 16 };
typedef __m512 Lanes;

INLINE Lanes plus(Lanes a, Lanes b) { return _mm512_add_ps(a, b); }
INLINE Lanes minus(Lanes a, Lanes b) { return _mm512_sub_ps(a, b); }
INLINE Lanes times(Lanes a, float b) { return _mm512_mul_ps(a, _mm512_set1_ps(b)); }
/* a * b + c */
INLINE Lanes fused(Lanes a, float b, Lanes c) { return _mm512_fmadd_ps(a, _mm512_set1_ps(b), c); }
