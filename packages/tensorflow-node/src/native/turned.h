/* The gradient of a convolution's images is the convolution of their gradient with the filter turned around and transposed. */
#pragma once
#include "kernels.h"
#include "memory.h"

/* The filter [3][3][inputs][outputs] as [3][3][outputs][inputs], from the last tap on; the shape is made that of its convolution. */
static float *turn_filter(Shape *shape, const float *g) {
  const int inputs = shape->inputs, outputs = shape->outputs;
  const size_t size = (size_t)inputs * outputs;
  float *turned = allocate(9 * size);
  for (int tap = 0; tap < 9; tap++)
    for (int i = 0; i < inputs; i++)
      for (int o = 0; o < outputs; o++)
        turned[(8 - tap) * size + (size_t)o * inputs + i] = g[tap * size + (size_t)i * outputs + o];
  shape->inputs = outputs, shape->outputs = inputs;
  return turned;
}
