import type { RandomStream } from './random-stream.js';

/**
 * A number in [0, 1] from Beta(α, α), α above 0: even over [0, 1] for 1, near the ends for less. Jöhnk's method: quick for small
 * α, and slow from about 4 on.
 */
export function drawBeta(alpha: number, random: RandomStream): number {
  for (;;) {
    const [a, b] = [random.uniform() ** (1 / alpha), random.uniform() ** (1 / alpha)];
    if (a + b > 0 && a + b <= 1) return a / (a + b);
  }
}
