import { defineOptions, flag, list, text } from '@evenkeel/errors';
import type { ReadOptions, SpecOf } from '@evenkeel/errors';
import { imageErrors } from './errors.js';
import { imageDataset, type ImageDefinition, type ImageParts } from './image-dataset.js';
import { type ImageOptions, imageSettings, imageSpec, partOfClasses } from './image-options.js';
import { missingByClass } from './listing/find-missing.js';
import type { ImageTable } from './listing/image-table.js';
import { keptPresence } from './listing/kept-presence.js';
import type { LooseImages } from './listing/loose-images.js';
import { readListFile, renumbering } from './listing/read-list-file.js';

/** Which lists `imageList` reads, beside the options of all readers. */
export interface ImageListOptions extends Omit<ImageOptions, 'validation'> {
  /** The folder that the lists' paths start from. */
  readonly root: string;
  /** A list, `path label` in every line. */
  readonly train: string;
  readonly test: string;
  /** A list, or a share of the training images as for all readers. */
  readonly validation?: string | number;
  /** `[classes]`; default: the folder of a class's images where they share one that no other class has, else its number. */
  readonly classNames?: readonly string[];
  /** Whether the numbers of the training list are numbered again from 0 on, in ascending order; default false. */
  readonly renumber?: boolean;
  /** Whether images may be missing: they are left out and counted then; default false. */
  readonly partial?: boolean;
}

/** The options of `imageList`. */
export const imageListOptions = defineOptions('imageList', imageErrors.BAD_OPTION, {
  ...imageSpec,
  root: text('a folder'),
  train: text('a list'),
  test: text('a list'),
  validation: text('a list').or(partOfClasses()).optional(),
  classNames: list(text()).optional('the folders, else numbers'),
  renumber: flag().default(false),
  partial: flag().default(false),
} satisfies SpecOf<ImageListOptions>);

/** Options that were read. */
export type ImageListSettings = ReadOptions<typeof imageListOptions.spec>;

/** What a preset knows about a list, to compare it with; returns what there is to note. */
export type CheckLists = (parts: ImageParts) => readonly string[];

/**
 * Images by the lists of the field, `path label` in every line in any order (ImageNet-LT, Places-LT, iNaturalist). Throws
 * `IMAGES_BAD_OPTION` here; `load` throws `IMAGES_NOT_FOUND`, `IMAGES_LIST_LINE`, `IMAGES_LIST_GAPS`, `IMAGES_UNKNOWN_CLASS`, and
 * `IMAGES_FILES_MISSING`, which names the classes that lack images.
 *
 * @example
 * const data = imageList({ root: 'imagenet', train: 'ImageNet_LT_train.txt', test: 'ImageNet_LT_test.txt' });
 */
export function imageList(options: ImageListOptions): ImageDefinition {
  return checkedImageList('imageList', imageListOptions.read(options), () => []);
}

/** `imageList` for a preset, which looks at the whole lists before any file is looked for. */
export function checkedImageList(
  where: string,
  options: ImageListSettings,
  check: CheckLists,
): ImageDefinition {
  const { train, validation } = options;
  const settings = imageSettings(where, options, typeof validation === 'number' ? validation : undefined);
  const name = options.name ?? `images of ${train}`;
  return {
    name,
    load: async () => {
      const parts = await readLists({ ...options, name });
      const notes = check(parts);
      const complete = notes.length === 0;
      return imageDataset(where, await withoutMissing({ ...parts, notes, complete }, options), settings);
    },
  };
}

interface ListParts extends ImageParts {
  readonly train: LooseImages;
  readonly validation?: LooseImages;
  readonly test: LooseImages;
}

async function readLists(options: ImageListSettings & { readonly name: string }): Promise<ListParts> {
  const { root, train: file, test, validation, renumber, name } = options;
  const numbered = await readListFile(file, root);
  const numbers = renumber ? renumbering(numbered.labels) : undefined;
  const train = numbers ? numbered.pick(indicesOf(numbered), renumbered(numbered, numbers)) : numbered;
  const classes = options.classNames?.length ?? highest(train.labels) + 1;
  const counts = new Int32Array(classes);
  for (const label of train.labels) counts[label]++;
  const missing = Array.from(counts, (_, label) => label).filter((label) => counts[label] === 0);
  if (missing.length > 0 || train.size === 0) {
    throw imageErrors.LIST_GAPS({ file, classes, missing: missing.slice(0, 20) });
  }
  const classNames = options.classNames ?? namesByFolder(train, classes);
  const other = async (path: string): Promise<LooseImages> => {
    const images = await readListFile(path, root, numbers);
    const unknown = images.labels.find((label) => label >= classes);
    if (unknown === undefined) return images;
    throw imageErrors.UNKNOWN_CLASS({ where: path, className: String(unknown), known: classes });
  };
  const heldOut = typeof validation === 'string' ? await other(validation) : undefined;
  return {
    ...{ name, classNames, train, complete: true, notes: [] },
    ...(heldOut && { validation: heldOut }),
    test: await other(test),
  };
}

/** The parts with what is there; throws `IMAGES_FILES_MISSING` when that is not all, unless it may be. */
async function withoutMissing(parts: ImageParts, options: ImageListSettings): Promise<ImageParts> {
  const notes = [...parts.notes];
  let { complete } = parts;
  const there = async (images: ImageTable, where: string, part: string): Promise<ImageTable> => {
    const present = await keptPresence(images as LooseImages);
    const found = present.reduce((sum, is) => sum + is, 0);
    if (found === images.size) return images;
    const classes = missingByClass(images.labels, present, parts.classNames);
    const expected = images.size;
    if (!options.partial || found === 0) {
      const shown = classes.length > 20 ? [...classes.slice(0, 20), `${classes.length - 20} more`] : classes;
      throw imageErrors.FILES_MISSING({ where, found, expected, classes: shown });
    }
    complete = false;
    notes.push(
      `The folder holds ${found} of the ${expected} ${part} images; ${classes.length} classes lack some. Say so beside results.`,
    );
    return images.pick(indicesOf(images).filter((index) => present[index] === 1));
  };
  const train = await there(parts.train, options.train, 'training');
  const { validation } = parts;
  const heldOut = validation ? await there(validation, String(options.validation), 'validation') : undefined;
  const test = await there(parts.test, options.test, 'test');
  const name = complete ? parts.name : `${parts.name}, partial files`;
  return { ...parts, name, train, ...(heldOut && { validation: heldOut }), test, complete, notes };
}

function indicesOf({ size }: ImageTable): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: size }, (_, index) => index);
}

function renumbered({ labels }: LooseImages, numbers: ReadonlyMap<number, number>): Int32Array {
  return labels.map((label) => numbers.get(label) as number);
}

function highest(labels: Int32Array): number {
  return labels.reduce((most, label) => Math.max(most, label), -1);
}

/** The last folder of a class's paths, where all of them and no other class's have it. */
function namesByFolder({ columns, labels }: LooseImages, classes: number): string[] {
  const names = new Array<string | undefined>(classes);
  const shared = new Set<number>();
  labels.forEach((label, index) => {
    const folder = columns.folders[columns.folderOf[index]];
    if (names[label] === undefined) names[label] = folder;
    else if (names[label] !== folder) shared.add(label);
  });
  const last = names.map((folder, label) =>
    folder === undefined || shared.has(label) ? '' : folder.slice(folder.lastIndexOf('/') + 1),
  );
  const unique = new Set(last).size === classes && !last.includes('');
  return unique ? last : last.map((_, label) => String(label));
}
