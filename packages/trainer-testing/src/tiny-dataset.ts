import { defineOptions, list, number, oneOf, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { createRandom } from '@evenkeel/trainer-core';
import type { ClassDataset, LabelledSource, RandomStream, ShotGroup } from '@evenkeel/trainer-core';
import { testingErrors } from './errors.js';

/** What a tiny data set is made of. */
export interface TinyDatasetOptions {
  /** Training examples of every class, each 1 or more; default `[24, 8, 4]`. */
  readonly classCounts?: readonly number[];
  /** Test examples per class, 1 or more; default 4. */
  readonly testPerClass?: number;
  /** Validation examples per class; default 0, which makes no validation part. */
  readonly validationPerClass?: number;
  /** Shape of one example; default `[4, 4, 1]`. */
  readonly exampleShape?: readonly number[];
  /** Standard deviation of the examples around the centre of their class, 0 or more; default 0.3. */
  readonly spread?: number;
  /** Largest value that augmentation adds to or takes from each number, 0 or more; default 0.1. */
  readonly noise?: number;
  /** Shot group of every class; default: the trainer's thresholds decide. */
  readonly shotGroups?: readonly ShotGroup[];
  /** Another seed, other numbers; default 1. */
  readonly seed?: number;
}

/** The options of `tinyDataset`. */
export const tinyDatasetOptions = defineOptions('tinyDataset', testingErrors.BAD_OPTION, {
  classCounts: list(whole(1), 2).default([24, 8, 4], '[24, 8, 4]'),
  testPerClass: whole(1).default(4),
  validationPerClass: whole().default(0),
  exampleShape: list(whole(1), 1).default([4, 4, 1], '[4, 4, 1]'),
  spread: number({ min: 0 }).default(0.3),
  noise: number({ min: 0 }).default(0.1),
  shotGroups: list(oneOf('many', 'medium', 'few')).optional('by thresholds'),
  seed: whole().default(1),
} satisfies SpecOf<TinyDatasetOptions>);

/**
 * A long-tailed data set in memory: one normal blob per class, their centres drawn from a standard normal, so that
 * with 8 or more numbers per example a linear classifier tells them apart. Examples are ordered by class. Reading with
 * random streams adds noise from them, so that a test of resuming notices a stream out of place. Throws
 * `TESTING_BAD_OPTION`.
 *
 * @example
 * const trainer = createTrainer({ data: tinyDataset({ classCounts: [50, 10, 2] }), model: tinyBackbone(), seed: 1 });
 */
export function tinyDataset(options: TinyDatasetOptions = {}): ClassDataset {
  const { classCounts, testPerClass, validationPerClass, exampleShape, spread, noise, shotGroups, seed } =
    tinyDatasetOptions.read(options);
  const size = exampleShape.reduce((product, axis) => product * axis, 1);
  const centres = classCounts.map((_, label) => normals(size, createRandom(seed, 'tiny', 'centre', label)));
  const part = (name: string, counts: readonly number[]): LabelledSource => {
    const labels = Int32Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label)));
    const random = createRandom(seed, 'tiny', name);
    const examples = Array.from(labels, (label) => {
      const deviations = normals(size, random);
      return centres[label].map((value, i) => value + spread * deviations[i]);
    });
    return { size: labels.length, labels, exampleShape, read: reader(examples, size, noise) };
  };
  const perClass = (count: number) => classCounts.map(() => count);
  return {
    name: 'tiny',
    classNames: classCounts.map((_, label) => `class ${label}`),
    classCounts,
    shotGroups,
    train: part('train', classCounts),
    validation: validationPerClass > 0 ? part('validation', perClass(validationPerClass)) : undefined,
    test: part('test', perClass(testPerClass)),
  };
}

function reader(examples: readonly Float32Array[], size: number, noise: number): LabelledSource['read'] {
  return (indices, into, randomOf) => {
    indices.forEach((index, row) => {
      into.set(examples[index], row * size);
      if (randomOf === undefined) return;
      const random = randomOf(row);
      for (let i = row * size; i < (row + 1) * size; i++) into[i] += noise * (2 * random.uniform() - 1);
    });
  };
}

function normals(size: number, random: RandomStream): Float32Array {
  return Float32Array.from({ length: size }, () => random.normal());
}
