import { exponentialCounts } from '@evenkeel/datasets-lt';
import { defineOptions, number, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import { countByClass, imageDataset, type ImageDefinition, type ImageParts } from '../image-dataset.js';
import { augmentedBy, type ImageOptions, imageSettings, imageSpec } from '../image-options.js';
import { PlacedImages } from '../listing/placed-images.js';
import { paddedCrop } from '../transforms/crops.js';
import { flip } from '../transforms/flip.js';
import { splitByClass } from '../listing/split-by-class.js';
import { tinyImageNetFiles, type TinyImageNetFiles } from './tiny-imagenet-files.js';

const CLASSES = 200;
const PER_CLASS = 500;
const TEST_IMAGES = 10_000;
const SIDE = 64;

/** What `tinyImageNetLT` understands, beside the options of all readers. */
export interface TinyImageNetOptions extends ImageOptions {
  /** The folder that holds `tiny-imagenet-200` or `tiny-imagenet-200.tar`, or either itself. */
  readonly dataDir: string;
  /** Largest class / smallest class; default 100; 1: balanced. */
  readonly imbalance?: number;
  /** Shuffles every class before its images are chosen; default: the first by their numbers. */
  readonly subsetSeed?: number;
}

/** The options of `tinyImageNetLT`. */
export const tinyImageNetLTOptions = defineOptions('tinyImageNetLT', imageErrors.BAD_OPTION, {
  ...imageSpec,
  ...augmentedBy('padded crop and mirror', 'the whole image'),
  size: whole(1).default(SIDE),
  dataDir: text('a folder'),
  imbalance: number({ min: 1 }).default(100),
  subsetSeed: whole(0, 0xffff_ffff).optional(),
} satisfies SpecOf<TinyImageNetOptions>);

/**
 * Tiny ImageNet made long-tailed: 64 × 64 images of 200 classes in the order of their WordNet numbers, `trunc(500 · (1 /
 * imbalance)^(c / 199))` training images of class c, tested on the official validation images. No list was published: of every
 * class the first images by number are taken (or, with `subsetSeed`, of a shuffle). Augmentation: 8 black pixels at every
 * side, a random crop, a mirror. Options are checked here (`IMAGES_BAD_OPTION`, `DATASETS_BAD_OPTION`); `load` throws
 * `IMAGES_NOT_FOUND`, and `IMAGES_FILES_MISSING` when a class has fewer images than the profile needs.
 *
 * @example
 * const data = await tinyImageNetLT({ dataDir: 'data', imbalance: 100 }).load();
 * data.train.size; // 21549
 */
export function tinyImageNetLT(options: TinyImageNetOptions): ImageDefinition {
  const { dataDir, imbalance, subsetSeed, validation, ...others } = tinyImageNetLTOptions.read(options);
  const counts = exponentialCounts({ largest: PER_CLASS, classes: CLASSES, imbalance });
  const { size } = others;
  const {
    augment = [paddedCrop({ size, pad: Math.round(size / 8) }), flip()],
    plain = [paddedCrop({ size, pad: 0 })],
  } = others;
  const settings = imageSettings('tinyImageNetLT', { ...others, augment, plain }, validation);
  const name = others.name ?? `tiny-imagenet-lt (imbalance ${imbalance})`;
  return {
    name,
    load: async () => {
      const parts = await openTiny(name, await tinyImageNetFiles(dataDir), counts, subsetSeed);
      return imageDataset('tinyImageNetLT', parts, settings);
    },
  };
}

async function openTiny(
  name: string,
  files: TinyImageNetFiles,
  counts: readonly number[],
  seed: number | undefined,
): Promise<ImageParts> {
  const classNames = (await files.text('wnids.txt')).split(/\s+/).filter(Boolean).sort();
  const labelOf = new Map(classNames.map((wnid, label) => [wnid, label]));
  const pool = tableOf(files, /^train\/(n\d+)\/images\/n\d+_(\d+)\.JPEG$/i, ([, wnid]) => labelOf.get(wnid));
  const annotations = new Map(
    (await files.text('val/val_annotations.txt')).split('\n').map((line) => {
      const [image, wnid] = line.split('\t');
      return [image, labelOf.get(wnid)];
    }),
  );
  const test = tableOf(files, /^val\/images\/(val_(\d+)\.JPEG)$/i, ([, image]) => annotations.get(image));
  const found = countByClass(pool.labels, classNames.length);
  const short = classNames.flatMap((wnid, label) =>
    found[label] < (counts[label] ?? 0) ? [`${wnid} (${found[label]} of ${counts[label]})`] : [],
  );
  if (classNames.length !== CLASSES || short.length > 0) {
    const expected = counts.reduce((sum, count) => sum + count, 0);
    const classes = short.length > 0 ? short.slice(0, 20) : [`${classNames.length} of ${CLASSES} classes`];
    throw imageErrors.FILES_MISSING({ where: files.at, found: pool.size, expected, classes });
  }
  const notes = [];
  if (pool.size < CLASSES * PER_CLASS) {
    notes.push(
      `The files hold ${pool.size} of the ${CLASSES * PER_CLASS} official training images, enough for this imbalance.`,
    );
  }
  if (test.size < TEST_IMAGES) {
    notes.push(
      `The files hold ${test.size} of the ${TEST_IMAGES} official validation images; say so beside results.`,
    );
  }
  const train = seed === undefined ? firstOf(pool, counts) : splitByClass(pool, counts, seed).first;
  const complete = test.size === TEST_IMAGES;
  return { name: complete ? name : `${name}, partial files`, classNames, train, test, complete, notes };
}

/** The images whose path fits, by class and then by number. */
function tableOf(
  { files, at }: TinyImageNetFiles,
  shape: RegExp,
  labelOf: (match: RegExpExecArray) => number | undefined,
): PlacedImages {
  const found = [...files].flatMap(([path, place]) => {
    const match = shape.exec(path);
    const label = match ? labelOf(match) : undefined;
    return match && label !== undefined ? [{ path, place, label, number: Number(match[2]) }] : [];
  });
  found.sort((a, b) => a.label - b.label || a.number - b.number);
  return new PlacedImages(
    found.map(({ place }) => place),
    found.map(({ path }) => `${at}: ${path}`),
    Int32Array.from(found, ({ label }) => label),
  );
}

/** The first images of every class, in a table that is sorted by class. */
function firstOf(images: PlacedImages, counts: readonly number[]): PlacedImages {
  const taken = new Int32Array(counts.length);
  const indices = Int32Array.from({ length: images.size }, (_, index) => index);
  return images.pick(indices.filter((index) => taken[images.labels[index]]++ < counts[images.labels[index]]));
}
