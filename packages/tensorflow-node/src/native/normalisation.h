/*
 * Batch normalisation with the sum and the ReLU behind it in two passes over memory each way: one for the sums over all
 * pixels, one for the results. Sums are taken in float32 within a piece of PIECE pixels and in double over the pieces, in
 * order, so that bits depend neither on threads nor on what is fused. The second pass goes backwards: what the first has
 * read last is in the caches still.
 */
#pragma once
#include <math.h>
#include <stdatomic.h>
#include "kernels.h"
#include "lanes.h"
#include "memory.h"
#include "workers.h"

enum { PIECE = 128 };

typedef struct {
  const Normalisation *n;
  /* [pieces][2][channels] */
  float *sums;
  /* [channels] each; what a value is multiplied with, and what is added */
  float *scale, *slope, *shift;
  int pieces;
  atomic_int taken;
} PassJob;

static int pieces_of(const Normalisation *n) { return (int)((n->pixels + PIECE - 1) / PIECE); }

/* Sums of x - x of the first pixel, and of its squares. */
INLINE void sum_piece_of(const PassJob *job, int piece, bool half) {
  const Normalisation *n = job->n;
  const size_t first = (size_t)piece * PIECE, end = first + PIECE < n->pixels ? first + PIECE : n->pixels;
  for (int channel = 0; channel < n->channels; channel += LANES) {
    const int left = n->channels - channel;
    const Lanes origin = load_some(n->x, channel, half, left);
    Lanes sum[4] = {zeros(), zeros(), zeros(), zeros()}, squares[4] = {zeros(), zeros(), zeros(), zeros()};
    size_t pixel = first;
    for (; pixel + 4 <= end; pixel += 4)
      UNROLL for (int i = 0; i < 4; i++) {
        const Lanes x = minus(load_some(n->x, (pixel + i) * n->channels + channel, half, left), origin);
        sum[i] = plus(sum[i], x), squares[i] = added(x, x, squares[i]);
      }
    for (; pixel < end; pixel++) {
      const Lanes x = minus(load_some(n->x, pixel * n->channels + channel, half, left), origin);
      sum[0] = plus(sum[0], x), squares[0] = added(x, x, squares[0]);
    }
    float *to = job->sums + (size_t)piece * 2 * n->channels + channel;
    save_some(to, 0, false, left, plus(plus(sum[0], sum[1]), plus(sum[2], sum[3])));
    save_some(to + n->channels, 0, false, left, plus(plus(squares[0], squares[1]), plus(squares[2], squares[3])));
  }
}

INLINE void normalise_piece_of(const PassJob *job, int piece, bool half, bool centred, bool adds, bool relu) {
  const Normalisation *n = job->n;
  const size_t first = (size_t)piece * PIECE, end = first + PIECE < n->pixels ? first + PIECE : n->pixels;
  for (int channel = 0; channel < n->channels; channel += LANES) {
    const int left = n->channels - channel;
    const Lanes scale = load_some(job->scale, channel, false, left), shift = load_some(n->beta, channel, false, left);
    const Lanes mean = centred ? load_some(n->mean, channel, false, left) : zeros();
    for (size_t pixel = first; pixel < end; pixel++) {
      const size_t at = pixel * n->channels + channel;
      const Lanes x = load_some(n->x, at, half, left);
      /* Given statistics: rounded as by one op for the product and one for the sum. */
      Lanes y = centred ? added(minus(x, mean), scale, shift) : plus(product(x, scale), shift);
      if (adds) y = plus(y, load_some(n->residual, at, half, left));
      if (relu) y = positive_part(y);
      save_some(n->y, at, half, left, y);
    }
  }
}

/* The gradient before the ReLU. */
INLINE Lanes upstream(const Normalisation *n, size_t at, bool half, int left, bool more, bool result, bool relu, Lanes before) {
  Lanes d = load_some(n->dy, at, half, left);
  if (more) d = plus(d, load_some(n->more, at, half, left));
  if (result) return where_positive(load_some(n->result, at, half, left), d);
  return relu ? where_positive(before, d) : d;
}

/* Sums of the gradient d, and of d * (x - mean); d itself where somebody else needs it. */
INLINE void sum_back_piece_of(const PassJob *job, int piece, bool half, bool more, bool result, bool relu) {
  const Normalisation *n = job->n;
  const size_t first = (size_t)piece * PIECE, end = first + PIECE < n->pixels ? first + PIECE : n->pixels;
  for (int channel = 0; channel < n->channels; channel += LANES) {
    const int left = n->channels - channel;
    const Lanes scale = load_some(job->scale, channel, false, left), beta = load_some(n->beta, channel, false, left);
    const Lanes mean = load_some(n->mean, channel, false, left);
    Lanes sum[2] = {zeros(), zeros()}, pulls[2] = {zeros(), zeros()};
    for (size_t pixel = first; pixel < end; pixel += 2)
      UNROLL for (int i = 0; i < 2; i++) {
        if (pixel + i >= end) break;
        const size_t at = (pixel + i) * n->channels + channel;
        const Lanes x = minus(load_some(n->x, at, half, left), mean);
        const Lanes d = upstream(n, at, half, left, more, result, relu, added(x, scale, beta));
        if (result) save_some(n->rest, at, half, left, d);
        sum[i] = plus(sum[i], d), pulls[i] = added(d, x, pulls[i]);
      }
    float *to = job->sums + (size_t)piece * 2 * n->channels + channel;
    save_some(to, 0, false, left, plus(sum[0], sum[1]));
    save_some(to + n->channels, 0, false, left, plus(pulls[0], pulls[1]));
  }
}

/* dx = scale * d + slope * (x - mean) + shift */
INLINE void normalise_back_piece_of(const PassJob *job, int piece, bool half, bool more, bool result, bool relu) {
  const Normalisation *n = job->n;
  const size_t first = (size_t)piece * PIECE, end = first + PIECE < n->pixels ? first + PIECE : n->pixels;
  for (int channel = 0; channel < n->channels; channel += LANES) {
    const int left = n->channels - channel;
    const Lanes scale = load_some(job->scale, channel, false, left), beta = load_some(n->beta, channel, false, left);
    const Lanes mean = load_some(n->mean, channel, false, left);
    const Lanes slope = load_some(job->slope, channel, false, left), shift = load_some(job->shift, channel, false, left);
    for (size_t pixel = first; pixel < end; pixel++) {
      const size_t at = pixel * n->channels + channel;
      const Lanes x = minus(load_some(n->x, at, half, left), mean);
      const Lanes d = result ? load_some(n->rest, at, half, left)
                             : upstream(n, at, half, left, more, false, relu, added(x, scale, beta));
      save_some(n->dx, at, half, left, added(d, scale, added(x, slope, shift)));
    }
  }
}

/* Every combination compiled by itself: what is constant costs nothing. */
#define DEFINE_PASS(NAME, PIECE_OF, BACKWARDS)                                          \
  FAST static void NAME(void *context, int part) {                                      \
    PassJob *job = context;                                                             \
    const Normalisation *n = job->n;                                                    \
    (void)part;                                                                         \
    for (;;) {                                                                          \
      const int taken = atomic_fetch_add(&job->taken, 1);                               \
      if (taken >= job->pieces) break;                                                  \
      const int piece = BACKWARDS ? job->pieces - 1 - taken : taken;                    \
      if (n->half) PIECE_OF(true);                                                      \
      else PIECE_OF(false);                                                             \
    }                                                                                   \
  }
#define SUM(half) sum_piece_of(job, piece, half)
#define NORMALISE_AS(half, centred)                                                                              \
  (n->residual ? n->relu ? normalise_piece_of(job, piece, half, centred, true, true)                             \
                         : normalise_piece_of(job, piece, half, centred, true, false)                            \
   : n->relu ? normalise_piece_of(job, piece, half, centred, false, true)                                        \
             : normalise_piece_of(job, piece, half, centred, false, false))
#define NORMALISE(half) NORMALISE_AS(half, true)
#define AFFINE(half) NORMALISE_AS(half, false)
#define BACK_AS(half, of)                                                                                        \
  (n->result ? n->more ? of(job, piece, half, true, true, true) : of(job, piece, half, false, true, true)        \
   : n->relu ? n->more ? of(job, piece, half, true, false, true) : of(job, piece, half, false, false, true)      \
             : n->more ? of(job, piece, half, true, false, false) : of(job, piece, half, false, false, false))
#define SUM_BACK(half) BACK_AS(half, sum_back_piece_of)
#define NORMALISE_BACK(half) BACK_AS(half, normalise_back_piece_of)
DEFINE_PASS(sum_pass, SUM, false)
DEFINE_PASS(normalise_pass, NORMALISE, true)
DEFINE_PASS(affine_pass, AFFINE, false)
DEFINE_PASS(sum_back_pass, SUM_BACK, false)
DEFINE_PASS(normalise_back_pass, NORMALISE_BACK, true)

/* Both sums over all pieces, [2][channels], in double and in the order of the pieces. */
FAST static double *join_sums(const PassJob *job) {
  const int numbers = 2 * job->n->channels;
  double *all = (double *)allocate((size_t)numbers * 2);
  for (int at = 0; at < numbers; at++) all[at] = 0;
  for (int piece = 0; piece < job->pieces; piece++)
    for (int at = 0; at < numbers; at++) all[at] += job->sums[(size_t)piece * numbers + at];
  return all;
}

static void run_pass(PassJob *job, Work pass) {
  atomic_store(&job->taken, 0);
  // A piece is too little for another thread.
  const int parts = count_parts();
  in_parallel(pass, job, job->pieces < parts ? job->pieces : parts);
}

static void normalise(Normalisation n) {
  PassJob job = {.n = &n, .pieces = pieces_of(&n), .scale = allocate(n.channels)};
  job.sums = allocate((size_t)job.pieces * 2 * n.channels);
  run_pass(&job, sum_pass);
  double *sums = join_sums(&job), *squares = sums + n.channels;
  for (int c = 0; c < n.channels; c++) {
    float origin;
    if (n.half) {
      const uint32_t bits = (uint32_t)((const uint16_t *)n.x)[c] << 16;
      __builtin_memcpy(&origin, &bits, sizeof bits);
    } else {
      origin = ((const float *)n.x)[c];
    }
    const double mean = sums[c] / n.pixels, variance = squares[c] / n.pixels - mean * mean;
    n.mean[c] = (float)(origin + mean);
    n.variance[c] = variance < 0 ? 0 : (float)variance;
    n.inverse[c] = (float)(1 / sqrt((double)n.variance[c] + n.epsilon));
    job.scale[c] = n.gamma[c] * n.inverse[c];
  }
  run_pass(&job, normalise_pass);
  free(job.sums), free(job.scale), free(sums);
}

static void affine(Normalisation n) {
  PassJob job = {.n = &n, .pieces = pieces_of(&n), .scale = (float *)n.gamma};
  run_pass(&job, affine_pass);
}

static void normalise_back(Normalisation n) {
  PassJob job = {.n = &n, .pieces = pieces_of(&n), .scale = allocate(n.channels), .slope = allocate(n.channels), .shift = allocate(n.channels)};
  job.sums = allocate((size_t)job.pieces * 2 * n.channels);
  for (int c = 0; c < n.channels; c++) job.scale[c] = n.gamma[c] * n.inverse[c];
  run_pass(&job, sum_back_pass);
  double *sums = join_sums(&job), *pulls = sums + n.channels;
  for (int c = 0; c < n.channels; c++) {
    const double beta = sums[c], gamma = pulls[c] * n.inverse[c];
    n.dbeta[c] = (float)beta, n.dgamma[c] = (float)gamma;
    job.slope[c] = (float)(-(double)job.scale[c] * n.inverse[c] * gamma / n.pixels);
    job.shift[c] = (float)(-(double)job.scale[c] * beta / n.pixels);
  }
  run_pass(&job, normalise_back_pass);
  free(job.sums), free(job.scale), free(job.slope), free(job.shift), free(sums);
}
