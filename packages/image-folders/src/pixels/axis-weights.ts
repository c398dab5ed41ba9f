import type { KernelMemory } from '../kernels/kernel-memory.js';

/** Fixed point with as many bits as a byte and two carries leave of 32. */
const BITS = 22;
/** A weight is kept as two numbers of 16 bits, `high` · 2^11 + `low`. */
const LOW_BITS = 11;

/** For every place of an axis: which pixels it is made of, and their weights, in the kernels' memory. */
export interface AxisWeights {
  /** `[places]`, 32 bits: the first of 2 · `pairs` pixels. */
  readonly first: number;
  /** `[places, pairs, 4]`, 16 bits: the high parts of two weights and their low parts; those of a place sum to 2^22. */
  readonly weights: number;
  readonly pairs: number;
  /** The pixels that any place is made of: from this one ... */
  readonly from: number;
  /** ... to before this one. */
  readonly to: number;
}

/**
 * The triangle filter that widens as an axis shrinks, from `size` pixels to `resized`, for `length` places from `start` on: the weights of
 * Pillow's `Image.resize(…, BILINEAR)`.
 */
export function axisWeights(
  memory: KernelMemory,
  size: number,
  resized: number,
  start: number,
  length: number,
): AxisWeights {
  const scale = size / resized;
  const reach = Math.max(scale, 1);
  const middleOf = (place: number) => (start + place + 0.5) * scale;
  const leastOf = (middle: number) => Math.max(0, Math.trunc(middle - reach + 0.5));
  const mostOf = (middle: number) => Math.min(size, Math.trunc(middle + reach + 0.5));
  let most = 0;
  for (let place = 0; place < length; place++) {
    const middle = middleOf(place);
    most = Math.max(most, mostOf(middle) - leastOf(middle));
  }
  const pairs = Math.ceil(most / 2);
  const firstAt = memory.take(4 * length);
  const weightsAt = memory.take(8 * pairs * length);
  const first = memory.integers(firstAt, length);
  const weights = memory.shorts(weightsAt, 4 * pairs * length).fill(0);
  const exact = new Float64Array(most);
  for (let place = 0; place < length; place++) {
    const middle = middleOf(place);
    const least = leastOf(middle);
    const count = mostOf(middle) - least;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const distance = Math.abs((k + least - middle + 0.5) * (1 / reach));
      exact[k] = distance < 1 ? 1 - distance : 0;
      sum += exact[k];
    }
    // Pairs that would reach beyond the last pixel begin earlier, with weights of zero.
    const begin = Math.max(0, Math.min(least, size - 2 * pairs));
    first[place] = begin;
    for (let k = 0; k < count; k++) {
      const weight = Math.trunc(0.5 + (exact[k] / sum) * (1 << BITS));
      const pixel = least - begin + k;
      const at = 4 * (place * pairs + (pixel >> 1)) + (pixel & 1);
      weights[at] = weight >> LOW_BITS;
      weights[at + 2] = weight & ((1 << LOW_BITS) - 1);
    }
  }
  const to = Math.min(size, first[length - 1] + 2 * pairs);
  return { first: firstAt, weights: weightsAt, pairs, from: first[0], to };
}
