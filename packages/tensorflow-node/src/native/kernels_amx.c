/* The kernels for processors with AMX: others, but for 3x3 convolutions of stride 1 of images in bfloat16. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define LANES 16
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kernels.h"

#if defined(SOFTWARE_TILES) || __has_include(<amxtileintrin.h>)
#include <cpuid.h>
#include "tiled.h"
#include "turned.h"

static const Kernels *others;

static void tiled_back(Shape shape, const void *dy, const float *g, void *dx) {
  float *turned = turn_filter(&shape, g);
  tiled(shape, dy, turned, dx);
  free(turned);
}

#ifdef SOFTWARE_TILES
static bool has_tiles(void) { return true; }
#else
/* The unit is there, and Linux lends it to this process, which has to ask. */
static bool has_tiles(void) {
  enum { ASK_FOR_STATE = 0x1023, TILE_STATE = 18 };
  const unsigned bfloat16 = 1u << 22, tiles = 1u << 24;
  unsigned a, b, c, d = 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & bfloat16) == 0 || (d & tiles) == 0) return false;
  return syscall(SYS_arch_prctl, ASK_FOR_STATE, TILE_STATE) == 0;
}
#endif

/* Whether whole numbers, which are exact in both, are convolved as by the others. */
static bool works(void) {
  enum { PIXELS = 5 * 7, CHANNELS = 32, SIZE = 2 * PIXELS * CHANNELS, WEIGHTS = 9 * CHANNELS * CHANNELS };
  const Shape s = {.batch = 2, .height = 5, .width = 7, .inputs = CHANNELS, .outputs = CHANNELS, .half = true, .rows = 5,
                   .columns = 7, .tall = 3, .wide = 3, .stride = 1, .above = 1, .left = 1};
  uint16_t x[SIZE], results[4][SIZE];
  float *g = allocate(3 * WEIGHTS), *gradients[2] = {g + WEIGHTS, g + 2 * WEIGHTS};
  for (int at = 0; at < SIZE; at++) x[at] = (const uint16_t[]){0, 0x3f80, 0xbf80, 0x4000}[(at * 7 + at / 5) % 4];
  for (int at = 0; at < WEIGHTS; at++) g[at] = (float)((at * 5 + at / 7) % 5 - 2);
  tiled(s, x, g, results[0]), others->direct(s, x, g, results[1]);
  tiled_back(s, x, g, results[2]), others->direct_back(s, x, g, results[3]);
  tiled_filter(s, x, x, gradients[0]), others->direct_filter(s, x, x, gradients[1]);
  const bool same = memcmp(results[0], results[1], sizeof x) == 0 && memcmp(results[2], results[3], sizeof x) == 0 &&
                    memcmp(gradients[0], gradients[1], WEIGHTS * sizeof(float)) == 0;
  free(g);
  return same;
}

static bool working;
static void try_once(void) { working = works(); }

/* Asked for by the first convolution, since it takes threads. */
static bool takes(const Shape *s) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (!s->half || s->batch == 0 || s->height == 0 || s->width == 0) return false;
  pthread_once(&once, try_once);
  return working;
}

static void same3x3(Shape s, const void *x, const float *g, void *y) {
  (takes(&s) ? tiled : others->same3x3)(s, x, g, y);
}
static void same3x3_back(Shape s, const void *dy, const float *g, void *dx) {
  (takes(&s) ? tiled_back : others->same3x3_back)(s, dy, g, dx);
}
static void same3x3_filter(Shape s, const void *x, const void *dy, float *dg) {
  (takes(&s) ? tiled_filter : others->same3x3_filter)(s, x, dy, dg);
}

const Kernels *kernels_amx(const Kernels *base) {
  static Kernels made;
  if (!has_tiles()) return NULL;
  others = base;
  made = *base;
  made.same3x3 = same3x3, made.same3x3_back = same3x3_back, made.same3x3_filter = same3x3_filter;
  return &made;
}

#else
const Kernels *kernels_amx(const Kernels *base) { return (void)base, NULL; }
#endif
