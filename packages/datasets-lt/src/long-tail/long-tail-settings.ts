import { show } from '@evenkeel/errors';
import type { ShotGroup } from '@evenkeel/trainer-core';
import { errors } from '../errors.js';
import { type Augmentation, resolveAugmentation } from '../images/augmentation.js';
import type { LongTailOptions, Profile } from './long-tail-options.js';
import { exponentialCounts, limitCounts, stepCounts } from './profiles.js';
import { shotGroups, shotGroupsByRank } from './shot-groups.js';

/** What a data set brings along before any option is given. */
export interface DatasetTraits {
  /** Such as `cifar-10`. */
  readonly title: string;
  /** The factory, for error texts. */
  readonly factory: string;
  readonly classNames: readonly string[];
  /** Official training images of each class. */
  readonly largest: number;
  readonly augmentation: Augmentation;
  readonly shots: 'thresholds' | 'rank';
  /** Of pixels scaled to 0 .. 1, `[channels]`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly exampleShape: readonly [height: number, width: number, channels: number];
}

/** Checked options, worked out as far as that goes without reading a file. */
export interface LongTailSettings {
  readonly name: string;
  readonly seed: number;
  /** Images to choose of every class, validation included, `[classes]`. */
  readonly counts: readonly number[];
  /** How many of them are split off for validation, `[classes]`; absent: none. */
  readonly validationCounts?: readonly number[];
  /** What is left to train on, `[classes]`. */
  readonly classCounts: readonly number[];
  readonly shotGroups: readonly ShotGroup[];
  readonly augmentation: Augmentation | undefined;
}

/** Checks the options at the factory's door; throws `DATASETS_BAD_OPTION`. */
export function longTailSettings(options: LongTailOptions, traits: DatasetTraits): LongTailSettings {
  const { imbalance = 100, profile = 'exponential', seed = 0, limit, validation, augment = true } = options;
  const { factory: where, classNames, largest } = traits;
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw bad(where, 'seed', 'an integer in 0 .. 4294967295', seed);
  }
  const full = profileCounts(where, profile, { largest, classes: classNames.length, imbalance });
  const counts = limit === undefined ? full : limitCounts(full, limit);
  const heldOut = validation === undefined ? undefined : validationCounts(where, counts, validation);
  return {
    name: nameOf(traits.title, options),
    seed,
    counts,
    validationCounts: heldOut,
    classCounts: counts.map((count, label) => count - (heldOut?.[label] ?? 0)),
    shotGroups: chosenShots(where, full, options.shots ?? traits.shots),
    augmentation: resolveAugmentation(where, augment, traits.augmentation),
  };
}

function profileCounts(
  where: string,
  profile: Profile,
  options: { largest: number; classes: number; imbalance: number },
): number[] {
  switch (profile) {
    case 'exponential':
      return exponentialCounts(options);
    case 'step':
      return stepCounts(options);
    case 'balanced':
      return new Array<number>(options.classes).fill(options.largest);
    default:
      throw bad(where, 'profile', "'exponential', 'step' or 'balanced'", profile);
  }
}

function validationCounts(where: string, counts: readonly number[], validation: number): number[] {
  const whole = Number.isInteger(validation) && validation >= 1;
  if (!whole && !(validation > 0 && validation < 1)) {
    throw bad(where, 'validation', 'a fraction in (0, 1) or a whole number per class', validation);
  }
  const smallest = Math.min(...counts);
  if (whole && validation >= smallest) {
    throw bad(where, 'validation', `less than the smallest class, which has ${smallest} images`, validation);
  }
  if (whole) return counts.map(() => validation);
  return counts.map((count) => Math.min(Math.max(1, Math.round(count * validation)), count - 1));
}

function chosenShots(
  where: string,
  counts: readonly number[],
  shots: 'thresholds' | 'rank' | readonly ShotGroup[],
): readonly ShotGroup[] {
  if (shots === 'thresholds') return shotGroups(counts);
  if (shots === 'rank') return shotGroupsByRank(counts);
  const known = (group: unknown) => group === 'many' || group === 'medium' || group === 'few';
  if (!Array.isArray(shots) || shots.length !== counts.length || !shots.every(known)) {
    const expected = `'thresholds', 'rank' or a list of ${counts.length} groups ('many', 'medium' or 'few')`;
    throw bad(where, 'shots', expected, shots);
  }
  return shots;
}

function nameOf(title: string, options: LongTailOptions): string {
  const { imbalance = 100, profile = 'exponential', seed = 0, limit, validation } = options;
  const facts = [profile === 'balanced' ? 'balanced' : `imbalance ${imbalance}`];
  if (profile === 'step') facts[0] = `step ${facts[0]}`;
  if (seed !== 0) facts.push(`seed ${seed}`);
  if (limit !== undefined) facts.push(`limit ${limit}`);
  if (validation !== undefined) facts.push(`validation ${validation}`);
  return `${title}${profile === 'balanced' ? '' : '-lt'} (${facts.join(', ')})`;
}

function bad(where: string, option: string, expected: string, value: unknown): Error {
  return errors.BAD_OPTION({ where, option, expected, received: show(value) });
}
