import { check, defineOptions, list, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { ClassDataset, DatasetDefinition, LabelledSource } from '@evenkeel/trainer-core';
import { countClasses } from '@evenkeel/trainer-core';
import { interopErrors } from './errors.js';
import { readExamples } from './read-examples.js';
import type { Examples } from './read-examples.js';

/** A data set of your own, as iterables of single examples. */
export interface IterableDatasetOptions {
  /** Shown in reports, such as `mine`. */
  readonly name: string;
  /** One name per class, `[classes]`. */
  readonly classNames: readonly string[];
  readonly train: Examples;
  /** Held-out part of the training data; default none. */
  readonly validation?: Examples;
  readonly test: Examples;
  /** Most examples that a part may have, so that an endless stream ends in an error; default 1,000,000. */
  readonly maxExamples?: number;
}

const examples = check<Examples>(
  'an iterable of examples { xs, ys }, or a function that gives one',
  (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
);

/** The options of `fromAsyncIterable`. */
export const iterableDatasetOptions = defineOptions('fromAsyncIterable', interopErrors.BAD_OPTION, {
  name: text(),
  classNames: list(text(), 1),
  train: examples,
  validation: examples.optional(),
  test: examples,
  maxExamples: whole(1).default(1_000_000, '1,000,000'),
} satisfies SpecOf<IterableDatasetOptions>);

/**
 * A data set of async iterables, iterables or `tf.data` data sets of single examples `{ xs, ys }`. Each part is read once,
 * when a trainer first needs it, and kept in memory as float32, for other trainers with the same definition too: samplers need every label, and resume the same examples
 * in the same order. The data set's name ends with a checksum of all examples, so a resumed run that reads others, or
 * reads them in another order (a shuffle without a seed), is refused with `TRAINER_CHECKPOINT_MISMATCH`.
 *
 * Throws `INTEROP_BAD_OPTION`; while it is read `INTEROP_BAD_EXAMPLE`, `INTEROP_TOO_MANY_EXAMPLES` and `INTEROP_NO_EXAMPLES`.
 *
 * @example
 * fromAsyncIterable({ name: 'mine', classNames: ['cat', 'dog'], train: readRows('train.csv'), test: readRows('test.csv') });
 */
export function fromAsyncIterable(options: IterableDatasetOptions): DatasetDefinition<ClassDataset> {
  const { name, classNames, maxExamples, ...parts } = iterableDatasetOptions.read(options);
  const classes = classNames.length;
  const read = (part: 'train' | 'validation' | 'test', examples: Examples) =>
    readExamples(examples, { dataset: name, part, classes, maxExamples });
  let loaded: Promise<ClassDataset> | undefined;
  return {
    name,
    load(): Promise<ClassDataset> {
      // Several trainers may share the definition, and an iterator can be read once.
      loaded ??= load().catch((error: unknown) => {
        loaded = undefined;
        throw error;
      });
      return loaded;
    },
  };
  async function load(): Promise<ClassDataset> {
    const train = await read('train', parts.train);
    const validation = parts.validation && (await read('validation', parts.validation));
    const test = await read('test', parts.test);
    const sums = [train, validation, test].flatMap((part) => (part ? [checksum(part)] : []));
    return {
      name: `${name} (checksum ${sums.map((sum) => sum.toString(16).padStart(8, '0')).join('-')})`,
      classNames,
      classCounts: countClasses(train.labels, classes),
      train: inMemory(train),
      ...(validation && { validation: inMemory(validation) }),
      test: inMemory(test),
    };
  }
}

/** Examples in memory. */
interface Loaded {
  readonly exampleShape: readonly number[];
  /** `[examples]`. */
  readonly labels: Int32Array;
  /** `[examples, ...exampleShape]`. */
  readonly values: Float32Array;
}

function inMemory({ exampleShape, labels, values }: Loaded): LabelledSource {
  const length = values.length / labels.length;
  return {
    size: labels.length,
    labels,
    exampleShape,
    read(indices, into) {
      indices.forEach((index, row) =>
        into.set(values.subarray(index * length, (index + 1) * length), row * length),
      );
    },
  };
}

/** FNV-1a over the 32-bit words of labels and values. */
function checksum({ labels, values }: Loaded): number {
  let sum = 0x811c9dc5;
  for (const array of [labels, values]) {
    const words = new Uint32Array(array.buffer, array.byteOffset, array.length);
    for (const word of words) sum = Math.imul(sum ^ word, 0x01000193) >>> 0;
  }
  return sum;
}
