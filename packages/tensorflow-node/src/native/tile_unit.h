/*
 * The tile unit of AMX: eight tiles of 16 rows, each of 32 numbers in bfloat16 or 16 in float32. Where SOFTWARE_TILES is defined, the
 * same in plain C, as its manual defines it but for subnormal numbers, which the unit takes for zeros, so that what is built on it is
 * tested on every processor.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef SOFTWARE_TILES

/* Assembly, since intrinsics of some compilers do not tell that they read memory: what was written before could come too late. */
#define TILE_LOAD(tile, from, bytes) \
  __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #tile : : "r"(from), "r"((ptrdiff_t)(bytes)) : "memory")
#define TILE_SAVE(tile, to, bytes) \
  __asm__ volatile("tilestored %%tmm" #tile ", (%0,%1,1)" : : "r"(to), "r"((ptrdiff_t)(bytes)) : "memory")
#define TILE_ZERO(tile) __asm__ volatile("tilezero %%tmm" #tile : :)
/* sums[m][n] += over pairs k of a[m][2k] * b[k][2n] + a[m][2k + 1] * b[k][2n + 1] */
#define TILE_DOT(sums, a, b) __asm__ volatile("tdpbf16ps %%tmm" #b ", %%tmm" #a ", %%tmm" #sums : :)

typedef struct {
  uint8_t palette, start, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} Setup;

/* Every tile at its full size, for the calling thread; returns how it was before, which may be another library's. */
static inline Setup begin_tiles(void) {
  static const Setup whole = {.palette = 1, .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64}, .rows = {16, 16, 16, 16, 16, 16, 16, 16}};
  Setup before;
  __asm__ volatile("sttilecfg %0" : "=m"(before));
  __asm__ volatile("ldtilecfg %0" : : "m"(whole));
  return before;
}
static inline void end_tiles(Setup before) { __asm__ volatile("ldtilecfg %0" : : "m"(before)); }

#else

static _Thread_local uint32_t tiles[8][16][16];

__attribute__((target("fma"))) static inline float half_of(uint32_t pair, int which) {
  const uint32_t bits = which ? pair & 0xffff0000u : pair << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

__attribute__((target("fma"))) static inline void tile_dot(int sums, int a, int b) {
  for (int m = 0; m < 16; m++)
    for (int n = 0; n < 16; n++) {
      float sum[2] = {0}, all;
      for (int k = 0; k < 16; k++)
        for (int which = 0; which < 2; which++)
          sum[which] = __builtin_fmaf(half_of(tiles[a][m][k], which), half_of(tiles[b][k][n], which), sum[which]);
      memcpy(&all, &tiles[sums][m][n], sizeof all);
      all += sum[0] + sum[1];
      memcpy(&tiles[sums][m][n], &all, sizeof all);
    }
}
#define TILE_DOT(sums, a, b) tile_dot(sums, a, b)
#define TILE_LOAD(tile, from, bytes) \
  for (int r_ = 0; r_ < 16; r_++) memcpy(tiles[tile][r_], (const char *)(from) + r_ * (ptrdiff_t)(bytes), 64)
#define TILE_SAVE(tile, to, bytes) \
  for (int r_ = 0; r_ < 16; r_++) memcpy((char *)(to) + r_ * (ptrdiff_t)(bytes), tiles[tile][r_], 64)
#define TILE_ZERO(tile) memset(tiles[tile], 0, sizeof tiles[tile])
typedef int Setup;
static inline Setup begin_tiles(void) { return 0; }
static inline void end_tiles(Setup before) { (void)before; }

#endif
