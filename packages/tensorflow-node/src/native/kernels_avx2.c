/* The kernels for processors with AVX2: 8 floats at a time. */
#define LANES 8
#include "convolutions.h"
#include "descent.h"
#include "direct.h"
#include "normalisation.h"

const Kernels kernels_avx2 = {winograd, winograd_back, winograd_filter, direct, direct_back, direct_filter,
                              normalise, normalise_back, affine, descend};
