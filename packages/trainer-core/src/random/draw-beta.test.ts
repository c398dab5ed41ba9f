import { expect, it } from 'vitest';
import { drawBeta } from './draw-beta.js';
import { createRandom } from './random-stream.js';

it.each([0.1, 0.5, 1, 3])('has the mean 1/2 and the variance 1 / (4·(2α + 1)): α %d', (alpha) => {
  const random = createRandom(1, 'beta', alpha);
  const draws = Array.from({ length: 20_000 }, () => drawBeta(alpha, random));
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  expect(mean).toBeCloseTo(0.5, 2);
  expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1);
  for (const draw of draws) expect(draw >= 0 && draw <= 1).toBe(true);
});
