import { show } from '@evenkeel/errors';
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
  const { largest, classes, imbalance } = options;
  return profile('exponentialCounts', options, (c) =>
    Math.trunc(largest * (1 / imbalance) ** (c / (classes - 1))),
  );
}

/**
 * The first `floor(classes / 2)` classes have `largest` examples, the others `trunc(largest / imbalance)`, `[classes]`
 * (Buda et al., Neural Networks 2018). Throws as `exponentialCounts` does.
 */
export function stepCounts(options: ProfileOptions): number[] {
  const { largest, classes, imbalance } = options;
  return profile('stepCounts', options, (c) =>
    c < Math.floor(classes / 2) ? largest : Math.trunc(largest * (1 / imbalance)),
  );
}

/**
 * Scales counts down to at most `limit` in all, `[classes]`: every class keeps one example, and the rest is shared in
 * proportion to `count - 1`, rounded down. Counts that already fit are returned as they are.
 * Throws `DATASETS_BAD_OPTION` when `limit` is below the number of classes.
 */
export function limitCounts(counts: readonly number[], limit: number): number[] {
  if (!Number.isInteger(limit) || limit < counts.length) {
    const expected = `an integer of ${counts.length} (the number of classes) or more`;
    throw errors.BAD_OPTION({ where: 'limitCounts', option: 'limit', expected, received: show(limit) });
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= limit) return [...counts];
  // Multiplied before it is divided: whole numbers stay exact, so that no float error costs an example.
  const spare = limit - counts.length;
  return counts.map((count) => 1 + Math.floor(((count - 1) * spare) / (total - counts.length)));
}

/** Checks the options before and the smallest class after `countOf` has made the counts. */
function profile(where: string, options: ProfileOptions, countOf: (label: number) => number): number[] {
  const { largest, classes, imbalance } = options;
  const fail = (option: string, expected: string, value: unknown) =>
    errors.BAD_OPTION({ where, option, expected, received: show(value) });
  if (!Number.isInteger(largest) || largest < 1) throw fail('largest', 'an integer of 1 or more', largest);
  if (!Number.isInteger(classes) || classes < 2) throw fail('classes', 'an integer of 2 or more', classes);
  const factor = `a number of 1 or more that leaves the smallest class one of ${largest} examples`;
  if (!(imbalance >= 1)) throw fail('imbalance', factor, imbalance);
  const counts = Array.from({ length: classes }, (_, label) => countOf(label));
  if (counts[classes - 1] < 1) throw fail('imbalance', factor, imbalance);
  return counts;
}
