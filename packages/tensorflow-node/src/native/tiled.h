/*
 * A 3x3 convolution of stride 1 with a border of zeros, and its two gradients, of images in bfloat16 by the tile unit. A block of
 * whole images, or of some rows of one, is copied with its zeros to a run of pixels, where the pixel below another lies `across`
 * behind it. All pixels of the run are convolved alike, and results between the images are left out.
 */
#pragma once
#include <stdatomic.h>
#include <string.h>
#include "kernels.h"
#include "lanes.h"
#include "memory.h"
#include "tile_unit.h"
#include "workers.h"

/* Values of a block, about; pixels that tiles may read behind a run, beside two more rows; numbers in a tile of bfloat16. */
enum { BLOCK = 1 << 15, SLACK = 72, TILE = 512 };

typedef struct {
  Shape shape;
  /* Images of a block, or one and so many of its rows. */
  int images, rows, blocks, parts;
  const uint16_t *x, *dy, *weights;
  uint16_t *y;
  float *sums;
  atomic_int taken;
} TiledJob;

typedef struct {
  int image, images, top, rows;
} Block;

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }
static int shares(int all, int each) { return (all + each - 1) / each; }

/* Blocks small enough for the caches, and enough of them for every thread. */
static void cut(TiledJob *job) {
  const Shape *s = &job->shape;
  const int image = s->height * s->width, pixels = most(256, BLOCK / most(s->inputs, s->outputs));
  job->parts = count_parts();
  const int blocks = 4 * job->parts;
  job->images = most(1, least(pixels / image, shares(s->batch, blocks)));
  job->rows = s->height;
  if (job->images == 1) job->rows = shares(s->height, least(s->height, most(shares(image, pixels), shares(blocks, s->batch))));
  job->blocks = job->images > 1 ? shares(s->batch, job->images) : s->batch * shares(s->height, job->rows);
}

static Block block_at(const TiledJob *job, int number) {
  const Shape *s = &job->shape;
  if (job->images > 1) {
    const int image = number * job->images;
    return (Block){image, least(job->images, s->batch - image), 0, s->height};
  }
  const int each = shares(s->height, job->rows), top = number % each * job->rows;
  return (Block){number / each, 1, top, least(job->rows, s->height - top)};
}

static int across(const Shape *s) { return s->width + 2; }
/* Pixels of a run, up to the last one that has a result. */
static int run_of(const Shape *s, Block b) { return (b.images * (b.rows + 2) - 3) * across(s) + s->width; }
/* Room for the run of the largest block. */
static size_t room(const TiledJob *job) {
  return (size_t)(job->images * (job->rows + 2) + 2) * across(&job->shape) + SLACK;
}

/* Images to a run of `size` pixels: with a border of zeros, or, for gradients, with zeros behind them. */
static void spread(const Shape *s, Block b, const uint16_t *images, int channels, bool border, size_t size, uint16_t *to) {
  const size_t row = (size_t)s->width * channels, whole = (size_t)across(s) * channels, before = border ? channels : 0;
  uint16_t *const end = to + size * channels;
  for (int image = b.image; image < b.image + b.images; image++)
    for (int at = 0; at < b.rows + 2; at++, to += whole) {
      const int from = b.top + at - border;
      const bool there = from >= 0 && from < s->height && (border || at < b.rows);
      if (!there) {
        memset(to, 0, whole * sizeof *to);
        continue;
      }
      memset(to, 0, before * sizeof *to);
      memcpy(to + before, images + ((size_t)image * s->height + from) * row, row * sizeof *to);
      memset(to + before + row, 0, (whole - before - row) * sizeof *to);
    }
  memset(to, 0, (size_t)(end - to) * sizeof *to);
}

/*
 * Chunks of 32 values that a row of three taps has. Where it has less, the last chunk reads the pixel behind, too, with zeros for
 * weights; so an infinity or NaN there makes a NaN of the pixel to its left.
 */
static int chunks_of(const Shape *s) { return shares(3 * s->inputs, 32); }
/* Tiles of outputs that are computed together. */
static int together(const Shape *s) { return s->outputs % 32 == 0 ? 2 : 1; }

/* [3][3][inputs][outputs] to tiles: [groups of outputs][tap row][chunk][tile][pair of values][output][value] */
FAST static void pack_filter(const Shape *s, const float *g, uint16_t *to) {
  const int group = 16 * together(s);
  for (int output = 0; output < s->outputs; output += group)
    for (int row = 0; row < 3; row++)
      for (int chunk = 0; chunk < chunks_of(s); chunk++)
        for (int tile = 0; tile < group; tile += 16)
          for (int pair = 0; pair < 16; pair++, to += 32) {
            uint16_t values[2][16] = {{0}};
            for (int which = 0; which < 2; which++) {
              const int at = chunk * 32 + pair * 2 + which;
              if (at < 3 * s->inputs)
                save_half(values[which], load(g + ((size_t)row * 3 * s->inputs + at) * s->outputs + output + tile));
            }
            for (int i = 0; i < 16; i++) to[2 * i] = values[0][i], to[2 * i + 1] = values[1][i];
          }
}

/* The first four tiles, which hold sums. */
static void zero_sums(void) {
  TILE_ZERO(0);
  TILE_ZERO(1);
  TILE_ZERO(2);
  TILE_ZERO(3);
}

/* 32 pixels to 32 outputs */
static void two_by_two(const Shape *s, const uint16_t *data, const uint16_t *weights, float *to) {
  const size_t step = s->inputs, out = s->outputs;
  zero_sums();
  for (int row = 0; row < 3; row++, data += across(s) * step)
    for (int chunk = 0; chunk < chunks_of(s); chunk++, weights += 2 * TILE) {
      const uint16_t *d = data + chunk * 32;
      TILE_LOAD(4, d, step * 2);
      TILE_LOAD(6, weights, 64);
      TILE_LOAD(7, weights + TILE, 64);
      TILE_LOAD(5, d + 16 * step, step * 2);
      TILE_DOT(0, 4, 6);
      TILE_DOT(1, 4, 7);
      TILE_DOT(2, 5, 6);
      TILE_DOT(3, 5, 7);
    }
  TILE_SAVE(0, to, out * 4);
  TILE_SAVE(1, to + 16, out * 4);
  TILE_SAVE(2, to + 16 * out, out * 4);
  TILE_SAVE(3, to + 16 * out + 16, out * 4);
}

/* 64 pixels to 16 outputs */
static void four_by_one(const Shape *s, const uint16_t *data, const uint16_t *weights, float *to) {
  const size_t step = s->inputs, out = s->outputs;
  zero_sums();
  for (int row = 0; row < 3; row++, data += across(s) * step)
    for (int chunk = 0; chunk < chunks_of(s); chunk++, weights += TILE) {
      const uint16_t *d = data + chunk * 32;
      TILE_LOAD(6, weights, 64);
      TILE_LOAD(4, d, step * 2);
      TILE_LOAD(5, d + 16 * step, step * 2);
      TILE_LOAD(7, d + 32 * step, step * 2);
      TILE_DOT(0, 4, 6);
      TILE_LOAD(4, d + 48 * step, step * 2);
      TILE_DOT(1, 5, 6);
      TILE_DOT(2, 7, 6);
      TILE_DOT(3, 4, 6);
    }
  TILE_SAVE(0, to, out * 4);
  TILE_SAVE(1, to + 16 * out, out * 4);
  TILE_SAVE(2, to + 32 * out, out * 4);
  TILE_SAVE(3, to + 48 * out, out * 4);
}

/* What lies on images of a run of sums, in bfloat16. */
FAST static void gather(const Shape *s, Block b, const float *sums, uint16_t *y) {
  const size_t row = (size_t)s->width * s->outputs, whole = (size_t)across(s) * s->outputs;
  for (int image = 0; image < b.images; image++)
    for (int at = 0; at < b.rows; at++) {
      const float *from = sums + ((size_t)image * (b.rows + 2) + at) * whole;
      uint16_t *to = y + ((size_t)(b.image + image) * s->height + b.top + at) * row;
      for (size_t i = 0; i < row; i += LANES) save_half(to + i, load(from + i));
    }
}

static void tiled_blocks(void *context, int part) {
  TiledJob *job = context;
  const Shape *s = &job->shape;
  const int group = 16 * together(s), pixels = 64 / together(s);
  const size_t size = room(job), weights = (size_t)3 * chunks_of(s) * TILE * together(s);
  float *sums = allocate(size * s->outputs + size * s->inputs / 2);
  uint16_t *run = (uint16_t *)(sums + size * s->outputs);
  (void)part;
  const Setup before = begin_tiles();
  for (int taken; (taken = atomic_fetch_add(&job->taken, 1)) < job->blocks;) {
    const Block b = block_at(job, taken);
    spread(s, b, job->x, s->inputs, true, size, run);
    for (int output = 0; output < s->outputs; output += group)
      for (int at = 0; at < run_of(s, b); at += pixels)
        (group == 32 ? two_by_two : four_by_one)(s, run + (size_t)at * s->inputs, job->weights + output / group * weights,
                                                 sums + (size_t)at * s->outputs + output);
    gather(s, b, sums, job->y);
  }
  end_tiles(before);
  free(sums);
}

/* y[batch][height][width][outputs] of x[batch][height][width][inputs] and g[3][3][inputs][outputs] */
static void tiled(Shape shape, const void *x, const float *g, void *y) {
  uint16_t *weights = (uint16_t *)allocate((size_t)3 * chunks_of(&shape) * TILE * shape.outputs / 32);
  pack_filter(&shape, g, weights);
  TiledJob job = {.shape = shape, .x = x, .weights = weights, .y = y};
  cut(&job);
  in_parallel(tiled_blocks, &job, job.parts);
  free(weights);
}

/* Two pixels side by side: of 16 channels from `pixels` on, the first pixel's value and the second's. */
INLINE __m512i pair_at(const uint16_t *pixels, int channels) {
  const __m512i first = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)pixels));
  const __m512i second = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(pixels + channels)));
  return _mm512_or_si512(first, _mm512_slli_epi32(second, 16));
}

/* [pixel][channel] to [pair of pixels][channel][pixel] */
FAST static void pair_pixels(const uint16_t *pixels, int channels, size_t count, uint16_t *to) {
  for (size_t pixel = 0; pixel < count; pixel += 2)
    for (int channel = 0; channel < channels; channel += 16)
      _mm512_storeu_si512(to + pixel * channels + 2 * channel, pair_at(pixels + pixel * channels + channel, channels));
}

/* [pixel][channel] to [channel][pixel], rows of `size`; pixels in multiples of 32 */
FAST static void turn_pixels(const uint16_t *pixels, int channels, size_t size, uint16_t *to) {
  const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512i low[4], high[4];
  UNROLL for (int stage = 0; stage < 4; stage++) {
    const int far = 1 << stage;
    const __mmask16 odd = _mm512_test_epi32_mask(lane, _mm512_set1_epi32(far));
    low[stage] = _mm512_mask_add_epi32(lane, odd, lane, _mm512_set1_epi32(16 - far));
    high[stage] = _mm512_mask_add_epi32(_mm512_add_epi32(lane, _mm512_set1_epi32(far)), odd, lane, _mm512_set1_epi32(16));
  }
  for (int channel = 0; channel < channels; channel += 16)
    for (size_t pixel = 0; pixel < size; pixel += 32) {
      __m512i rows[16];
      UNROLL for (int i = 0; i < 16; i++) rows[i] = pair_at(pixels + (pixel + 2 * i) * channels + channel, channels);
      UNROLL for (int stage = 0; stage < 4; stage++)
        UNROLL for (int i = 0; i < 16; i++) {
          const int far = 1 << stage;
          if (i & far) continue;
          const __m512i one = rows[i], other = rows[i + far];
          rows[i] = _mm512_permutex2var_epi32(one, low[stage], other);
          rows[i + far] = _mm512_permutex2var_epi32(one, high[stage], other);
        }
      UNROLL for (int i = 0; i < 16; i++) _mm512_storeu_si512(to + (channel + i) * size + pixel, rows[i]);
    }
}

/* Rows of channels, `size` pixels each; `count` pixels are summed, from `shift` on in the images. */
typedef struct {
  const uint16_t *data, *gradient;
  size_t size, shift;
  int outputs, count;
} Pixels;

/* sums of 32 inputs and 32 outputs, of one tap */
static void add_two_by_two(Pixels p, float *sums) {
  const size_t row = p.size * 2, out = (size_t)p.outputs * 4;
  float *below = sums + (size_t)16 * p.outputs;
  TILE_LOAD(0, sums, out);
  TILE_LOAD(1, sums + 16, out);
  TILE_LOAD(2, below, out);
  TILE_LOAD(3, below + 16, out);
  for (int at = 0; at < p.count; at += 32) {
    const uint16_t *d = p.data + p.shift + at, *g = p.gradient + (size_t)at * p.outputs;
    TILE_LOAD(6, g, out);
    TILE_LOAD(7, g + 32, out);
    TILE_LOAD(4, d, row);
    TILE_LOAD(5, d + 16 * p.size, row);
    TILE_DOT(0, 4, 6);
    TILE_DOT(1, 4, 7);
    TILE_DOT(2, 5, 6);
    TILE_DOT(3, 5, 7);
  }
  TILE_SAVE(0, sums, out);
  TILE_SAVE(1, sums + 16, out);
  TILE_SAVE(2, below, out);
  TILE_SAVE(3, below + 16, out);
}

/* sums of 16 inputs and 16 outputs, of the three taps of a row, whose sums are `apart` */
static void add_row(Pixels p, size_t apart, float *sums) {
  const size_t row = p.size * 2, out = (size_t)p.outputs * 4;
  TILE_LOAD(0, sums, out);
  TILE_LOAD(1, sums + apart, out);
  TILE_LOAD(2, sums + 2 * apart, out);
  for (int at = 0; at < p.count; at += 32) {
    const uint16_t *d = p.data + p.shift + at;
    TILE_LOAD(3, p.gradient + (size_t)at * p.outputs, out);
    TILE_LOAD(4, d, row);
    TILE_LOAD(5, d + 1, row);
    TILE_LOAD(6, d + 2, row);
    TILE_DOT(0, 4, 3);
    TILE_DOT(1, 5, 3);
    TILE_DOT(2, 6, 3);
  }
  TILE_SAVE(0, sums, out);
  TILE_SAVE(1, sums + apart, out);
  TILE_SAVE(2, sums + 2 * apart, out);
}

static void add_products(const Shape *s, Pixels p, float *sums) {
  const size_t tap = (size_t)s->inputs * s->outputs;
  const bool pairs = s->inputs % 32 == 0 && s->outputs % 32 == 0;
  const int each = pairs ? 32 : 16;
  const uint16_t *data = p.data, *gradient = p.gradient;
  for (int row = 0; row < 3; row++)
    for (int input = 0; input < s->inputs; input += each)
      for (int output = 0; output < s->outputs; output += each) {
        float *to = sums + 3 * row * tap + (size_t)input * s->outputs + output;
        p.data = data + input * p.size, p.gradient = gradient + 2 * output;
        for (int column = 0; column < (pairs ? 3 : 1); column++) {
          p.shift = (size_t)row * across(s) + column;
          if (pairs) add_two_by_two(p, to + column * tap);
          else add_row(p, tap, to);
        }
      }
}

/* A fixed share of the blocks, so that the order of sums depends on nothing but the number of threads. */
static void tiled_filter_blocks(void *context, int part) {
  TiledJob *job = context;
  const Shape *s = &job->shape;
  /* An odd number of lines, so that the rows of a tile do not meet in the caches. */
  const size_t size = (room(job) + 63) / 64 * 64 + 32, channels = s->inputs > s->outputs ? s->inputs : s->outputs;
  float *sums = job->sums + (size_t)9 * s->inputs * s->outputs * part;
  uint16_t *run = (uint16_t *)allocate(size * (channels + s->inputs + s->outputs) / 2);
  uint16_t *data = run + size * channels, *gradient = data + size * s->inputs;
  memset(sums, 0, (size_t)9 * s->inputs * s->outputs * sizeof *sums);
  const Setup before = begin_tiles();
  for (int at = job->blocks * part / job->parts; at < job->blocks * (part + 1) / job->parts; at++) {
    const Block b = block_at(job, at);
    spread(s, b, job->x, s->inputs, true, size, run);
    turn_pixels(run, s->inputs, size, data);
    spread(s, b, job->dy, s->outputs, false, size, run);
    pair_pixels(run, s->outputs, size, gradient);
    const Pixels pixels = {.data = data, .gradient = gradient, .size = size, .outputs = s->outputs, .count = run_of(s, b)};
    add_products(s, pixels, sums);
  }
  end_tiles(before);
  free(run);
}

/* The gradient of g. */
static void tiled_filter(Shape shape, const void *x, const void *dy, float *dg) {
  const size_t size = (size_t)9 * shape.inputs * shape.outputs;
  TiledJob job = {.shape = shape, .x = x, .dy = dy};
  cut(&job);
  job.sums = allocate(size * job.parts);
  in_parallel(tiled_filter_blocks, &job, job.parts);
  memcpy(dg, job.sums, size * sizeof *dg);
  for (int part = 1; part < job.parts; part++)
    for (size_t at = 0; at < size; at++) dg[at] += job.sums[part * size + at];
  free(job.sums);
}
