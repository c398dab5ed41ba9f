/*
 * The matrix products between the transforms, one for each of the 36 points. A block of ROWS times COLUMNS registers holds
 * sums; the shapes below use 24 or 16 of 32 registers, 12 or 8 of 16.
 */
#pragma once
#include "tiles.h"

/* m[tile][output] = sum over inputs of v[tile][input] * u[input][output] */
#define DEFINE_PRODUCT(NAME, ROWS, COLUMNS)                                                          \
  FAST static void NAME(const Shape *s, const float *v, const float *u, float *m) {                  \
    for (int tile = 0; tile < TILES; tile += ROWS)                                                   \
      for (int output = 0; output < s->outputs; output += COLUMNS * LANES) {                         \
        Lanes sum[ROWS][COLUMNS];                                                                    \
        UNROLL for (int r = 0; r < ROWS; r++)                                                        \
          UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = zeros();                  \
        for (int input = 0; input < s->inputs; input += LANES) {                                     \
          const float *data = v + (size_t)input * TILES + tile * LANES;                              \
          const float *weights = u + (size_t)input * s->outputs + output;                            \
          for (int i = 0; i < LANES; i++, weights += s->outputs) {                                   \
            Lanes w[COLUMNS];                                                                        \
            UNROLL for (int c = 0; c < COLUMNS; c++) w[c] = load(weights + c * LANES);     \
            UNROLL for (int r = 0; r < ROWS; r++) {                                                  \
              const Lanes d = all_of(data[r * LANES + i]);                                   \
              UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = added(d, w[c], sum[r][c]); \
            }                                                                                        \
          }                                                                                          \
        }                                                                                            \
        UNROLL for (int r = 0; r < ROWS; r++)                                                        \
          UNROLL for (int c = 0; c < COLUMNS; c++)                                                   \
            save(m + ((size_t)output + c * LANES) * TILES + (tile + r) * LANES, sum[r][c]); \
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
            sum[r][c] = load(to + (size_t)r * s->outputs + c * LANES);                     \
        for (int tile = 0; tile < count; tile++) {                                                   \
          Lanes w[COLUMNS];                                                                          \
          UNROLL for (int c = 0; c < COLUMNS; c++)                                                   \
            w[c] = load(gradient + (size_t)c * LANES * TILES + tile * LANES);              \
          UNROLL for (int r = 0; r < ROWS; r++) {                                                    \
            const Lanes d = all_of(data[tile * LANES + r]);                                  \
            UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = added(d, w[c], sum[r][c]); \
          }                                                                                          \
        }                                                                                            \
        UNROLL for (int r = 0; r < ROWS; r++)                                                        \
          UNROLL for (int c = 0; c < COLUMNS; c++)                                                   \
            save(to + (size_t)r * s->outputs + c * LANES, sum[r][c]);                     \
      }                                                                                              \
    }                                                                                                \
  }

#if REGISTERS == 32
DEFINE_PRODUCT(product_of_one, 24, 1)
DEFINE_PRODUCT(product_of_two, 12, 2)
DEFINE_PRODUCT(product_of_four, 6, 4)
DEFINE_OUTER_PRODUCT(outer_product_of_one, 16, 1)
DEFINE_OUTER_PRODUCT(outer_product_of_two, 8, 2)
#else
DEFINE_PRODUCT(product_of_one, 12, 1)
DEFINE_PRODUCT(product_of_two, 6, 2)
#define product_of_four product_of_two
DEFINE_OUTER_PRODUCT(outer_product_of_one, 8, 1)
DEFINE_OUTER_PRODUCT(outer_product_of_two, 4, 2)
#endif

static void multiply(const Shape *s, const float *v, const float *u, float *m) {
  if (s->outputs % (4 * LANES) == 0) product_of_four(s, v, u, m);
  else if (s->outputs % (2 * LANES) == 0) product_of_two(s, v, u, m);
  else product_of_one(s, v, u, m);
}

static void add_outer(const Shape *s, const float *v, const float *z, int count, float *u) {
  if (s->outputs % (2 * LANES) == 0) outer_product_of_two(s, v, z, count, u);
  else outer_product_of_one(s, v, z, count, u);
}
