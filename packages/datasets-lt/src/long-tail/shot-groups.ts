import { defineOptions, list, number, readArgument, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { ShotGroup } from '@evenkeel/trainer-core';
import { errors } from '../errors.js';

/** Where many-shot begins and few-shot ends, in training examples per class. */
export interface ShotThresholds {
  /** Many-shot: more than this; default 100. */
  readonly many?: number;
  /** Few-shot: less than this; default 20. */
  readonly few?: number;
}

/** The options of `shotGroups`. */
export const shotGroupsOptions = defineOptions('shotGroups', errors.BAD_OPTION, {
  many: number({ min: 0 }).default(100),
  few: number({ min: 0 }).default(20),
} satisfies SpecOf<ShotThresholds>);

/**
 * The shot group of every class by its number of training examples, `[classes]`: many above 100, few below 20, medium
 * between, both ends included (Liu et al., "Large-scale long-tailed recognition in an open world", CVPR 2019).
 * Throws `DATASETS_BAD_OPTION` when `few > many`.
 */
export function shotGroups(classCounts: readonly number[], thresholds: ShotThresholds = {}): ShotGroup[] {
  const { many, few } = shotGroupsOptions.read(thresholds);
  if (few > many) throw shotGroupsOptions.refuse('few', `a number of at most ${many}, which is 'many'`, few);
  return classCounts.map((count) => (count > many ? 'many' : count < few ? 'few' : 'medium'));
}

/**
 * The shot group of every class by the rank of its number of training examples, `[classes]`: the `sizes[0]` largest
 * classes are many, the next `sizes[1]` medium, the others few; equal counts rank by label. Meant for sets of ten
 * classes, where the thresholds of `shotGroups` would call hardly any class few-shot. Default sizes: 30 %, 40 % and
 * 30 % of the classes, so 3, 4, 3 of ten. Throws `DATASETS_BAD_OPTION` when the sizes do not add up to the classes.
 */
export function shotGroupsByRank(
  classCounts: readonly number[],
  sizes: readonly [many: number, medium: number, few: number] = thirds(classCounts.length),
): ShotGroup[] {
  const fitting = list(whole(), 3, 3).where(
    `three whole numbers that add up to ${classCounts.length} classes`,
    ([many, medium, few]) => many + medium + few === classCounts.length,
  );
  const [many, medium] = readArgument('shotGroupsByRank', errors.BAD_OPTION, 'sizes', fitting, sizes);
  const byCount = classCounts
    .map((_, label) => label)
    .sort((a, b) => classCounts[b] - classCounts[a] || a - b);
  const groups = new Array<ShotGroup>(classCounts.length);
  byCount.forEach((label, rank) => {
    groups[label] = rank < many ? 'many' : rank < many + medium ? 'medium' : 'few';
  });
  return groups;
}

function thirds(classes: number): [number, number, number] {
  const outer = Math.round(0.3 * classes);
  return [outer, classes - 2 * outer, outer];
}
