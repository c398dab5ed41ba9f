import { defineOptions, number, readArgument, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from '../errors.js';

/** What a class profile is made from. */
export interface ProfileOptions {
  /** Training examples of the largest class, such as 5000 for CIFAR-10. */
  readonly largest: number;
  /** Number of classes, 2 or more. */
  readonly classes: number;
  /** Imbalance factor: largest class / smallest class, 1 or more. */
  readonly imbalance: number;
}

/** What the option `imbalance` may be. */
export const imbalanceOption = number({ min: 1 });

const profileSpec = {
  largest: whole(1),
  classes: whole(2),
  imbalance: imbalanceOption,
} satisfies SpecOf<ProfileOptions>;

/** The options of `exponentialCounts`. */
export const exponentialOptions = defineOptions('exponentialCounts', errors.BAD_OPTION, profileSpec);

/** The options of `stepCounts`. */
export const stepOptions = defineOptions('stepCounts', errors.BAD_OPTION, profileSpec);

/**
 * Training examples per class that fall off exponentially from class 0 to the last one, `[classes]`:
 * `trunc(largest · (1 / imbalance)^(c / (classes - 1)))`, in this order of operations, as the CIFAR-LT subsets of the field
 * are made (Cui et al., CVPR 2019; Cao et al., NeurIPS 2019).
 * Throws `DATASETS_BAD_OPTION` also when the smallest class would be empty.
 *
 * @example
 * exponentialCounts({ largest: 5000, classes: 10, imbalance: 100 });
 * // [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]
 */
export function exponentialCounts(options: ProfileOptions): number[] {
  return exponential(exponentialOptions.read(options), exponentialOptions);
}

/** The same from options that were read; an imbalance that empties the smallest class is refused in their name. */
export function exponential(settings: ProfileOptions, refusing: Refusing): number[] {
  const { largest, classes, imbalance } = settings;
  return profile(settings, refusing, (c) => Math.trunc(largest * (1 / imbalance) ** (c / (classes - 1))));
}

/**
 * The first `floor(classes / 2)` classes have `largest` examples, the others `trunc(largest / imbalance)`, `[classes]`
 * (Buda et al., Neural Networks 2018). Throws as `exponentialCounts` does.
 */
export function stepCounts(options: ProfileOptions): number[] {
  return step(stepOptions.read(options), stepOptions);
}

/** The same from options that were read, as `exponential`. */
export function step(settings: ProfileOptions, refusing: Refusing): number[] {
  const { largest, classes, imbalance } = settings;
  return profile(settings, refusing, (c) =>
    c < Math.floor(classes / 2) ? largest : Math.trunc(largest * (1 / imbalance)),
  );
}

/**
 * Scales counts down to at most `limit` in all, `[classes]`: every class keeps one example, and the rest is shared in
 * proportion to `count - 1`, rounded down. Counts that already fit are returned as they are.
 * Throws `DATASETS_BAD_OPTION` when `limit` is below the number of classes.
 */
export function limitCounts(counts: readonly number[], limit: number): number[] {
  readArgument('limitCounts', errors.BAD_OPTION, 'limit', whole(counts.length), limit);
  return limited(counts, limit);
}

/** The same with a limit that was read. */
export function limited(counts: readonly number[], limit: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= limit) return [...counts];
  // Multiplied before it is divided: whole numbers stay exact, so that no float error costs an example.
  const spare = limit - counts.length;
  return counts.map((count) => 1 + Math.floor(((count - 1) * spare) / (total - counts.length)));
}

/** What can refuse an imbalance: the options that it was read from. */
export interface Refusing {
  refuse(option: 'imbalance', expected: string, received: unknown): Error;
}

function profile(
  { largest, classes, imbalance }: ProfileOptions,
  refusing: Refusing,
  countOf: (label: number) => number,
): number[] {
  const counts = Array.from({ length: classes }, (_, label) => countOf(label));
  if (counts[classes - 1] < 1) {
    const expected = `a number of at least 1 that leaves the smallest class one of ${largest} examples`;
    throw refusing.refuse('imbalance', expected, imbalance);
  }
  return counts;
}
