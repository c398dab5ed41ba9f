/* What a level of instructions computes; images are [batch][height][width][channels], float32 or bfloat16 where `half`. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A convolution; its gradients are described by the same. Results are [batch][rows][columns][outputs]; `above` and `left`
 * zeros lie before the image, as many as are needed behind it. Filters are float32, [tall][wide][inputs][outputs].
 */
typedef struct {
  int batch, height, width, inputs, outputs;
  bool half;
  int rows, columns, tall, wide, stride, above, left;
} Shape;

/* A batch normalisation of [pixels][channels], with what comes before and after it in the same pass. */
typedef struct {
  size_t pixels;
  int channels;
  bool half, relu;
  float epsilon;
  const void *x;
  const float *gamma, *beta;
  /* Forward: added after it, or NULL. */
  const void *residual;
  void *y;
  float *mean, *variance, *inverse;
  /* Backward: the gradient of the result is dy, or dy + more; `result` says where a ReLU after a sum let it through. */
  const void *dy, *more, *result;
  void *dx, *rest;
  float *dgamma, *dbeta;
} Normalisation;

typedef struct {
  /* 3x3, stride 1, one zero around, channels in multiples of 16: by Winograd's filtering, in bfloat16 by the tile unit if there is one */
  void (*same3x3)(Shape, const void *x, const float *g, void *y);
  void (*same3x3_back)(Shape, const void *dy, const float *g, void *dx);
  void (*same3x3_filter)(Shape, const void *x, const void *dy, float *dg);
  /* any size and stride, outputs (for the gradient of x: inputs) in multiples of LANES */
  void (*direct)(Shape, const void *x, const float *g, void *y);
  void (*direct_back)(Shape, const void *dy, const float *g, void *dx);
  void (*direct_filter)(Shape, const void *x, const void *dy, float *dg);
  /* by the batch's own statistics; by those given, with `mean` and `inverse` for scale = gamma * inverse */
  void (*normalise)(Normalisation);
  void (*normalise_back)(Normalisation);
  void (*affine)(Normalisation);
  /* w' = w - rate * v', v' = momentum * v + g + decay * w, each product and sum rounded */
  void (*descend)(size_t count, const float *w, const float *g, const float *v, float rate, float momentum, float decay,
                  float *w_next, float *v_next);
} Kernels;

extern const Kernels kernels_avx2, kernels_avx512, kernels_avx512_bf16;
/* Whether the processor has AVX512_BF16, for which not every compiler has a name. */
bool has_avx512_bf16(void);
/* Those of `others` with the tile unit's; NULL where there is none, or the system or the compiler does not know it. */
const Kernels *kernels_amx(const Kernels *others);
