/* Those for AVX-512, for processors that round to bfloat16 themselves; without a compiler that can tell them so, the same as there. */
#define LANES 16
#if __has_include(<avx512bf16intrin.h>)
#define HALF_UNIT
#endif
#include "convolutions.h"
#include "descent.h"
#include "direct.h"
#include "normalisation.h"

const Kernels kernels_avx512_bf16 = {winograd, winograd_back, winograd_filter, direct, direct_back, direct_filter,
                                     normalise, normalise_back, affine, descend};
