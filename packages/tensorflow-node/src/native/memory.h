/* Memory for a call. */
#pragma once
#include <stdlib.h>

static inline float *allocate(size_t values) { return aligned_alloc(64, (values * sizeof(float) + 63) / 64 * 64); }
