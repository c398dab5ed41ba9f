import type { OnProgress } from '@evenkeel/datasets-lt';
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
  /** Threads that decode; 0: none but libvips's own; default: as many as the processor has, at most 4. */
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

/** Checked options, with every default in its place. */
export interface ImageSettings extends ImageOptions {
  readonly augment: Transforms;
  readonly plain: Transforms;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly onBadImage: 'error' | 'skip';
  readonly maxPixels: number;
  readonly readTimeout: number;
  readonly seed: number;
}

/** ImageNet's channel statistics, which networks trained on it expect. */
export const IMAGENET_STATISTICS = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;

/** Checks the options at the factory's door; throws `IMAGES_BAD_OPTION`. */
export function imageSettings(where: string, options: ImageOptions): ImageSettings {
  const { size = 224, onBadImage = 'error', maxPixels = 100_000_000, readTimeout = 60, seed = 0 } = options;
  const { mean = IMAGENET_STATISTICS.mean, std = IMAGENET_STATISTICS.std, threads } = options;
  const check = (option: string, value: unknown, good: boolean, expected: string): void => {
    if (!good) throw imageErrors.BAD_OPTION({ where, option, expected, received: value });
  };
  const three = (values: readonly number[]) => values.length === 3 && values.every(Number.isFinite);
  check('size', size, Number.isInteger(size) && size >= 1, 'an integer of 1 or more');
  check('onBadImage', onBadImage, ['error', 'skip'].includes(onBadImage), "'error' or 'skip'");
  check('maxPixels', maxPixels, Number.isInteger(maxPixels) && maxPixels > 0, 'an integer of 1 or more');
  check('readTimeout', readTimeout, readTimeout > 0, 'seconds above 0');
  check(
    'threads',
    threads,
    threads === undefined || (Number.isInteger(threads) && threads >= 0),
    'an integer of 0 or more',
  );
  check('mean', mean, three(mean), 'three numbers');
  check('std', std, three(std) && std.every((value) => value > 0), 'three numbers above 0');
  const whole32 = Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff;
  check('seed', seed, whole32, 'an integer in 0 .. 4294967295');
  const { augment = [randomResizedCrop({ size }), flip()], plain = [resizedCrop({ size })] } = options;
  for (const [option, steps] of Object.entries({ augment, plain })) {
    const crop = Array.isArray(steps) && typeof steps[0] === 'object' && 'size' in steps[0];
    check(option, steps, crop, 'a list that begins with a crop, such as [randomResizedCrop(), flip()]');
    check(
      option,
      steps[0].size,
      steps[0].size === plain[0].size,
      `a crop to ${plain[0].size} pixels, as plain has`,
    );
  }
  return { ...options, augment, plain, mean, std, onBadImage, maxPixels, readTimeout, seed };
}
