import type { ShotGroup } from '../contract/dataset.js';
import { checkNumber } from '../option-errors.js';

/** Where the shot groups end. */
export interface ShotGroupOptions {
  /** Classes with more training examples than this are many-shot; default 100. */
  readonly many?: number;
  /** Classes with fewer training examples than this are few-shot; default 20. */
  readonly few?: number;
}

/**
 * The shot group of every class, `[classes]`, by its training examples n: many n > 100, few n < 20, medium between, both
 * bounds included (Liu et al., "Large-scale long-tailed recognition in an open world", 2019). Throws
 * TRAINER_OPTION_BAD_VALUE unless 0 ≤ few ≤ many.
 */
export function shotGroupsOf(
  classCounts: readonly number[],
  { many = 100, few = 20 }: ShotGroupOptions = {},
): ShotGroup[] {
  checkNumber('shotGroupsOf', 'many', many, { min: 0 }, '100');
  checkNumber('shotGroupsOf', 'few', few, { min: 0, max: many }, '20, or anything up to `many`');
  return classCounts.map((count) => (count > many ? 'many' : count < few ? 'few' : 'medium'));
}
