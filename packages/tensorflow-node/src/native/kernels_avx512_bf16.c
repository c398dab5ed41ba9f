/* The kernels for AVX-512 with the processor's own rounding to bfloat16; where the compiler does not know it, the same as kernels_avx512.c. */
#define LANES 16
#if __has_include(<avx512bf16intrin.h>)
#define HALF_UNIT
#endif
#include <cpuid.h>
#include "convolutions.h"
#include "descent.h"
#include "direct.h"
#include "normalisation.h"

bool has_avx512_bf16(void) {
  unsigned a = 0, b, c, d;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1u << 5) != 0;
}

const Kernels kernels_avx512_bf16 = {winograd, winograd_back, winograd_filter, direct, direct_back, direct_filter,
                                     normalise, normalise_back, affine, descend};
