/* A 3x3 convolution of stride 1 with a border of zeros, and its two gradients, by Winograd's minimal filtering. */
#pragma once
#include <stdatomic.h>
#include <string.h>
#include "memory.h"
#include "products.h"
#include "turned.h"
#include "workers.h"

typedef struct {
  Shape shape;
  const void *x, *dy;
  const float *u;
  void *y;
  float *sums;
  int parts;
  atomic_int taken;
} Job;

/* Takes the next tiles until there are none; whoever takes them, the results are the same. */
FAST static void convolve_tiles(void *context, int part) {
  Job *job = context;
  const Shape *s = &job->shape;
  const int all = tiles_of(s);
  const size_t v_size = point_size(s->inputs), m_size = point_size(s->outputs);
  float *v = allocate(POINTS * (v_size + m_size)), *m = v + POINTS * v_size;
  (void)part;
  for (;;) {
    const int first = atomic_fetch_add(&job->taken, 1) * TILES;
    if (first >= all) break;
    const int count = all - first < TILES ? all - first : TILES;
    transform_data(s, job->x, first, count, v);
    for (int p = 0; p < POINTS; p++)
      multiply(s, v + p * v_size, job->u + (size_t)p * s->inputs * s->outputs, m + p * m_size);
    finish_results(s, m, first, count, job->y);
  }
  _mm_sfence(); /* the results went past the caches */
  free(v);
}

/* y[batch][height][width][outputs] of x[batch][height][width][inputs] and g[3][3][inputs][outputs] */
static void winograd(Shape shape, const void *x, const float *g, void *y) {
  Job job = {.shape = shape, .x = x, .y = y};
  float *u = allocate((size_t)POINTS * shape.inputs * shape.outputs);
  transform_filter(&shape, g, u);
  job.u = u;
  in_parallel(convolve_tiles, &job, count_parts());
  free(u);
}

/* The gradient of x. */
static void winograd_back(Shape shape, const void *dy, const float *g, void *dx) {
  float *turned = turn_filter(&shape, g);
  winograd(shape, dy, turned, dx);
  free(turned);
}

/* Sums of a fixed share of the tiles, so that their order depends on nothing but the number of threads. */
static void sum_tiles(void *context, int part) {
  Job *job = context;
  const Shape *s = &job->shape;
  const int all = tiles_of(s), blocks = (all + TILES - 1) / TILES;
  const size_t v_size = point_size(s->inputs), z_size = point_size(s->outputs);
  const size_t u_size = (size_t)s->inputs * s->outputs;
  float *v = allocate(POINTS * (v_size + z_size)), *z = v + POINTS * v_size;
  float *u = job->sums + POINTS * u_size * part;
  memset(u, 0, POINTS * u_size * sizeof(float));
  for (int block = blocks * part / job->parts; block < blocks * (part + 1) / job->parts; block++) {
    const int first = block * TILES, count = all - first < TILES ? all - first : TILES;
    transform_data(s, job->x, first, count, v);
    transform_gradient(s, job->dy, first, count, z);
    for (int p = 0; p < POINTS; p++) add_outer(s, v + p * v_size, z + p * z_size, count, u + p * u_size);
  }
  free(v);
}

/* The gradient of g. */
static void winograd_filter(Shape shape, const void *x, const void *dy, float *dg) {
  const size_t size = (size_t)POINTS * shape.inputs * shape.outputs;
  const int parts = count_parts();
  Job job = {.shape = shape, .x = x, .dy = dy, .parts = parts, .sums = allocate(size * parts)};
  in_parallel(sum_tiles, &job, parts);
  for (int part = 1; part < parts; part++)
    for (size_t at = 0; at < size; at++) job.sums[at] += job.sums[part * size + at];
  finish_filter_gradient(&shape, job.sums, dg);
  free(job.sums);
}
