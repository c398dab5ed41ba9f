/* The kernels for processors with AMX: others, but for 3x3 convolutions of stride 1 of images in bfloat16. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define LANES 16
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kernels.h"

/* WITHOUT_TILES: the compiler knows the unit, but the assembler behind it does not. */
#if defined(SOFTWARE_TILES) || (!defined(WITHOUT_TILES) && __has_include(<amxtileintrin.h>))
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

/* Whether whole numbers, which are exact in both, are convolved as by the others: a shape for each way through the tiles. */
static bool works_for(Shape s) {
  const size_t pixels = (size_t)s.batch * s.height * s.width, xs = pixels * s.inputs, ys = pixels * s.outputs;
  const size_t gs = (size_t)9 * s.inputs * s.outputs;
  static const uint16_t numbers[] = {0, 0x3f80, 0xbf80, 0x4000}; /* 0, 1, -1, 2 */
  uint16_t *x = (uint16_t *)allocate((3 * xs + 3 * ys) / 2 + 1), *dy = x + xs, *dx = dy + ys, *y = dx + 2 * xs;
  float *g = allocate(3 * gs), *dg = g + gs;
  for (size_t at = 0; at < xs; at++) x[at] = numbers[(at * 7 + at / 5) % 4];
  for (size_t at = 0; at < ys; at++) dy[at] = numbers[(at * 5 + at / 3) % 4];
  for (size_t at = 0; at < gs; at++) g[at] = (float)((at * 5 + at / 7) % 5) - 2;
  tiled(s, x, g, y), others->direct(s, x, g, y + ys);
  tiled_back(s, dy, g, dx), others->direct_back(s, dy, g, dx + xs);
  tiled_filter(s, x, dy, dg), others->direct_filter(s, x, dy, dg + gs);
  const bool same = memcmp(y, y + ys, ys * sizeof *y) == 0 && memcmp(dx, dx + xs, xs * sizeof *dx) == 0 &&
                    memcmp(dg, dg + gs, gs * sizeof *dg) == 0;
  free(x), free(g);
  return same;
}

static bool works(void) {
  static const int shapes[][5] = {{9, 5, 7, 32, 32}, {9, 5, 7, 16, 16}, {2, 3, 3, 48, 16}, {2, 4, 3, 16, 32}, {1, 47, 50, 16, 16}};
  bool all = true;
  for (size_t at = 0; at < sizeof shapes / sizeof shapes[0]; at++) {
    const int *s = shapes[at];
    all = all && works_for((Shape){s[0], s[1], s[2], s[3], s[4], true, s[1], s[2], 3, 3, 1, 1, 1});
  }
  return all;
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
