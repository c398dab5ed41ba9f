import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { ShotGroup } from '../../contract/dataset.js';
import { optionErrors } from '../../errors/option-errors.js';

/** Where the shot groups end. */
export interface ShotGroupOptions {
  /** Classes with more training examples than this are many-shot; default 100. */
  readonly many?: number;
  /** Classes with fewer training examples than this are few-shot; default 20. */
  readonly few?: number;
}

/** The options of `shotGroupsOf`. */
export const shotGroupsOptions = defineOptions('shotGroupsOf', optionErrors.BAD_VALUE, {
  many: number({ min: 0 }).default(100),
  few: number({ min: 0 }).default(20),
} satisfies SpecOf<ShotGroupOptions>);

/**
 * The shot group of every class, `[classes]`, by its training examples n: many n > 100, few n < 20, medium between, both
 * bounds included (Liu et al., "Large-scale long-tailed recognition in an open world", 2019). Throws
 * TRAINER_OPTION_BAD_VALUE unless 0 ≤ few ≤ many.
 */
export function shotGroupsOf(classCounts: readonly number[], options: ShotGroupOptions = {}): ShotGroup[] {
  const { many, few } = shotGroupsOptions.read(options);
  if (few > many) throw shotGroupsOptions.refuse('few', `a number of at most ${many}, which is 'many'`, few);
  return classCounts.map((count) => (count > many ? 'many' : count < few ? 'few' : 'medium'));
}
