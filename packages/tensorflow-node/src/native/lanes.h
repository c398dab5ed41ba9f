/*
 * LANES floats at a time: 16 with AVX-512, 8 with AVX2. Whoever includes this has defined LANES, and HALF_UNIT where the processor
 * rounds to bfloat16 itself (AVX512_BF16); what computes is compiled for those instructions, whatever the rest of the library is
 * compiled for. Images are float32 or bfloat16 ("half"), sums float32.
 */
#pragma once
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if LANES == 16
#ifdef HALF_UNIT
#define FAST __attribute__((target("avx512f,avx512bf16")))
#else
#define FAST __attribute__((target("avx512f")))
#endif
#define REGISTERS 32
#define OF(name) _mm512_##name
typedef __m512 Lanes;
#else
#define FAST __attribute__((target("avx2,fma")))
#define REGISTERS 16
#define OF(name) _mm256_##name
typedef __m256 Lanes;
#endif
#define INLINE FAST static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 24")

INLINE Lanes all_of(float value) { return OF(set1_ps)(value); }
INLINE Lanes zeros(void) { return OF(setzero_ps)(); }
INLINE Lanes plus(Lanes a, Lanes b) { return OF(add_ps)(a, b); }
INLINE Lanes minus(Lanes a, Lanes b) { return OF(sub_ps)(a, b); }
INLINE Lanes product(Lanes a, Lanes b) { return OF(mul_ps)(a, b); }
INLINE Lanes times(Lanes a, float b) { return OF(mul_ps)(a, all_of(b)); }
/* a * b + c, rounded once */
INLINE Lanes added(Lanes a, Lanes b, Lanes c) { return OF(fmadd_ps)(a, b, c); }
INLINE Lanes fused(Lanes a, float b, Lanes c) { return OF(fmadd_ps)(a, all_of(b), c); }
/* NaN stays NaN */
INLINE Lanes positive_part(Lanes a) { return OF(max_ps)(zeros(), a); }
INLINE Lanes load(const float *from) { return OF(loadu_ps)(from); }
INLINE void save(float *to, Lanes value) { OF(storeu_ps)(to, value); }

#if LANES == 16
/* a where by > 0, else 0 */
INLINE Lanes where_positive(Lanes by, Lanes a) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(by, zeros(), _CMP_GT_OQ), a);
}
INLINE Lanes widen(const uint16_t *from) {
  const __m512i bits = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from));
  return _mm512_castsi512_ps(_mm512_slli_epi32(bits, 16));
}
/* Rounded to the nearest, ties to even; NaN stays NaN; with HALF_UNIT subnormal numbers become 0. */
#ifdef HALF_UNIT
INLINE __m256i narrow(Lanes value) { return (__m256i)_mm512_cvtneps_pbh(value); }
#else
INLINE __m256i narrow(Lanes value) {
  const __m512i bits = _mm512_castps_si512(value), odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  __m512i high = _mm512_srli_epi32(_mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd), 16);
  high = _mm512_mask_mov_epi32(high, _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q), _mm512_set1_epi32(0x7fc0));
  return _mm512_cvtepi32_epi16(high);
}
#endif
INLINE void save_half(uint16_t *to, Lanes value) { _mm256_storeu_si256((__m256i *)to, narrow(value)); }
#else
INLINE Lanes where_positive(Lanes by, Lanes a) {
  return _mm256_and_ps(_mm256_cmp_ps(by, zeros(), _CMP_GT_OQ), a);
}
INLINE Lanes widen(const uint16_t *from) {
  const __m256i bits = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)from));
  return _mm256_castsi256_ps(_mm256_slli_epi32(bits, 16));
}
INLINE __m128i narrow(Lanes value) {
  const __m256i bits = _mm256_castps_si256(value), odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  __m256i high = _mm256_srli_epi32(_mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd), 16);
  const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
  high = _mm256_blendv_epi8(high, _mm256_set1_epi32(0x7fc0), nan);
  return _mm256_castsi256_si128(_mm256_permute4x64_epi64(_mm256_packus_epi32(high, high), 8));
}
INLINE void save_half(uint16_t *to, Lanes value) { _mm_storeu_si128((__m128i *)to, narrow(value)); }
#endif

/* The values of images from number `at` on. */
INLINE Lanes load_value(const void *images, ptrdiff_t at, bool half) {
  return half ? widen((const uint16_t *)images + at) : load((const float *)images + at);
}
INLINE void save_value(void *images, ptrdiff_t at, bool half, Lanes value) {
  if (half) save_half((uint16_t *)images + at, value);
  else save((float *)images + at, value);
}
/* Past the caches where it fills a line of them; needs an address that is a multiple of what is written. */
INLINE void stream_value(void *images, ptrdiff_t at, bool half, Lanes value) {
  if (half) save_half((uint16_t *)images + at, value);
  else OF(stream_ps)((float *)images + at, value);
}
/* The first `count` values, 0 behind them; for channels that are no multiple of LANES. */
INLINE Lanes load_some(const void *images, ptrdiff_t at, bool half, int count) {
  if (count >= LANES) return load_value(images, at, half);
  float values[LANES] = {0};
  for (int i = 0; i < count; i++) {
    if (half) {
      const uint32_t bits = (uint32_t)((const uint16_t *)images)[at + i] << 16;
      __builtin_memcpy(&values[i], &bits, sizeof bits);
    } else {
      values[i] = ((const float *)images)[at + i];
    }
  }
  return load(values);
}
INLINE void save_some(void *images, ptrdiff_t at, bool half, int count, Lanes value) {
  if (count >= LANES) {
    save_value(images, at, half, value);
  } else if (half) {
    uint16_t values[LANES];
    save_half(values, value);
    for (int i = 0; i < count; i++) ((uint16_t *)images)[at + i] = values[i];
  } else {
    float values[LANES];
    save(values, value);
    for (int i = 0; i < count; i++) ((float *)images)[at + i] = values[i];
  }
}
