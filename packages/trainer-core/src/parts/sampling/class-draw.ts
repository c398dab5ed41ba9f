import type { RandomStream } from '../../random/random-stream.js';

/**
 * Draws classes with replacement from a distribution `[classes]` summing to 1, in O(log classes) per draw. Classes of
 * probability 0 never come.
 */
export function classDraw(distribution: Float64Array, random: RandomStream): () => number {
  let sum = 0;
  const cumulative = distribution.map((share) => (sum += share));
  // Rounding may leave the sum beside 1; scaling the draw keeps it below the last bound.
  return () => firstAbove(cumulative, random.uniform() * sum);
}

/** The first place whose bound is above `value`. */
function firstAbove(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bounds[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
