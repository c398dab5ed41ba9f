import { func, list, number, oneOf, text, whole } from '@evenkeel/errors';
import type { OptionsReader, SpecOf } from '@evenkeel/errors';
import type { ShotGroup } from '@evenkeel/trainer-core';
import type { OnProgress } from '../files/progress.js';
import { type Augmentation, augmentOption, resolveAugmentation } from '../images/augmentation.js';
import { seedOption } from './choose-subset.js';
import type { LongTailOptions } from './long-tail-options.js';
import { exponential, imbalanceOption, limited, step } from './profiles.js';
import { shotGroups, shotGroupsByRank } from './shot-groups.js';

/** What a data set brings along before any option is given. */
export interface DatasetTraits {
  /** Such as `cifar-10`. */
  readonly title: string;
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

type WithDefault = 'imbalance' | 'profile' | 'seed' | 'augment' | 'shots';

/** The spec of a long-tailed data set: as its options, of which some are never missing once they are read. */
export type LongTailSpec = Pick<SpecOf<Required<LongTailOptions>>, WithDefault> &
  Omit<SpecOf<LongTailOptions>, WithDefault>;

/** What each option of a long-tailed data set may be. */
export function longTailSpec(traits: DatasetTraits): LongTailSpec {
  const classes = traits.classNames.length;
  return {
    imbalance: imbalanceOption.default(100),
    profile: oneOf('exponential', 'step', 'balanced').default('exponential'),
    seed: seedOption.default(0),
    limit: whole(classes).optional(),
    augment: augmentOption.default(true),
    validation: number({ above: 0, below: 1 }).or(whole(1)).optional(),
    shots: oneOf('thresholds', 'rank')
      .or(list(oneOf('many', 'medium', 'few'), classes, classes))
      .default(traits.shots),
    dataDir: text('a path').optional(),
    onProgress: func<OnProgress>().optional(),
  };
}

/** The options of a long-tailed data set. */
export type LongTailReader = OptionsReader<LongTailSpec>;

/** Works out options that were read; throws `DATASETS_BAD_OPTION` in the name of their reader where they do not fit together. */
export function longTailSettings(
  options: ReturnType<LongTailReader['read']>,
  traits: DatasetTraits,
  reader: Pick<LongTailReader, 'refuse'>,
): LongTailSettings {
  const { seed, limit, validation } = options;
  const full = profileCounts(options, traits, reader);
  const counts = limit === undefined ? full : limited(full, limit);
  const heldOut = validation === undefined ? undefined : validationCounts(counts, validation, reader);
  return {
    name: nameOf(traits.title, options),
    seed,
    counts,
    validationCounts: heldOut,
    classCounts: counts.map((count, label) => count - (heldOut?.[label] ?? 0)),
    shotGroups: chosenShots(full, options.shots),
    augmentation: resolveAugmentation(options.augment, traits.augmentation),
  };
}

function profileCounts(
  { profile, imbalance }: Required<Pick<LongTailOptions, 'profile' | 'imbalance'>>,
  { largest, classNames }: DatasetTraits,
  reader: Pick<LongTailReader, 'refuse'>,
): number[] {
  const classes = classNames.length;
  switch (profile) {
    case 'exponential':
      return exponential({ largest, classes, imbalance }, reader);
    case 'step':
      return step({ largest, classes, imbalance }, reader);
    case 'balanced':
      return new Array<number>(classes).fill(largest);
  }
}

function validationCounts(
  counts: readonly number[],
  validation: number,
  reader: Pick<LongTailReader, 'refuse'>,
): number[] {
  if (validation < 1) {
    return counts.map((count) => Math.min(Math.max(1, Math.round(count * validation)), count - 1));
  }
  const smallest = Math.min(...counts);
  if (validation >= smallest) {
    const expected = `less than the smallest class, which has ${smallest} images`;
    throw reader.refuse('validation', expected, validation);
  }
  return counts.map(() => validation);
}

function chosenShots(
  counts: readonly number[],
  shots: 'thresholds' | 'rank' | readonly ShotGroup[],
): readonly ShotGroup[] {
  if (shots === 'thresholds') return shotGroups(counts);
  return shots === 'rank' ? shotGroupsByRank(counts) : shots;
}

function nameOf(
  title: string,
  { imbalance, profile, seed, limit, validation }: ReturnType<LongTailReader['read']>,
): string {
  const facts = [profile === 'balanced' ? 'balanced' : `imbalance ${imbalance}`];
  if (profile === 'step') facts[0] = `step ${facts[0]}`;
  if (seed !== 0) facts.push(`seed ${seed}`);
  if (limit !== undefined) facts.push(`limit ${limit}`);
  if (validation !== undefined) facts.push(`validation ${validation}`);
  return `${title}${profile === 'balanced' ? '' : '-lt'} (${facts.join(', ')})`;
}
