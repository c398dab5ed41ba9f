import type { OnProgress } from '@evenkeel/datasets-lt';
import { check, func, list, number, oneOf, text, whole } from '@evenkeel/errors';
import type { Option, ReadOptions, SpecOf } from '@evenkeel/errors';
import type { ShotGroup } from '@evenkeel/trainer-core';
import { imageErrors } from './errors.js';
import { randomResizedCrop, resizedCrop } from './transforms/crops.js';
import { flip } from './transforms/flip.js';
import type { Transforms } from './transforms/transforms.js';

/** What every reader of this package understands; all of it is optional. */
export interface ImageOptions {
  /** Shown in reports; default: from the folders. */
  readonly name?: string;
  /** Side of the examples, pixels; default 224. */
  readonly size?: number;
  /** For training; default: `randomResizedCrop({ size })` and `flip()`. */
  readonly augment?: Transforms;
  /** For testing, and for training images that are only looked at; default: `resizedCrop({ size })`. */
  readonly plain?: Transforms;
  /** Of pixels scaled to 0 .. 1, `[3]`; default: ImageNet's. */
  readonly mean?: readonly [number, number, number];
  /** As `mean`. */
  readonly std?: readonly [number, number, number];
  /** How classes are told many, medium and few: by training images (`thresholds`, the default), `rank`, or a list. */
  readonly shots?: 'thresholds' | 'rank' | readonly ShotGroup[];
  /**
   * `error` (default): a bad image ends the read that meets it, with an error that names it. `skip`: all images are decoded
   * once when the data set is opened, and the bad ones left out and counted; later starts remember.
   */
  readonly onBadImage?: 'error' | 'skip';
  /** Images with more pixels are bad; default 100 million. */
  readonly maxPixels?: number;
  /** Seconds until a file that does not come is an error; default 60. */
  readonly readTimeout?: number;
  /** Threads that decode; 0: the one that asks; default: as many as the processor has, at most 4. */
  readonly threads?: number;
  /** At most this many training images, for a quick look: every class scaled down, at least one image each. */
  readonly limit?: number;
  /** Split off the training images: a fraction in (0, 1) of every class, or a whole number per class. Default: none. */
  readonly validation?: number;
  /** Which images `limit` and `validation` take; an integer in 0 .. 2^32 - 1, default 0. */
  readonly seed?: number;
  /** Told while images are listed, indexed or checked. */
  readonly onProgress?: OnProgress;
}

/** ImageNet's channel statistics, which networks trained on it expect. */
export const IMAGENET_STATISTICS = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;

/** A part of every class, of the training images. */
export const partOfClasses = (): Option<number> => number({ above: 0, below: 1 }).or(whole(1));

/** Of pixels scaled to 0 .. 1. */
export const meanOfPixels = (): Option<readonly [number, number, number]> =>
  check('three numbers', (value) => areThree(value));

/** As `meanOfPixels`. */
export const stdOfPixels = (): Option<readonly [number, number, number]> =>
  check('three numbers above 0', (value) => areThree(value) && value.every((each) => each > 0));

/** What images go through; it has to begin with a crop. */
const transforms = (): Option<Transforms> =>
  check(
    'a list that begins with a crop, such as [randomResizedCrop(), flip()]',
    (value) =>
      Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null && 'size' in value[0],
  );

/** The options that every reader has. */
export const imageSpec = {
  name: text().optional('what is read'),
  size: whole(1).default(224),
  augment: transforms().optional('random resized crop and mirror'),
  plain: transforms().optional('middle of the resized image'),
  mean: meanOfPixels().default(IMAGENET_STATISTICS.mean, "ImageNet's"),
  std: stdOfPixels().default(IMAGENET_STATISTICS.std, "ImageNet's"),
  shots: oneOf('thresholds', 'rank')
    .or(list(oneOf('many', 'medium', 'few')))
    .default('thresholds'),
  onBadImage: oneOf('error', 'skip').default('error'),
  maxPixels: whole(1).default(100_000_000),
  readTimeout: number({ above: 0 }).default(60),
  threads: whole().optional("the processor's, at most 4"),
  limit: whole(1).optional(),
  validation: partOfClasses().optional(),
  seed: whole(0, 0xffff_ffff).default(0),
  onProgress: func<OnProgress>().optional(),
} satisfies SpecOf<ImageOptions>;

/** What a reader does with its images, by option. */
type AugmentedBy = Readonly<
  Record<'augment' | 'plain', ReturnType<ReturnType<typeof transforms>['optional']>>
>;

/** The same with other ways than the ones that readers mostly have. */
export const augmentedBy = (augment: string, plain: string): AugmentedBy => ({
  augment: transforms().optional(augment),
  plain: transforms().optional(plain),
});

/** What a reader has read of its options, `validation` apart, which some spell in another way. */
export type ReadImageOptions = Omit<ReadOptions<typeof imageSpec>, 'validation'>;

/** Options with every default in its place. */
export interface ImageSettings extends ReadImageOptions {
  readonly augment: Transforms;
  readonly plain: Transforms;
  readonly validation: number | undefined;
}

/**
 * Fills in what follows from other options, and checks that training and tests have one size; throws `IMAGES_BAD_OPTION`.
 * `validation` is a part of the training images, not a list or folder of others.
 */
export function imageSettings(
  where: string,
  options: ReadImageOptions,
  validation: number | undefined,
): ImageSettings {
  const { size } = options;
  const { augment = [randomResizedCrop({ size }), flip()], plain = [resizedCrop({ size })] } = options;
  if (augment[0].size !== plain[0].size) {
    const expected = `a crop to ${plain[0].size} pixels, as plain has`;
    throw imageErrors.BAD_OPTION({ where, option: 'augment', expected, received: augment[0].size });
  }
  return { ...options, augment, plain, validation };
}

function areThree(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length === 3 && value.every((each) => Number.isFinite(each));
}
