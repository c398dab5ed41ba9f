/*
 * Images are [batch][height][width][channels], channels a multiple of 16, cut into tiles of 4x4 pixels; where an image
 * ends within a tile, the rest counts as zeros. TILES tiles are worked on at a time, transformed to
 * [36 points][channels / 16][TILES][16].
 */
#pragma once
#include <stddef.h>
#include "winograd.h"

enum { TILES = 24, POINTS = 36 };

/* A convolution; its gradients are described by the same. */
typedef struct {
  int batch, height, width, inputs, outputs;
} Shape;

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

INLINE Lanes load_or_zero(const float *from, ptrdiff_t pixel, int channel) {
  return pixel < 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(from + pixel + channel);
}

INLINE float *point(float *transformed, int number, int channels, int channel, int tile) {
  return transformed + ((size_t)number * channels + channel) * TILES + (size_t)tile * LANES;
}

/* Asks for the pixels of a tile ahead of their use. */
INLINE void prefetch(const Shape *s, const float *x, int number, int channels) {
  const Tile tile = tile_at(s, number);
  for (int i = 0; i < 4; i++) {
    const ptrdiff_t from = pixel(s, tile, i, 0, channels);
    for (int at = 0; from >= 0 && at < 4 * channels; at += LANES)
      _mm_prefetch((const char *)(x + from + at), _MM_HINT_T0);
  }
}

/* B' d B of `count` tiles. */
FAST static void transform_data(const Shape *s, const float *x, int first, int count, float *out) {
  const int channels = s->inputs;
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(s, first + t);
    ptrdiff_t from[6][6];
    for (int i = 0; i < 6; i++)
      for (int j = 0; j < 6; j++) from[i][j] = pixel(s, tile, i - 1, j - 1, channels);
    if (first + t + 4 < tiles_of(s)) prefetch(s, x, first + t + 4, channels);
    for (int channel = 0; channel < channels; channel += LANES) {
      Lanes half[6][6];
      for (int j = 0; j < 6; j++) {
        Lanes column[6], result[6];
        for (int i = 0; i < 6; i++) column[i] = load_or_zero(x, from[i][j], channel);
        data_axis(column, result);
        for (int i = 0; i < 6; i++) half[i][j] = result[i];
      }
      for (int i = 0; i < 6; i++) {
        Lanes result[6];
        data_axis(half[i], result);
        for (int j = 0; j < 6; j++)
          _mm512_store_ps(point(out, i * 6 + j, channels, channel, t), result[j]);
      }
    }
  }
}

/* A dY A' of `count` tiles. */
FAST static void transform_gradient(const Shape *s, const float *dy, int first, int count, float *out) {
  const int channels = s->outputs;
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(s, first + t);
    for (int channel = 0; channel < channels; channel += LANES) {
      Lanes half[6][4];
      for (int j = 0; j < 4; j++) {
        Lanes column[4], result[6];
        for (int i = 0; i < 4; i++) column[i] = load_or_zero(dy, pixel(s, tile, i, j, channels), channel);
        gradient_axis(column, result);
        for (int i = 0; i < 6; i++) half[i][j] = result[i];
      }
      for (int i = 0; i < 6; i++) {
        Lanes result[6];
        gradient_axis(half[i], result);
        for (int j = 0; j < 6; j++)
          _mm512_store_ps(point(out, i * 6 + j, channels, channel, t), result[j]);
      }
    }
  }
}

/* A' m A, written to `count` tiles of the images. */
FAST static void finish_results(const Shape *s, float *m, int first, int count, float *y) {
  const int channels = s->outputs;
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(s, first + t);
    for (int channel = 0; channel < channels; channel += LANES) {
      Lanes half[4][6];
      for (int j = 0; j < 6; j++) {
        Lanes column[6], result[4];
        for (int i = 0; i < 6; i++)
          column[i] = _mm512_load_ps(point(m, i * 6 + j, channels, channel, t));
        result_axis(column, result);
        for (int i = 0; i < 4; i++) half[i][j] = result[i];
      }
      for (int i = 0; i < 4; i++) {
        Lanes result[4];
        result_axis(half[i], result);
        for (int j = 0; j < 4; j++) {
          const ptrdiff_t to = pixel(s, tile, i, j, channels);
          if (to >= 0) _mm512_stream_ps(y + to + channel, result[j]);
        }
      }
    }
  }
}

/* G g G': [3][3][inputs][outputs] to [36][inputs][outputs]. */
FAST static void transform_filter(const Shape *s, const float *g, float *u) {
  const size_t size = (size_t)s->inputs * s->outputs;
  for (size_t at = 0; at < size; at += LANES) {
    Lanes half[6][3];
    for (int j = 0; j < 3; j++) {
      Lanes column[3], result[6];
      for (int i = 0; i < 3; i++) column[i] = _mm512_loadu_ps(g + (i * 3 + j) * size + at);
      filter_axis(column, result);
      for (int i = 0; i < 6; i++) half[i][j] = result[i];
    }
    for (int i = 0; i < 6; i++) {
      Lanes result[6];
      filter_axis(half[i], result);
      for (int j = 0; j < 6; j++) _mm512_store_ps(u + (i * 6 + j) * size + at, result[j]);
    }
  }
}

/* G' u G: [36][inputs][outputs] to [3][3][inputs][outputs]. */
FAST static void finish_filter_gradient(const Shape *s, const float *u, float *dg) {
  const size_t size = (size_t)s->inputs * s->outputs;
  for (size_t at = 0; at < size; at += LANES) {
    Lanes half[3][6];
    for (int j = 0; j < 6; j++) {
      Lanes column[6], result[3];
      for (int i = 0; i < 6; i++) column[i] = _mm512_load_ps(u + (i * 6 + j) * size + at);
      filter_gradient_axis(column, result);
      for (int i = 0; i < 3; i++) half[i][j] = result[i];
    }
    for (int i = 0; i < 3; i++) {
      Lanes result[3];
      filter_gradient_axis(half[i], result);
      for (int j = 0; j < 3; j++) _mm512_storeu_ps(dg + (i * 3 + j) * size + at, result[j]);
    }
  }
}
