/*
 * Winograd's minimal filtering F(4x4, 3x3): 16 results of a 3x3 convolution with 36 products instead of 144 (Lavin and
 * Gray, "Fast Algorithms for Convolutional Neural Networks", 2015), at the points 0, 1, -1, 2, -2 and infinity:
 *
 *   result          Y = A' [ (G g G') * (B' d B) ] A        of a filter g (3x3) and the data d (6x6) around 4x4 pixels
 *   filter gradient   = G' [ (A dY A') * (B' d B) ] G       summed over all tiles before G is applied
 *
 * Each function below applies one matrix along one axis, for LANES channels at once.
 */
#pragma once
#include "lanes.h"

/* B' */
INLINE void data_axis(const Lanes d[6], Lanes out[6]) {
  const Lanes even = fused(d[2], -4, d[4]), odd = fused(d[1], -4, d[3]);
  const Lanes far = minus(d[4], d[2]), slope = minus(d[3], d[1]);
  out[0] = fused(d[0], 4, fused(d[2], -5, d[4]));
  out[1] = plus(even, odd);
  out[2] = minus(even, odd);
  out[3] = fused(slope, 2, far);
  out[4] = fused(slope, -2, far);
  out[5] = fused(d[1], 4, fused(d[3], -5, d[5]));
}

/* A' */
INLINE void result_axis(const Lanes m[6], Lanes out[4]) {
  const Lanes near = plus(m[1], m[2]), near_odd = minus(m[1], m[2]);
  const Lanes far = plus(m[3], m[4]), far_odd = minus(m[3], m[4]);
  out[0] = plus(plus(m[0], near), far);
  out[1] = fused(far_odd, 2, near_odd);
  out[2] = fused(far, 4, near);
  out[3] = plus(fused(far_odd, 8, near_odd), m[5]);
}

/* A */
INLINE void gradient_axis(const Lanes y[4], Lanes out[6]) {
  const Lanes even = plus(y[0], y[2]), odd = plus(y[1], y[3]);
  const Lanes far = fused(y[2], 4, y[0]), far_odd = times(fused(y[3], 4, y[1]), 2);
  out[0] = y[0];
  out[1] = plus(even, odd);
  out[2] = minus(even, odd);
  out[3] = plus(far, far_odd);
  out[4] = minus(far, far_odd);
  out[5] = y[3];
}

/* G */
INLINE void filter_axis(const Lanes g[3], Lanes out[6]) {
  const Lanes even = times(plus(g[0], g[2]), -1.0f / 6), odd = times(g[1], -1.0f / 6);
  const Lanes far = fused(g[0], 1.0f / 24, times(g[2], 1.0f / 6)), far_odd = times(g[1], 1.0f / 12);
  out[0] = times(g[0], 0.25f);
  out[1] = plus(even, odd);
  out[2] = minus(even, odd);
  out[3] = plus(far, far_odd);
  out[4] = minus(far, far_odd);
  out[5] = g[2];
}

/* G' */
INLINE void filter_gradient_axis(const Lanes u[6], Lanes out[3]) {
  const Lanes near = plus(u[1], u[2]), near_odd = minus(u[2], u[1]);
  const Lanes far = plus(u[3], u[4]), far_odd = minus(u[3], u[4]);
  out[0] = fused(u[0], 0.25f, fused(near, -1.0f / 6, times(far, 1.0f / 24)));
  out[1] = fused(near_odd, 1.0f / 6, times(far_odd, 1.0f / 12));
  out[2] = fused(near, -1.0f / 6, fused(far, 1.0f / 6, u[5]));
}
