/* Gradient descent with momentum and weight decay, one pass over weights, gradients and momenta. */
#pragma once
#include "kernels.h"
#include "lanes.h"

/* Every product and sum is rounded by itself, so that the bits are those of one op for each. */
FAST static void descend(size_t count, const float *w, const float *g, const float *v, float rate, float momentum,
                         float decay, float *w_next, float *v_next) {
  for (size_t at = 0; at < count; at += LANES) {
    const int left = count - at < LANES ? (int)(count - at) : LANES;
    const Lanes weight = load_some(w, at, false, left);
    Lanes gradient = load_some(g, at, false, left);
    if (decay != 0) gradient = plus(gradient, times(weight, decay));
    const Lanes velocity = plus(times(load_some(v, at, false, left), momentum), gradient);
    save_some(v_next, at, false, left, velocity);
    save_some(w_next, at, false, left, minus(weight, times(velocity, rate)));
  }
}
