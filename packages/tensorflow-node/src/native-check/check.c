/*
 * Compares every kernel of every level of instructions that this processor has with plain loops in double, over odd sizes, and
 * what is fused with what is not, bit for bit. Prints what is wrong; ends with the number of failures, 0 where there is none.
 * Made to be compiled with -fsanitize=address,undefined: every buffer is as long as it has to be and no longer.
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../native/kernels.h"

static int failures = 0, checks = 0;
static const char *level;
static const Kernels *k;
/* Whether 3x3 convolutions in bfloat16 round their filters to it. */
static bool by_tiles = false;

static double next_number(void) {
  static uint64_t state = 1;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 40) / (1 << 23) - 1;
}

/* An exact piece of memory, aligned as TensorFlow aligns tensors. */
static void *memory(size_t bytes) {
  void *made = NULL;
  if (posix_memalign(&made, 64, bytes ? bytes : 1) != 0) abort();
  return made;
}

static uint16_t to_half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static float from_half(uint16_t half) {
  const uint32_t bits = (uint32_t)half << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

typedef struct {
  void *data;
  size_t size;
  bool half;
} Images;

static Images images(size_t size, bool half) { return (Images){memory(size * (half ? 2 : 4)), size, half}; }

static double get(Images i, size_t at) { return i.half ? from_half(((uint16_t *)i.data)[at]) : ((float *)i.data)[at]; }

static void put(Images i, size_t at, double value) {
  if (i.half) ((uint16_t *)i.data)[at] = to_half((float)value);
  else ((float *)i.data)[at] = (float)value;
}

static Images noise(size_t size, bool half, double offset) {
  Images made = images(size, half);
  for (size_t at = 0; at < size; at++) put(made, at, offset + next_number());
  return made;
}

static void expect(bool holds, const char *what, const char *detail) {
  checks++;
  if (holds) return;
  failures++;
  printf("%s: %s: %s\n", level, what, detail);
}

/* Within `tolerance` of the largest value expected (at least 0.5), and, in bfloat16, what rounding adds. */
static void close_to(Images actual, const double *expected, double tolerance, const char *what) {
  double scale = 0.5, worst = 0;
  char detail[120];
  for (size_t at = 0; at < actual.size; at++) scale = fmax(scale, fabs(expected[at]));
  for (size_t at = 0; at < actual.size; at++) {
    const double error = fabs(get(actual, at) - expected[at]) / scale;
    if (!(error <= worst)) worst = error;
  }
  snprintf(detail, sizeof detail, "off by %.2e of the largest value, %s", worst, actual.half ? "bfloat16" : "float32");
  expect(worst <= tolerance + (actual.half ? 0.004 : 0), what, detail);
}

static void same_bits(Images one, Images other, const char *what) {
  expect(one.size == other.size && memcmp(one.data, other.data, one.size * (one.half ? 2 : 4)) == 0, what, "other bits");
}

static void release(int count, Images *all) {
  for (int at = 0; at < count; at++) free(all[at].data);
}

static void check_convolution(Shape s, bool same) {
  char what[160];
  snprintf(what, sizeof what, "%s [%d, %d, %d, %d] by %dx%d to %d, stride %d", same ? "same3x3" : "direct", s.batch,
           s.height, s.width, s.inputs, s.tall, s.wide, s.outputs, s.stride);
  const size_t xs = (size_t)s.batch * s.height * s.width * s.inputs, gs = (size_t)s.tall * s.wide * s.inputs * s.outputs;
  const size_t ys = (size_t)s.batch * s.rows * s.columns * s.outputs;
  Images x = noise(xs, s.half, 0), g = noise(gs, false, 0), dy = noise(ys, s.half, 0);
  Images y = images(ys, s.half), dx = images(xs, s.half), dg = images(gs, false), again = images(gs, false);
  double *ey = calloc(ys, 8), *ex = calloc(xs, 8), *eg = calloc(gs, 8);
  for (size_t at = 0; at < gs && by_tiles && same && s.half; at++) put(g, at, from_half(to_half((float)get(g, at))));
  for (int n = 0; n < s.batch; n++)
    for (int row = 0; row < s.rows; row++)
      for (int column = 0; column < s.columns; column++)
        for (int a = 0; a < s.tall; a++)
          for (int b = 0; b < s.wide; b++) {
            const int down = row * s.stride + a - s.above, right = column * s.stride + b - s.left;
            if (down < 0 || right < 0 || down >= s.height || right >= s.width) continue;
            for (int i = 0; i < s.inputs; i++)
              for (int o = 0; o < s.outputs; o++) {
                const size_t ix = (((size_t)n * s.height + down) * s.width + right) * s.inputs + i;
                const size_t ig = (((size_t)a * s.wide + b) * s.inputs + i) * s.outputs + o;
                const size_t iy = (((size_t)n * s.rows + row) * s.columns + column) * s.outputs + o;
                ey[iy] += get(x, ix) * get(g, ig);
                ex[ix] += get(dy, iy) * get(g, ig);
                eg[ig] += get(dy, iy) * get(x, ix);
              }
          }
  const double tolerance = same ? 3e-5 : 1e-5;
  (same ? k->same3x3 : k->direct)(s, x.data, g.data, y.data);
  close_to(y, ey, tolerance, what);
  if (s.inputs % 16 == 0) {
    (same ? k->same3x3_back : k->direct_back)(s, dy.data, g.data, dx.data);
    close_to(dx, ex, tolerance, what);
  }
  (same ? k->same3x3_filter : k->direct_filter)(s, x.data, dy.data, dg.data);
  close_to(dg, eg, tolerance, what);
  (same ? k->same3x3_filter : k->direct_filter)(s, x.data, dy.data, again.data);
  same_bits(dg, again, what);
  release(7, (Images[]){x, g, dy, y, dx, dg, again});
  free(ey), free(ex), free(eg);
}

static void check_convolutions(void) {
  static const int whole[][5] = {{2, 8, 8, 16, 16}, {3, 5, 7, 32, 16}, {1, 1, 2, 16, 48}, {5, 13, 6, 16, 64},
                                {2, 4, 3, 64, 32}, {2, 9, 5, 48, 48}, {1, 47, 50, 16, 16}, {1, 34, 40, 32, 32}, {40, 3, 4, 32, 64}};
  static const int any[][8] = {
      {2, 8, 8, 3, 16, 3, 3, 1},   {3, 7, 5, 16, 32, 3, 3, 2},  {2, 9, 11, 16, 48, 5, 5, 3}, {1, 15, 13, 3, 64, 7, 7, 2},
      {2, 5, 3, 32, 64, 1, 1, 1},  {3, 7, 6, 16, 16, 1, 1, 2},  {1, 1, 1, 16, 16, 3, 3, 2},  {2, 2, 9, 48, 16, 3, 3, 1},
      {1, 30, 31, 1, 16, 3, 1, 1}, {2, 6, 6, 16, 80, 1, 5, 1},
  };
  for (int half = 0; half < 2; half++) {
    for (size_t at = 0; at < sizeof whole / sizeof whole[0]; at++) {
      const int *w = whole[at];
      const Shape s = {w[0], w[1], w[2], w[3], w[4], half, w[1], w[2], 3, 3, 1, 1, 1};
      check_convolution(s, true);
      check_convolution(s, false);
    }
    for (size_t at = 0; at < sizeof any / sizeof any[0]; at++) {
      const int *a = any[at], stride = a[7];
      const Shape s = {a[0], a[1], a[2], a[3], a[4], half, (a[1] - 1) / stride + 1, (a[2] - 1) / stride + 1,
                       a[5], a[6], stride, (a[5] - 1) / 2, (a[6] - 1) / 2};
      check_convolution(s, false);
    }
  }
}

/* That the tiles were there: of weights 1 + 2^-9 and 1 for values 1 and -1 they leave 0, the others 2^-9. */
static void check_rounding(void) {
  enum { CHANNELS = 16, WEIGHTS = 9 * CHANNELS * CHANNELS };
  const Shape s = {1, 1, 1, CHANNELS, CHANNELS, true, 1, 1, 3, 3, 1, 1, 1};
  Images x = images(CHANNELS, true), g = images(WEIGHTS, false), y = images(CHANNELS, true);
  for (size_t at = 0; at < CHANNELS; at++) put(x, at, at == 0 ? 1 : at == 1 ? -1 : 0);
  for (size_t at = 0; at < WEIGHTS; at++) put(g, at, at / CHANNELS % CHANNELS == 0 ? 1 + 1. / 512 : 1);
  k->same3x3(s, x.data, g.data, y.data);
  bool rounded = true;
  for (size_t at = 0; at < CHANNELS; at++) rounded = rounded && get(y, at) == 0;
  expect(rounded, "same3x3", "not by tiles");
  release(3, (Images[]){x, g, y});
}

static Images vector(int channels, double offset) { return noise((size_t)channels, false, offset); }

static void check_normalisation(size_t pixels, int channels, bool half) {
  char what[120];
  const size_t size = pixels * channels;
  const double epsilon = 1e-3;
  snprintf(what, sizeof what, "normalisation of %zu pixels with %d channels", pixels, channels);
  Images x = noise(size, half, 3), z = noise(size, half, 0), dy = noise(size, half, 0), more = noise(size, half, 0);
  Images gamma = vector(channels, 1.5), beta = vector(channels, 0), mean = images(channels, false);
  Images variance = images(channels, false), inverse = images(channels, false);
  Images y = images(size, half), fused = images(size, half), dx = images(size, half), rest = images(size, half);
  Images dgamma = images(channels, false), dbeta = images(channels, false), upstream = images(size, half);
  Normalisation n = {.pixels = pixels, .channels = channels, .half = half, .epsilon = (float)epsilon, .x = x.data,
                     .gamma = gamma.data, .beta = beta.data, .y = y.data, .mean = mean.data, .variance = variance.data,
                     .inverse = inverse.data, .dx = dx.data, .dgamma = dgamma.data, .dbeta = dbeta.data};
  double *m = calloc(channels, 8), *v = calloc(channels, 8), *e = calloc(size, 8), *eg = calloc(channels, 8), *eb = calloc(channels, 8);
  for (size_t at = 0; at < size; at++) m[at % channels] += get(x, at) / pixels;
  for (size_t at = 0; at < size; at++) v[at % channels] += pow(get(x, at) - m[at % channels], 2) / pixels;
  k->normalise(n);
  close_to(mean, m, 1e-6, what), close_to(variance, v, 1e-5, what);
#define NORMED(at) ((get(x, at) - m[(at) % channels]) / sqrt(v[(at) % channels] + epsilon))
  for (size_t at = 0; at < size; at++) e[at] = NORMED(at) * get(gamma, at % channels) + get(beta, at % channels);
  close_to(y, e, 1e-5, what);

  /* With a sum and a ReLU, the same bits as one after the other; in bfloat16 there is no rounding between them. */
  for (int adds = 0; adds < 2; adds++) {
    Normalisation f = n;
    f.relu = true, f.y = fused.data, f.residual = adds ? z.data : NULL;
    k->normalise(f);
    for (size_t at = 0; at < size; at++) e[at] = fmax(0, NORMED(at) * get(gamma, at % channels) + get(beta, at % channels) + (adds ? get(z, at) : 0));
    close_to(fused, e, 1e-5, what);
    if (!half) {
      Images apart = images(size, false);
      for (size_t at = 0; at < size; at++) {
        const float sum = ((float *)y.data)[at] + (adds ? ((float *)z.data)[at] : 0);
        put(apart, at, sum > 0 ? sum : 0);
      }
      same_bits(fused, apart, what);
      free(apart.data);
    }
    for (int sums = 0; sums < 2; sums++) {
      Normalisation b = n;
      b.relu = true, b.dy = dy.data, b.more = sums ? more.data : NULL, b.result = adds ? fused.data : NULL;
      b.rest = adds ? rest.data : NULL;
      k->normalise_back(b);
      memset(eg, 0, channels * 8), memset(eb, 0, channels * 8);
      for (size_t at = 0; at < size; at++) {
        const double d = get(fused, at) > 0 ? get(dy, at) + (sums ? get(more, at) : 0) : 0;
        put(upstream, at, d), e[at] = d;
        eb[at % channels] += d, eg[at % channels] += d * NORMED(at);
      }
      close_to(dbeta, eb, 1e-5, what), close_to(dgamma, eg, half ? 0.004 : 1e-5, what);
      if (adds) close_to(rest, e, 1e-7, what);
      for (size_t at = 0; at < size; at++) {
        const int c = at % channels;
        /* The second pass takes the gradient as it was stored. */
        const double d = adds ? get(rest, at) : e[at];
        e[at] = get(gamma, c) / sqrt(v[c] + epsilon) * (d - eb[c] / pixels - NORMED(at) * eg[c] / pixels);
      }
      close_to(dx, e, half ? 0.004 : 1e-5, what);
      if (!half) {
        Images alone = images(size, false), g2 = images(channels, false), b2 = images(channels, false);
        Normalisation plain = n;
        plain.dy = upstream.data, plain.dx = alone.data, plain.dgamma = g2.data, plain.dbeta = b2.data;
        k->normalise_back(plain);
        same_bits(dx, alone, what), same_bits(dgamma, g2, what), same_bits(dbeta, b2, what);
        release(3, (Images[]){alone, g2, b2});
      }
    }
    Normalisation a = f;
    a.relu = adds;
    k->affine(a);
    for (size_t at = 0; at < size; at++) {
      const float product = (float)get(x, at) * (float)get(gamma, at % channels), shifted = product + (float)get(beta, at % channels);
      const float sum = adds ? shifted + (float)get(z, at) : shifted;
      put(upstream, at, adds && !(sum > 0) ? 0 : sum);
    }
    same_bits(fused, upstream, "affine");
  }
  release(16, (Images[]){x, z, dy, more, gamma, beta, mean, variance, inverse, y, fused, dx, rest, dgamma, dbeta, upstream});
  free(m), free(v), free(e), free(eg), free(eb);
}

static void check_descent(size_t size) {
  Images w = noise(size, false, 0), g = noise(size, false, 0), v = noise(size, false, 0);
  Images w_next = images(size, false), v_next = images(size, false), ew = images(size, false), ev = images(size, false);
  for (int decays = 0; decays < 2; decays++) {
    const float decay = decays ? 2e-4f : 0, momentum = 0.9f, rate = 0.1f;
    k->descend(size, w.data, g.data, v.data, rate, momentum, decay, w_next.data, v_next.data);
    for (size_t at = 0; at < size; at++) {
      const float weight = ((float *)w.data)[at], pull = weight * decay, kept = ((float *)v.data)[at] * momentum;
      const float gradient = decays ? ((float *)g.data)[at] + pull : ((float *)g.data)[at];
      const float velocity = kept + gradient, step = velocity * rate;
      put(ev, at, velocity), put(ew, at, weight - step);
    }
    same_bits(w_next, ew, "descent"), same_bits(v_next, ev, "descent");
  }
  release(7, (Images[]){w, g, v, w_next, v_next, ew, ev});
}

static void check_level(const char *name, const Kernels *kernels) {
  static const size_t pixels[] = {7, 127, 128, 129, 300, 1100};
  static const int channels[] = {1, 3, 8, 16, 17, 40, 64};
  level = name, k = kernels;
  check_convolutions();
  if (by_tiles) check_rounding();
  for (size_t p = 0; p < sizeof pixels / sizeof pixels[0]; p++)
    for (size_t c = 0; c < sizeof channels / sizeof channels[0]; c++)
      for (int half = 0; half < 2; half++) check_normalisation(pixels[p], channels[c], half);
  for (size_t size = 1; size < 70; size += 3) check_descent(size);
}

extern const Kernels *kernels_amx_in_software(const Kernels *others);

int main(void) {
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) check_level("AVX2", &kernels_avx2);
  if (__builtin_cpu_supports("avx512f")) {
    check_level("AVX-512", &kernels_avx512);
    const Kernels *most = &kernels_avx512;
    if (has_avx512_bf16()) check_level("AVX512_BF16", most = &kernels_avx512_bf16);
    by_tiles = true;
    check_level("AMX in software", kernels_amx_in_software(most));
    const Kernels *amx = kernels_amx(most);
    if (amx) check_level("AMX", amx);
  }
  printf("%d checks, %d failures\n", checks, failures);
  return failures > 0;
}
