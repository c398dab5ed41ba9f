/*
 * Images are [batch][height][width][channels], channels a multiple of LANES, cut into tiles of 4x4 pixels; where an image
 * ends within a tile, the rest counts as zeros. TILES tiles are worked on at a time, transformed to
 * [36 points][channels / LANES][TILES][LANES], points apart by an odd number of lines of the caches, so that those of a tile
 * do not meet in them. Lines are asked for ahead of being written, too.
 */
#pragma once
#include <stddef.h>
#include "kernels.h"
#include "winograd.h"

enum { TILES = 24, POINTS = 36 };

typedef struct {
  size_t image;
  int top, left;
} Tile;

static int tiles_of(const Shape *s) { return s->batch * ((s->height + 3) / 4) * ((s->width + 3) / 4); }

INLINE Tile tile_at(const Shape *s, int number) {
  const int across = (s->width + 3) / 4, each = across * ((s->height + 3) / 4), place = number % each;
  return (Tile){number / each, place / across * 4, place % across * 4};
}

/* Where a pixel begins, counted in values from the first image; -1 outside the image. */
INLINE ptrdiff_t pixel(const Shape *s, Tile tile, int down, int right, int channels) {
  const int row = tile.top + down, column = tile.left + right;
  if (row < 0 || column < 0 || row >= s->height || column >= s->width) return -1;
  return (ptrdiff_t)((tile.image * s->height + row) * s->width + column) * channels;
}

INLINE Lanes load_or_zero(const void *from, ptrdiff_t pixel, int channel, bool half) {
  return pixel < 0 ? zeros() : load_value(from, pixel + channel, half);
}

/* From one point to the next. */
static inline size_t point_size(int channels) { return (size_t)TILES * channels + 16; }

INLINE float *point(float *transformed, int number, int channels, int channel, int tile) {
  return transformed + number * point_size(channels) + (size_t)channel * TILES + (size_t)tile * LANES;
}

INLINE void save_point(float *transformed, int number, int channels, int channel, int tile, Lanes value) {
  save(point(transformed, number, channels, channel, tile), value);
  __builtin_prefetch(point(transformed, number, channels, channel, tile + 2), 1);
}

/* Asks for the pixels of a tile, if there is one, ahead of their use. */
INLINE void prefetch(const Shape *s, const void *x, int number, int channels, bool half, bool to_write) {
  const Tile tile = tile_at(s, number);
  const int bytes = half ? 2 : 4;
  for (int i = 0; i < 4 && number < tiles_of(s); i++) {
    const ptrdiff_t from = pixel(s, tile, i, 0, channels);
    for (int at = 0; from >= 0 && at < 4 * channels * bytes; at += 64) {
      const char *line = (const char *)x + from * bytes + at;
      if (to_write) __builtin_prefetch(line, 1);
      else __builtin_prefetch(line, 0);
    }
  }
}

/* B' d B of `count` tiles. */
INLINE void transform_data_of(const Shape *s, const void *x, int first, int count, float *out, bool half) {
  const int channels = s->inputs;
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(s, first + t);
    ptrdiff_t from[6][6];
    for (int i = 0; i < 6; i++)
      for (int j = 0; j < 6; j++) from[i][j] = pixel(s, tile, i - 1, j - 1, channels);
    prefetch(s, x, first + t + 4, channels, half, false);
    for (int channel = 0; channel < channels; channel += LANES) {
      Lanes mid[6][6];
      for (int j = 0; j < 6; j++) {
        Lanes column[6], result[6];
        for (int i = 0; i < 6; i++) column[i] = load_or_zero(x, from[i][j], channel, half);
        data_axis(column, result);
        for (int i = 0; i < 6; i++) mid[i][j] = result[i];
      }
      for (int i = 0; i < 6; i++) {
        Lanes result[6];
        data_axis(mid[i], result);
        for (int j = 0; j < 6; j++)
          save_point(out, i * 6 + j, channels, channel, t, result[j]);
      }
    }
  }
}

FAST static void transform_data(const Shape *s, const void *x, int first, int count, float *out) {
  if (s->half) transform_data_of(s, x, first, count, out, true);
  else transform_data_of(s, x, first, count, out, false);
}

/* A dY A' of `count` tiles. */
INLINE void transform_gradient_of(const Shape *s, const void *dy, int first, int count, float *out, bool half) {
  const int channels = s->outputs;
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(s, first + t);
    for (int channel = 0; channel < channels; channel += LANES) {
      Lanes mid[6][4];
      for (int j = 0; j < 4; j++) {
        Lanes column[4], result[6];
        for (int i = 0; i < 4; i++) column[i] = load_or_zero(dy, pixel(s, tile, i, j, channels), channel, half);
        gradient_axis(column, result);
        for (int i = 0; i < 6; i++) mid[i][j] = result[i];
      }
      for (int i = 0; i < 6; i++) {
        Lanes result[6];
        gradient_axis(mid[i], result);
        for (int j = 0; j < 6; j++)
          save_point(out, i * 6 + j, channels, channel, t, result[j]);
      }
    }
  }
}

FAST static void transform_gradient(const Shape *s, const void *dy, int first, int count, float *out) {
  if (s->half) transform_gradient_of(s, dy, first, count, out, true);
  else transform_gradient_of(s, dy, first, count, out, false);
}

/* A' m A, written to `count` tiles of the images. */
INLINE void finish_results_of(const Shape *s, float *m, int first, int count, void *y, bool half) {
  const int channels = s->outputs;
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(s, first + t);
    /* float32 goes past the caches. */
    if (half) prefetch(s, y, first + t + 3, channels, true, true);
    for (int channel = 0; channel < channels; channel += LANES) {
      Lanes mid[4][6];
      for (int j = 0; j < 6; j++) {
        Lanes column[6], result[4];
        for (int i = 0; i < 6; i++)
          column[i] = load(point(m, i * 6 + j, channels, channel, t));
        result_axis(column, result);
        for (int i = 0; i < 4; i++) mid[i][j] = result[i];
      }
      for (int i = 0; i < 4; i++) {
        Lanes result[4];
        result_axis(mid[i], result);
        for (int j = 0; j < 4; j++) {
          const ptrdiff_t to = pixel(s, tile, i, j, channels);
          if (to >= 0) stream_value(y, to + channel, half, result[j]);
        }
      }
    }
  }
}

FAST static void finish_results(const Shape *s, float *m, int first, int count, void *y) {
  if (s->half) finish_results_of(s, m, first, count, y, true);
  else finish_results_of(s, m, first, count, y, false);
}

/* G g G': [3][3][inputs][outputs] to [36][inputs][outputs]. */
FAST static void transform_filter(const Shape *s, const float *g, float *u) {
  const size_t size = (size_t)s->inputs * s->outputs;
  for (size_t at = 0; at < size; at += LANES) {
    Lanes mid[6][3];
    for (int j = 0; j < 3; j++) {
      Lanes column[3], result[6];
      for (int i = 0; i < 3; i++) column[i] = load(g + (i * 3 + j) * size + at);
      filter_axis(column, result);
      for (int i = 0; i < 6; i++) mid[i][j] = result[i];
    }
    for (int i = 0; i < 6; i++) {
      Lanes result[6];
      filter_axis(mid[i], result);
      for (int j = 0; j < 6; j++) save(u + (i * 6 + j) * size + at, result[j]);
    }
  }
}

/* G' u G: [36][inputs][outputs] to [3][3][inputs][outputs]. */
FAST static void finish_filter_gradient(const Shape *s, const float *u, float *dg) {
  const size_t size = (size_t)s->inputs * s->outputs;
  for (size_t at = 0; at < size; at += LANES) {
    Lanes mid[3][6];
    for (int j = 0; j < 6; j++) {
      Lanes column[6], result[3];
      for (int i = 0; i < 6; i++) column[i] = load(u + (i * 6 + j) * size + at);
      filter_gradient_axis(column, result);
      for (int i = 0; i < 3; i++) mid[i][j] = result[i];
    }
    for (int i = 0; i < 3; i++) {
      Lanes result[3];
      filter_gradient_axis(mid[i], result);
      for (int j = 0; j < 3; j++) save(dg + (i * 3 + j) * size + at, result[j]);
    }
  }
}
