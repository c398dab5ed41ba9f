/*
 * Convolutions of any size and stride, as matrix products of a row of pixels at a time, or of some: rows are copied to float32 with the
 * zeros around them, so that what a tap row of the filter meets lies in one piece of memory.
 */
#pragma once
#include <stdatomic.h>
#include <string.h>
#include "kernels.h"
#include "lanes.h"
#include "memory.h"
#include "workers.h"

/* Pixels that a block of results may read behind the last one. */
enum { BEHIND = 24 };

/* One row of results: sums over `taps` rows of data, `depth` values each, `step` values from pixel to pixel. */
typedef struct {
  const float *data, *weights;
  size_t row_size;
  int taps, depth, step, outputs, count;
  void *to;
  ptrdiff_t first, to_step;
  bool half;
} Row;

#define DEFINE_ROW(NAME, ROWS, COLUMNS)                                                                  \
  FAST static void NAME(const Row *s) {                                                                  \
    for (int pixel = 0; pixel < s->count; pixel += ROWS)                                                 \
      for (int output = 0; output < s->outputs; output += COLUMNS * LANES) {                             \
        Lanes sum[ROWS][COLUMNS];                                                                        \
        UNROLL for (int r = 0; r < ROWS; r++)                                                            \
          UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = zeros();                                  \
        for (int tap = 0; tap < s->taps; tap++) {                                                        \
          const float *data = s->data + tap * s->row_size + (size_t)pixel * s->step;                     \
          const float *weights = s->weights + (size_t)tap * s->depth * s->outputs + output;              \
          for (int at = 0; at < s->depth; at++, data++, weights += s->outputs) {                         \
            Lanes w[COLUMNS];                                                                            \
            UNROLL for (int c = 0; c < COLUMNS; c++) w[c] = load(weights + c * LANES);                   \
            UNROLL for (int r = 0; r < ROWS; r++) {                                                      \
              const Lanes d = all_of(data[(size_t)r * s->step]);                                         \
              UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = added(d, w[c], sum[r][c]);            \
            }                                                                                            \
          }                                                                                              \
        }                                                                                                \
        UNROLL for (int r = 0; r < ROWS; r++)                                                            \
          if (pixel + r < s->count)                                                                      \
            UNROLL for (int c = 0; c < COLUMNS; c++)                                                     \
              save_value(s->to, s->first + (pixel + r) * s->to_step + output + c * LANES, s->half, sum[r][c]); \
      }                                                                                                  \
  }

/* Some rows of gradients, `count` pixels each, and what they meet: `depth` values of data, `step` from pixel to pixel. */
typedef struct {
  const float *data, *gradient;
  size_t row_step;
  int rows, count, depth, step, outputs;
  float *sums;
} Outer;

/* sums[at][output] += sum over the pixels of data[pixel][at] * gradient[pixel][output], for depths in blocks of ROWS */
#define DEFINE_OUTER(NAME, ROWS, COLUMNS)                                                                \
  FAST static void NAME(const Outer *s) {                                                                \
    const int outputs = s->outputs;                                                                      \
    for (int at = 0; at < s->depth; at += ROWS)                                                          \
      for (int output = 0; output < outputs; output += COLUMNS * LANES) {                                \
        float *to = s->sums + (size_t)at * outputs + output;                                             \
        const float *g = s->gradient + output;                                                           \
        Lanes sum[ROWS][COLUMNS];                                                                        \
        UNROLL for (int r = 0; r < ROWS; r++)                                                            \
          UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = load(to + (size_t)r * outputs + c * LANES); \
        for (int row = 0; row < s->rows; row++) {                                                        \
          const float *d = s->data + row * s->row_step + at;                                             \
          for (int pixel = 0; pixel < s->count; pixel++, d += s->step, g += outputs) {                   \
            Lanes w[COLUMNS];                                                                            \
            UNROLL for (int c = 0; c < COLUMNS; c++) w[c] = load(g + c * LANES);                         \
            UNROLL for (int r = 0; r < ROWS; r++) {                                                      \
              const Lanes value = all_of(d[r]);                                                          \
              UNROLL for (int c = 0; c < COLUMNS; c++) sum[r][c] = added(value, w[c], sum[r][c]);        \
            }                                                                                            \
          }                                                                                              \
        }                                                                                                \
        UNROLL for (int r = 0; r < ROWS; r++)                                                            \
          UNROLL for (int c = 0; c < COLUMNS; c++) save(to + (size_t)r * outputs + c * LANES, sum[r][c]); \
      }                                                                                                  \
  }

#if REGISTERS == 32
DEFINE_ROW(row_24x1, 24, 1)
DEFINE_ROW(row_16x1, 16, 1)
DEFINE_ROW(row_12x2, 12, 2)
DEFINE_ROW(row_8x2, 8, 2)
DEFINE_ROW(row_6x4, 6, 4)
DEFINE_ROW(row_4x4, 4, 4)
DEFINE_OUTER(outer_24x1, 24, 1)
DEFINE_OUTER(outer_12x1, 12, 1)
DEFINE_OUTER(outer_12x2, 12, 2)
DEFINE_OUTER(outer_6x4, 6, 4)
#else
DEFINE_ROW(row_12x1, 12, 1)
DEFINE_ROW(row_8x1, 8, 1)
DEFINE_ROW(row_6x2, 6, 2)
DEFINE_ROW(row_4x2, 4, 2)
DEFINE_OUTER(outer_12x1, 12, 1)
DEFINE_OUTER(outer_6x2, 6, 2)
#endif
/* Depths are filled up to a multiple of it, and so of the inputs of every block above but outer_24x1. */
enum { DEPTH_BLOCK = 12 };

/* Of two blocks the one that computes fewer pixels behind the last; else the larger. */
static bool fits_better(int rows, int fewer, int count) {
  return (count + rows - 1) / rows * rows > (count + fewer - 1) / fewer * fewer;
}

static void multiply_row(const Row *row) {
  const int outputs = row->outputs, count = row->count;
#if REGISTERS == 32
  if (outputs % (4 * LANES) == 0) (fits_better(6, 4, count) ? row_4x4 : row_6x4)(row);
  else if (outputs % (2 * LANES) == 0) (fits_better(12, 8, count) ? row_8x2 : row_12x2)(row);
  else (fits_better(24, 16, count) ? row_16x1 : row_24x1)(row);
#else
  if (outputs % (2 * LANES) == 0) (fits_better(6, 4, count) ? row_4x2 : row_6x2)(row);
  else (fits_better(12, 8, count) ? row_8x1 : row_12x1)(row);
#endif
}

static void add_outer_products(const Outer *s) {
#if REGISTERS == 32
  if (s->outputs % (4 * LANES) == 0) outer_6x4(s);
  else if (s->outputs % (2 * LANES) == 0) outer_12x2(s);
  else (s->depth % 24 == 0 ? outer_24x1 : outer_12x1)(s);
#else
  (s->outputs % (2 * LANES) == 0 ? outer_6x2 : outer_12x1)(s);
#endif
}

INLINE void copy_of(const void *from, ptrdiff_t first, bool half, size_t count, float *to) {
  size_t at = 0;
  for (; at + LANES <= count; at += LANES) save(to + at, load_value(from, first + at, half));
  if (at < count) save_some(to, at, false, (int)(count - at), load_some(from, first + at, half, (int)(count - at)));
}
/* `count` values as float32. */
FAST static void copy_values(const void *from, ptrdiff_t first, bool half, size_t count, float *to) {
  if (half) copy_of(from, first, true, count, to);
  else copy_of(from, first, false, count, to);
}

/* Row `row` of an image to a buffer of `size` values, behind `before` zeros; all zeros outside the image. */
static void fill_row(const void *images, size_t image, int row, int height, int width, int channels, bool half, size_t before,
                     size_t size, float *to) {
  const size_t all = (size_t)width * channels, count = before + all < size ? all : size - before;
  if (row < 0 || row >= height) {
    memset(to, 0, size * sizeof(float));
    return;
  }
  memset(to, 0, before * sizeof(float));
  copy_values(images, (ptrdiff_t)((image * height + row) * all), half, count, to + before);
  memset(to + before + count, 0, (size - before - count) * sizeof(float));
}

typedef struct {
  Shape shape;
  const void *x, *dy;
  const float *g;
  void *to;
  float *sums;
  int parts;
  atomic_int taken;
} DirectJob;

/* Values of a row of the image with its zeros, `behind` pixels more, and the depth that is filled up. */
static size_t padded_row(const Shape *s, int behind) {
  const int pixels = s->columns + behind;
  return ((size_t)(pixels > 0 ? pixels - 1 : 0) * s->stride + s->wide) * s->inputs + DEPTH_BLOCK;
}

/* What `rows` rows of results meet, from one on. */
static int rows_met(const Shape *s, int rows) { return (rows - 1) * s->stride + s->tall; }

static void fill_rows(const Shape *s, const void *x, size_t image, int row, int rows, size_t size, float *to) {
  for (int at = 0; at < rows_met(s, rows); at++)
    fill_row(x, image, row * s->stride + at - s->above, s->height, s->width, s->inputs, s->half,
             (size_t)s->left * s->inputs, size, to + at * size);
}

/* Without neighbours rows are of any length; these are short enough for the caches, and whole blocks where that is possible. */
static Shape without_rows(Shape s) {
  if (s.tall != 1 || s.wide != 1 || s.stride != 1 || s.above != 0 || s.left != 0) return s;
  const size_t pixels = (size_t)s.batch * s.height * s.width;
  int length = 1;
  for (int each = 1; each <= 96; each++)
    if (pixels % each == 0) length = each;
  s.batch = (int)(pixels / length), s.height = s.rows = 1, s.width = s.columns = length;
  return s;
}

static void direct_rows(void *context, int part) {
  DirectJob *job = context;
  const Shape *s = &job->shape;
  const size_t size = padded_row(s, BEHIND);
  float *data = allocate(size * s->tall);
  (void)part;
  for (;;) {
    const int row = atomic_fetch_add(&job->taken, 1);
    if (row >= s->batch * s->rows) break;
    fill_rows(s, job->x, row / s->rows, row % s->rows, 1, size, data);
    const Row sums = {.data = data, .weights = job->g, .row_size = size, .taps = s->tall, .depth = s->wide * s->inputs,
                      .step = s->stride * s->inputs, .outputs = s->outputs, .count = s->columns, .to = job->to,
                      .first = (ptrdiff_t)row * s->columns * s->outputs, .to_step = s->outputs, .half = s->half};
    multiply_row(&sums);
  }
  free(data);
}

static void direct(Shape shape, const void *x, const float *g, void *y) {
  DirectJob job = {.shape = without_rows(shape), .x = x, .g = g, .to = y};
  in_parallel(direct_rows, &job, count_parts());
}

static int taps_of(int size, int first, int stride) { return first < size ? (size - first + stride - 1) / stride : 0; }

/*
 * The taps that meet every stride-th row and column of the image, from `down` and `right` on: [tap rows][taps][outputs][inputs],
 * the last tap of a row first, as the gradients that they meet lie.
 */
static void pick_taps(const Shape *s, const float *g, int down, int right, float *to) {
  const int across = taps_of(s->wide, right, s->stride);
  for (int row = 0; row < taps_of(s->tall, down, s->stride); row++)
    for (int tap = 0; tap < across; tap++) {
      const int column = right + (across - 1 - tap) * s->stride;
      const float *from = g + (size_t)((down + row * s->stride) * s->wide + column) * s->inputs * s->outputs;
      for (int o = 0; o < s->outputs; o++)
        for (int i = 0; i < s->inputs; i++) *to++ = from[(size_t)i * s->outputs + o];
    }
}

static void direct_back_rows(void *context, int part) {
  DirectJob *job = context;
  const Shape *s = &job->shape;
  const size_t before = (size_t)s->wide * s->outputs;
  const size_t size = before + ((size_t)(s->width + s->left) / s->stride + 1 + s->wide + BEHIND) * s->outputs;
  float *data = allocate(size * s->tall);
  (void)part;
  for (;;) {
    const int task = atomic_fetch_add(&job->taken, 1);
    if (task >= s->batch * s->height) break;
    const int image = task / s->height, row = task % s->height, down = (row + s->above) % s->stride;
    const int taps = taps_of(s->tall, down, s->stride), from = (row + s->above - down) / s->stride;
    for (int tap = 0; tap < taps; tap++)
      fill_row(job->dy, image, from - tap, s->rows, s->columns, s->outputs, s->half, before, size, data + tap * size);
    for (int right = 0; right < s->stride; right++) {
      const int across = taps_of(s->wide, right, s->stride);
      int column = right - s->left % s->stride;
      if (column < 0) column += s->stride;
      if (column >= s->width) continue;
      const int first = (column + s->left - right) / s->stride - (across - 1);
      const float *weights = job->g + (size_t)(down * s->stride + right) * s->tall * s->wide * s->inputs * s->outputs;
      const Row sums = {.data = data + before + (ptrdiff_t)first * s->outputs, .weights = weights, .row_size = size,
                        .taps = across == 0 ? 0 : taps, .depth = across * s->outputs, .step = s->outputs,
                        .outputs = s->inputs, .count = (s->width - column + s->stride - 1) / s->stride, .to = job->to,
                        .first = ((ptrdiff_t)task * s->width + column) * s->inputs,
                        .to_step = (ptrdiff_t)s->stride * s->inputs, .half = s->half};
      multiply_row(&sums);
    }
  }
  free(data);
}

static void direct_back(Shape shape, const void *dy, const float *g, void *dx) {
  shape = without_rows(shape);
  const int stride = shape.stride;
  const size_t size = (size_t)shape.tall * shape.wide * shape.inputs * shape.outputs;
  float *picked = allocate(size * stride * stride);
  for (int down = 0; down < stride; down++)
    for (int right = 0; right < stride; right++)
      pick_taps(&shape, g, down, right, picked + (size_t)(down * stride + right) * size);
  DirectJob job = {.shape = shape, .dy = dy, .g = picked, .to = dx};
  in_parallel(direct_back_rows, &job, count_parts());
  free(picked);
}

static size_t padded_depth(const Shape *s) {
  return ((size_t)s->wide * s->inputs + DEPTH_BLOCK - 1) / DEPTH_BLOCK * DEPTH_BLOCK;
}

/* Rows of an image that are summed together, since sums are loaded and saved once for all of them. */
enum { ROWS_TOGETHER = 4 };

/* A fixed share of the rows, so that the order of sums depends on nothing but the number of threads. */
static void direct_filter_rows(void *context, int part) {
  DirectJob *job = context;
  const Shape *s = &job->shape;
  const size_t size = padded_row(s, 0), depth = padded_depth(s), all = depth * s->tall * s->outputs;
  const size_t row_size = (size_t)s->columns * s->outputs, met = size * rows_met(s, ROWS_TOGETHER);
  float *data = allocate(met + row_size * ROWS_TOGETHER), *gradient = data + met;
  float *sums = job->sums + all * part;
  const long end = (long)s->batch * s->rows * (part + 1) / job->parts;
  memset(sums, 0, all * sizeof(float));
  for (long row = (long)s->batch * s->rows * part / job->parts, rows; row < end; row += rows) {
    const long left = s->rows - row % s->rows < end - row ? s->rows - row % s->rows : end - row;
    rows = left < ROWS_TOGETHER ? left : ROWS_TOGETHER;
    fill_rows(s, job->x, row / s->rows, (int)(row % s->rows), (int)rows, size, data);
    copy_values(job->dy, (ptrdiff_t)(row * row_size), s->half, rows * row_size, gradient);
    for (int tap = 0; tap < s->tall; tap++) {
      const Outer rows_of_tap = {.data = data + tap * size, .gradient = gradient, .row_step = s->stride * size, .rows = (int)rows,
                                 .count = s->columns, .depth = (int)depth, .step = s->stride * s->inputs,
                                 .outputs = s->outputs, .sums = sums + tap * depth * s->outputs};
      add_outer_products(&rows_of_tap);
    }
  }
  free(data);
}

static void direct_filter(Shape shape, const void *x, const void *dy, float *dg) {
  shape = without_rows(shape);
  const size_t depth = padded_depth(&shape), all = depth * shape.tall * shape.outputs;
  const size_t row = (size_t)shape.wide * shape.inputs * shape.outputs;
  const int parts = count_parts();
  DirectJob job = {.shape = shape, .x = x, .dy = dy, .parts = parts, .sums = allocate(all * parts)};
  in_parallel(direct_filter_rows, &job, parts);
  for (int part = 1; part < parts; part++)
    for (size_t at = 0; at < all; at++) job.sums[at] += job.sums[part * all + at];
  for (int tap = 0; tap < shape.tall; tap++)
    memcpy(dg + tap * row, job.sums + tap * depth * shape.outputs, row * sizeof(float));
  free(job.sums);
}
