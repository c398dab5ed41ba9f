import type { ClassDataset, ShotGroup } from '@evenkeel/trainer-core';
import { defineOptions, list, object, oneOf, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from '../errors.js';
import { shotGroups } from '../long-tail/shot-groups.js';
import { type AugmentOption, augmentOption, resolveAugmentation } from './augmentation.js';
import { channelStatistics } from './channel-statistics.js';
import { bytes, imageShape, labels, perChannel } from './image-arrays.js';
import { ImageSource } from './image-source.js';

/** Images and their classes. */
export interface LabelledArrays {
  /** Pixels 0 .. 255, `[images, height, width, channels]`, flat. */
  readonly images: Uint8Array;
  /** `[images]`, in `0 .. classes - 1`. */
  readonly labels: Int32Array;
}

/** What `fromArrays` makes a data set of. */
export interface FromArraysOptions {
  /** Shown in reports. */
  readonly name: string;
  /** `[height, width, channels]`. */
  readonly exampleShape: readonly [height: number, width: number, channels: number];
  /** One name per class; their number is the number of classes. */
  readonly classNames: readonly string[];
  readonly train: LabelledArrays;
  readonly validation?: LabelledArrays;
  readonly test: LabelledArrays;
  /** Of pixels scaled to 0 .. 1, `[channels]`; default: measured on the training images. */
  readonly mean?: readonly number[];
  /** As `mean`. */
  readonly std?: readonly number[];
  /** Default `false`; `true`: pad 4 and flip. */
  readonly augment?: AugmentOption;
  /** `[classes]`; default: by the thresholds of `shotGroups`. */
  readonly shots?: readonly ShotGroup[];
}

const arrays = object({ images: bytes, labels });

/** The options of `fromArrays`. */
export const fromArraysOptions = defineOptions('fromArrays', errors.BAD_OPTION, {
  name: text(),
  exampleShape: imageShape,
  classNames: list(text(), 1),
  train: arrays,
  validation: arrays.optional(),
  test: arrays,
  mean: perChannel.optional('measured on the training images'),
  std: perChannel.optional('measured on the training images'),
  augment: augmentOption.default(false),
  shots: list(oneOf('many', 'medium', 'few')).optional('by the thresholds of `shotGroups`'),
} satisfies SpecOf<FromArraysOptions>);

/**
 * A data set of your own images, which are kept as bytes and not copied. Anything that is no image can be brought by
 * writing an `ExampleSource`, three fields and one method.
 * Throws `DATASETS_BAD_OPTION` for labels out of range or lists of the wrong length and `DATASETS_ARRAY_LENGTH` for arrays that do not
 * fit together.
 */
export function fromArrays(options: FromArraysOptions): ClassDataset {
  const read = fromArraysOptions.read(options);
  const { name, exampleShape, classNames, train, validation, test, augment } = read;
  const fail = (option: string, expected: string, received: unknown) =>
    errors.BAD_OPTION({ where: 'fromArrays', option, expected, received });
  for (const [part, arrays] of Object.entries({ train, validation, test })) {
    if (arrays === undefined) continue;
    const { images, labels } = arrays;
    const wrong = labels.find((label) => !(label >= 0 && label < classNames.length));
    if (wrong !== undefined) throw fail(`${part}.labels`, `integers in 0 .. ${classNames.length - 1}`, wrong);
    const expected = labels.length * exampleShape.reduce((size, extent) => size * extent, 1);
    const received = images.length;
    if (received !== expected) throw errors.ARRAY_LENGTH({ name: `${part}.images`, expected, received });
  }
  const classCounts = new Array<number>(classNames.length).fill(0);
  for (const label of train.labels) classCounts[label]++;
  const empty = classCounts.indexOf(0);
  if (empty >= 0) {
    throw fail('train.labels', 'every class at least once', `none of class '${classNames[empty]}'`);
  }
  const shots = read.shots ?? shotGroups(classCounts);
  if (shots.length !== classNames.length) throw fail('shots', `${classNames.length} groups`, shots);
  const measured = channelStatistics(train.images, exampleShape[2]);
  const { mean = measured.mean, std = measured.std } = read;
  const source = ({ images, labels }: LabelledArrays, augmentation: AugmentOption = false) =>
    new ImageSource({
      pixels: images,
      labels,
      exampleShape,
      mean,
      std,
      augment: resolveAugmentation(augmentation, { pad: 4, flip: true }),
    });
  return {
    name,
    classNames,
    classCounts,
    shotGroups: shots,
    train: source(train, augment),
    ...(validation && { validation: source(validation) }),
    test: source(test),
    normalisation: { mean, std },
  };
}
