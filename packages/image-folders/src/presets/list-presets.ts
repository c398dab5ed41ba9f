import { join } from 'node:path';
import { defineOptions, flag, text } from '@evenkeel/errors';
import type { OptionsReader, SpecOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import type { ImageDefinition } from '../image-dataset.js';
import { checkedImageList } from '../image-list.js';
import { augmentedBy, imageSpec, meanOfPixels, stdOfPixels } from '../image-options.js';
import type { ImageOptions } from '../image-options.js';
import { colorJitter } from '../transforms/color-jitter.js';
import { randomResizedCrop } from '../transforms/crops.js';
import { flip } from '../transforms/flip.js';
import type { Transforms } from '../transforms/transforms.js';
import { checkPublished, type PublishedLists } from './published-lists.js';

/** What the data sets with published lists understand, beside the options of all readers. */
export interface ListPresetOptions extends Omit<ImageOptions, 'validation'> {
  /** The folder that the lists' paths start from. */
  readonly dataDir: string;
  /** The folder of the lists; default: `dataDir`. */
  readonly lists?: string;
  /** Whether the published validation list is read, too; default false. iNaturalist has none. */
  readonly validation?: boolean;
  /**
   * Whether images may be missing, and lines of the lists: what is there is read, what is not is counted in `notes`; default
   * false. The numbers of the classes must have no gaps.
   */
  readonly partial?: boolean;
}

const spec = {
  ...imageSpec,
  dataDir: text('a folder'),
  lists: text('a folder').optional('`dataDir`'),
  validation: flag().default(false),
  partial: flag().default(false),
} satisfies SpecOf<ListPresetOptions>;

const jitteredSpec = {
  ...spec,
  ...augmentedBy('random resized crop, mirror and colour jitter', spec.plain.fallback ?? ''),
};

/** The options of `imagenetLT`. */
export const imagenetLTOptions = defineOptions('imagenetLT', imageErrors.BAD_OPTION, jitteredSpec);

/** The options of `placesLT`. */
export const placesLTOptions = defineOptions('placesLT', imageErrors.BAD_OPTION, jitteredSpec);

/** The options of `iNaturalist2018`, whose normalisation is that of Kang et al., ICLR 2020. */
export const iNaturalist2018Options = defineOptions('iNaturalist2018', imageErrors.BAD_OPTION, {
  ...spec,
  mean: meanOfPixels().default([0.466, 0.471, 0.38], "iNaturalist's"),
  std: stdOfPixels().default([0.195, 0.194, 0.192], "iNaturalist's"),
});

interface ListPreset {
  readonly options: OptionsReader<typeof spec>;
  readonly published: PublishedLists;
  readonly files: { readonly train: string; readonly validation?: string; readonly test: string };
  readonly augment: (size: number) => Transforms;
}

/** What long-tailed recognition trains ImageNet-LT and Places-LT with (Kang et al., ICLR 2020, their code). */
const jittered = (size: number): Transforms => [
  randomResizedCrop({ size }),
  flip(),
  colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4 }),
];

const IMAGENET_LT: ListPreset = {
  options: imagenetLTOptions,
  published: {
    dataset: 'imagenet-lt',
    classes: 1000,
    train: { images: 115_846, most: 1280, least: 5 },
    validationImages: 20_000,
    testImages: 50_000,
  },
  files: {
    train: 'ImageNet_LT_train.txt',
    validation: 'ImageNet_LT_val.txt',
    test: 'ImageNet_LT_test.txt',
  },
  augment: jittered,
};

const PLACES_LT: ListPreset = {
  options: placesLTOptions,
  published: {
    dataset: 'places-lt',
    classes: 365,
    train: { images: 62_500, most: 4980, least: 5 },
    validationImages: 7300,
    testImages: 36_500,
  },
  files: { train: 'Places_LT_train.txt', validation: 'Places_LT_val.txt', test: 'Places_LT_test.txt' },
  augment: jittered,
};

const INATURALIST_2018: ListPreset = {
  options: iNaturalist2018Options,
  published: {
    dataset: 'inaturalist-2018',
    classes: 8142,
    train: { images: 437_513, most: 1000, least: 2 },
    testImages: 24_426,
  },
  files: { train: 'iNaturalist18_train.txt', test: 'iNaturalist18_val.txt' },
  augment: (size) => [randomResizedCrop({ size }), flip()],
};

/**
 * ImageNet-LT (Liu et al., CVPR 2019): 115,846 training images of 1,000 classes, 1,280 to 5 a class, 20,000 for validation, 50,000
 * for the test, by the published lists `ImageNet_LT_train.txt` and so on; the images are ImageNet's own, in `train` and `val` with one
 * folder per class. Augmentation of Kang et al., ICLR 2020. Lists that are not the published ones are `IMAGES_WRONG_TOTALS`
 * unless `partial`; else as `imageList`. Shot groups by the thresholds.
 */
export function imagenetLT(options: ListPresetOptions): ImageDefinition {
  return listPreset(IMAGENET_LT, options);
}

/** Places-LT (Liu et al., CVPR 2019): 62,500 training images of 365 classes, 4,980 to 5 a class; as `imagenetLT`. */
export function placesLT(options: ListPresetOptions): ImageDefinition {
  return listPreset(PLACES_LT, options);
}

/**
 * iNaturalist 2018 (Van Horn et al., CVPR 2018): 437,513 training images of 8,142 species, 1,000 to 2 a species, tested on the
 * 24,426 validation images, by the lists of Kang et al., ICLR 2020, `iNaturalist18_train.txt` and `iNaturalist18_val.txt`,
 * with their normalisation; as `imagenetLT`.
 */
export function iNaturalist2018(options: ListPresetOptions): ImageDefinition {
  return listPreset(INATURALIST_2018, options);
}

function listPreset(preset: ListPreset, options: ListPresetOptions): ImageDefinition {
  const { published, files, augment } = preset;
  const read = preset.options.read(options);
  const { dataDir, lists = dataDir, validation, ...others } = read;
  return checkedImageList(
    preset.options.where,
    {
      ...others,
      name: read.name ?? published.dataset,
      augment: read.augment ?? augment(read.size),
      root: dataDir,
      train: join(lists, files.train),
      test: join(lists, files.test),
      validation: validation && files.validation ? join(lists, files.validation) : undefined,
      classNames: undefined,
      renumber: false,
    },
    (parts) => checkPublished(published, parts, read.partial),
  );
}
