import { defineOptions, list, text, whole } from '@evenkeel/errors';
import type { ReadOptions, SpecOf } from '@evenkeel/errors';
import { errors } from '../errors.js';
import { labels } from '../images/image-arrays.js';
import { numpyRandom } from './numpy-shuffle.js';

/** What `chooseSubset` chooses from. */
export interface SubsetOptions {
  /** Class of every available example, `[examples]`, in `0 .. classes - 1`. */
  readonly labels: Int32Array;
  /** How many examples of every class to take, `[classes]`. */
  readonly counts: readonly number[];
  /** An integer in 0 .. 2^32 - 1; default 0, the field's. */
  readonly seed?: number;
  /** For error texts; default: the labels themselves. */
  readonly classNames?: readonly string[];
  /** For error texts. */
  readonly dataset?: string;
}

/** What a seed may be. */
export const seedOption = whole(0, 0xffff_ffff);

/** The options of `chooseSubset`. */
export const subsetOptions = defineOptions('chooseSubset', errors.BAD_OPTION, {
  labels,
  counts: list(whole()),
  seed: seedOption.default(0),
  classNames: list(text()).optional('the labels themselves'),
  dataset: text().default('the data set'),
} satisfies SpecOf<SubsetOptions>);

/**
 * Chooses examples class by class: one array of example indices per class, in the shuffled order. Per class, in label
 * order, the indices of the class are shuffled and the first `counts[c]` are kept, by NumPy's legacy generator; with the
 * complete official CIFAR files and seed 0 these are the images that the LDAM-DRW code chooses (Cao et al., NeurIPS
 * 2019). Because the shuffles do not depend on the counts, a smaller subset is the beginning of a larger one.
 * Throws `DATASETS_BAD_OPTION`, and `DATASETS_CLASS_TOO_SMALL` when a class has fewer examples than asked for.
 */
export function chooseSubset(options: SubsetOptions): Int32Array[] {
  return subset(subsetOptions.read(options));
}

/** The same from options that were read. */
export function subset(options: ReadOptions<typeof subsetOptions.spec>): Int32Array[] {
  const { labels, counts, seed, dataset } = options;
  const random = numpyRandom(seed);
  return groupByClass(labels, counts.length).map((members, label) => {
    if (members.length < counts[label]) {
      const className = options.classNames?.[label] ?? String(label);
      throw errors.CLASS_TOO_SMALL({ dataset, className, needed: counts[label], found: members.length });
    }
    return random.shuffle(members).slice(0, counts[label]);
  });
}

/** The indices of every class in ascending order. */
function groupByClass(labels: Int32Array, classes: number): Int32Array[] {
  const sizes = new Int32Array(classes);
  for (const label of labels) sizes[label]++;
  const groups = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  labels.forEach((label, index) => (groups[label][sizes[label]++] = index));
  return groups;
}
