import { limitCounts, type LongTailDataset, shotGroups, shotGroupsByRank } from '@evenkeel/datasets-lt';
import type { DatasetDefinition } from '@evenkeel/trainer-core';
import { checkImages } from './check-images.js';
import { DecodingPool } from './decode/decoding-pool.js';
import { DecodedSource } from './decoded-source.js';
import { imageErrors } from './errors.js';
import type { ImageSettings } from './image-options.js';
import type { ImageTable } from './listing/image-table.js';
import { splitByClass } from './listing/split-by-class.js';
import type { CropStep } from './transforms/crops.js';

/** What a reader has found. */
export interface ImageParts {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly train: ImageTable;
  readonly validation?: ImageTable;
  readonly test: ImageTable;
  /** Whether every image that should be there is. */
  readonly complete: boolean;
  readonly notes: readonly string[];
}

/** A data set of images in files, with what a reader of its numbers should know. */
export interface ImageDataset extends LongTailDataset {
  /** How pixels, scaled to 0 .. 1, became the network's numbers. */
  readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** How a new image is cut before that: its smaller side becomes `resize` pixels, of which the middle `size` × `size` are taken. */
  readonly preprocessing: { readonly colours: 'RGB'; readonly resize: number; readonly size: number };
  /** Ends the decoding threads; they do not keep the process alive anyway. */
  close(): Promise<void>;
}

/** A data set of images that is still to be opened. */
export interface ImageDefinition extends DatasetDefinition {
  load(): Promise<ImageDataset>;
}

/** A pool for the settings; tests bring their own. */
export type MakePool = (settings: ImageSettings) => DecodingPool;

const ownPool: MakePool = ({ threads }) => new DecodingPool({ threads });

/**
 * The data set of what a reader found: bad images left out where the settings say so, then limited, then the validation
 * part split off. Shot groups are told from the training images before `limit` and `validation`.
 */
export async function imageDataset(
  where: string,
  parts: ImageParts,
  settings: ImageSettings,
  makePool: MakePool = ownPool,
): Promise<ImageDataset> {
  const { classNames } = parts;
  const pool = makePool(settings);
  const notes = [...parts.notes];
  const good = async (images: ImageTable, part: string): Promise<ImageTable> => {
    if (settings.onBadImage === 'error') return images;
    const { kept, bad } = await checkImages(images, pool, settings, `Checking ${part} images`);
    if (bad.length > 0) notes.push(`Bad ${part} images that were left out: ${bad.length}. ${listed(bad)}.`);
    return kept;
  };
  const whole = await good(parts.train, 'training');
  const counts = countByClass(whole.labels, classNames.length);
  const { train, validation } = takeApart(whole, counts, settings);
  const heldOut = parts.validation ? await good(parts.validation, 'validation') : validation;
  const test = await good(parts.test, 'test');
  const shared = { ...settings, pool };
  return {
    name: parts.name,
    classNames,
    classCounts: countByClass(train.labels, classNames.length),
    shotGroups: shotsOf(where, counts, settings),
    train: new DecodedSource({ ...shared, images: train, augmented: settings.augment }),
    ...(heldOut && { validation: new DecodedSource({ ...shared, images: heldOut }) }),
    test: new DecodedSource({ ...shared, images: test }),
    complete: parts.complete,
    notes,
    normalisation: { mean: settings.mean, std: settings.std },
    preprocessing: { colours: 'RGB', ...sizesOf(settings.plain[0]) },
    close: () => pool.close(),
  };
}

function sizesOf(crop: CropStep): { resize: number; size: number } {
  const { size } = crop;
  return { resize: crop.kind === 'resized-crop' ? crop.resize : size, size };
}

/** Images per class, `[classes]`. */
export function countByClass(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

function takeApart(
  images: ImageTable,
  counts: readonly number[],
  { limit, validation, seed }: ImageSettings,
): { train: ImageTable; validation?: ImageTable } {
  if (limit === undefined && validation === undefined) return { train: images };
  const used = limit === undefined ? counts : limitCounts(counts, limit);
  const taken = splitByClass(images, used, seed).first;
  if (validation === undefined) return { train: taken };
  const heldOut = used.map((count) => heldOutOf(count, validation));
  const { first, rest } = splitByClass(
    taken,
    used.map((count, label) => count - heldOut[label]),
    seed,
  );
  return { train: first, validation: rest };
}

function heldOutOf(count: number, validation: number): number {
  const wanted = validation >= 1 ? validation : Math.max(1, Math.round(count * validation));
  return Math.min(wanted, Math.max(0, count - 1));
}

function shotsOf(where: string, counts: readonly number[], { shots }: ImageSettings) {
  if (shots === 'thresholds') return shotGroups(counts);
  if (shots === 'rank') return shotGroupsByRank(counts);
  if (shots.length !== counts.length) {
    const expected = `'thresholds', 'rank' or a list of ${counts.length} groups`;
    throw imageErrors.BAD_OPTION({ where, option: 'shots', expected, received: shots });
  }
  return shots;
}

function listed(bad: readonly string[]): string {
  const shown = bad.slice(0, 5).join('; ');
  return bad.length > 5 ? `${shown}; and ${bad.length - 5} more` : shown;
}
