/*
 * The matrix products between the transforms, one for each of the 36 points. A block of ROWS times COLUMNS registers holds
 * sums; the shapes below use 24 or 16 of the 32 registers.
 */
#pragma once
#include "tiles.h"

#define UNROLL _Pragma("GCC unroll 24")

/* m[tile][output] = sum over inputs of v[tile][input] * u[input][output] */
#define DEFINE_PRODUCT(NAME, ROWS, COLUMNS)                                                          \
  FAST static void NAME(const Shape *s, const float *v, const float *u, float *m) {                  \
    for (int tile = 0; tile < TILES; tile += ROWS)                                                   \
      for (int output = 0; output < s->outputs; output += COLUMNS * LANES) {                         \
        Lanes sum[ROWS][COLUMNS];                                                                    \
        UNROLL for (int r = 0; r < ROWS; r++)                                                        \
          UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = _mm512_setzero_ps();                  \
        for (int input = 0; input < s->inputs; input += LANES) {                                     \
          const float *data = v + (size_t)input * TILES + tile * LANES;                              \
          const float *weights = u + (size_t)input * s->outputs + output;                            \
          for (int i = 0; i < LANES; i++, weights += s->outputs) {                                   \
            Lanes w[COLUMNS];                                                                        \
            UNROLL for (int c = 0; c < COLUMNS; c++) w[c] = _mm512_load_ps(weights + c * LANES);     \
            UNROLL for (int r = 0; r < ROWS; r++) {                                                  \
              const Lanes d = _mm512_set1_ps(data[r * LANES + i]);                                   \
              UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = _mm512_fmadd_ps(d, w[c], sum[r][c]); \
            }                                                                                        \
          }                                                                                          \
        }                                                                                            \
        UNROLL for (int r = 0; r < ROWS; r++)                                                        \
          UNROLL for (int c = 0; c < COLUMNS; c++)                                                   \
            _mm512_store_ps(m + ((size_t)output + c * LANES) * TILES + (tile + r) * LANES, sum[r][c]); \
      }                                                                                              \
  }

/* u[input][output] += sum over `count` tiles of v[tile][input] * z[tile][output] */
#define DEFINE_OUTER_PRODUCT(NAME, ROWS, COLUMNS)                                                    \
  FAST static void NAME(const Shape *s, const float *v, const float *z, int count, float *u) {       \
    for (int input = 0; input < s->inputs; input += ROWS) {                                          \
      const float *data = v + (size_t)(input / LANES) * LANES * TILES + input % LANES;               \
      for (int output = 0; output < s->outputs; output += COLUMNS * LANES) {                         \
        const float *gradient = z + (size_t)output * TILES;                                          \
        float *to = u + (size_t)input * s->outputs + output;                                         \
        Lanes sum[ROWS][COLUMNS];                                                                    \
        UNROLL for (int r = 0; r < ROWS; r++)                                                        \
          UNROLL for (int c = 0; c < COLUMNS; c++)                                                   \
            sum[r][c] = _mm512_load_ps(to + (size_t)r * s->outputs + c * LANES);                     \
        for (int tile = 0; tile < count; tile++) {                                                   \
          Lanes w[COLUMNS];                                                                          \
          UNROLL for (int c = 0; c < COLUMNS; c++)                                                   \
            w[c] = _mm512_load_ps(gradient + (size_t)c * LANES * TILES + tile * LANES);              \
          UNROLL for (int r = 0; r < ROWS; r++) {                                                    \
            const Lanes d = _mm512_set1_ps(data[tile * LANES + r]);                                  \
            UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = _mm512_fmadd_ps(d, w[c], sum[r][c]); \
          }                                                                                          \
        }                                                                                            \
        UNROLL for (int r = 0; r < ROWS; r++)                                                        \
          UNROLL for (int c = 0; c < COLUMNS; c++)                                                   \
            _mm512_store_ps(to + (size_t)r * s->outputs + c * LANES, sum[r][c]);                     \
      }                                                                                              \
    }                                                                                                \
  }

DEFINE_PRODUCT(product_of_16, 24, 1)
DEFINE_PRODUCT(product_of_32, 12, 2)
DEFINE_PRODUCT(product_of_64, 6, 4)
DEFINE_OUTER_PRODUCT(outer_product_of_16, 16, 1)
DEFINE_OUTER_PRODUCT(outer_product_of_32, 8, 2)

static void multiply(const Shape *s, const float *v, const float *u, float *m) {
  if (s->outputs % 64 == 0) product_of_64(s, v, u, m);
  else if (s->outputs % 32 == 0) product_of_32(s, v, u, m);
  else product_of_16(s, v, u, m);
}

static void add_outer(const Shape *s, const float *v, const float *z, int count, float *u) {
  if (s->outputs % 32 == 0) outer_product_of_32(s, v, z, count, u);
  else outer_product_of_16(s, v, z, count, u);
}
