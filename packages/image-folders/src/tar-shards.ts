import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defineOptions, list, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { imageErrors } from './errors.js';
import { imageDataset, type ImageDefinition } from './image-dataset.js';
import { type ImageOptions, imageSettings, imageSpec, partOfClasses } from './image-options.js';
import type { ImageTable } from './listing/image-table.js';
import { expandPattern } from './shards/expand-pattern.js';
import { indexShards } from './shards/index-shards.js';

/** Which shards `tarShards` reads, beside the options of all readers. */
export interface TarShardsOptions extends Omit<ImageOptions, 'validation'> {
  /** Paths of tar files, with `*`, `?` and ranges like `{000..127}`. */
  readonly train: string;
  readonly test: string;
  /** Paths of tar files, or a share of the training images as for all readers. */
  readonly validation?: string | number;
  /** `[classes]`; default: the array in `classes.json` beside the training shards, else the numbers. */
  readonly classNames?: readonly string[];
}

/** The options of `tarShards`. */
export const tarShardsOptions = defineOptions('tarShards', imageErrors.BAD_OPTION, {
  ...imageSpec,
  train: text('paths of tar files'),
  test: text('paths of tar files'),
  validation: text('paths of tar files').or(partOfClasses()).optional(),
  classNames: list(text()).optional('the folders, else numbers'),
} satisfies SpecOf<TarShardsOptions>);

/** The file that names the classes of shards, an array of texts. */
export const CLASSES_FILE = 'classes.json';

/**
 * Tar files in WebDataset's layout (`name.jpg` and `name.cls` side by side), indexed once and read by offset, in the
 * order that the sampler wants, whatever that of the shards is. Throws `IMAGES_BAD_OPTION` here; `load` throws
 * `IMAGES_NOT_FOUND`, `IMAGES_BAD_SHARD`, `IMAGES_LIST_GAPS` or `IMAGES_UNKNOWN_CLASS`.
 *
 * @example
 * const data = tarShards({ train: 'shards/train-*.tar', test: 'shards/test-*.tar' });
 */
export function tarShards(options: TarShardsOptions): ImageDefinition {
  const { train, test, validation, classNames, ...others } = tarShardsOptions.read(options);
  const share = typeof validation === 'number' ? validation : undefined;
  const settings = imageSettings('tarShards', others, share);
  const name = others.name ?? `images of ${train}`;
  const read = async (pattern: string) => indexShards(await expandPattern(pattern), settings.onProgress);
  return {
    name,
    load: async () => {
      const images = await read(train);
      const names = classNames ?? (await namesBeside(train)) ?? numbersOf(images);
      const missing = names.map((_, label) => label);
      const seen = new Set(images.labels);
      const gaps = missing.filter((label) => !seen.has(label));
      if (gaps.length > 0) {
        throw imageErrors.LIST_GAPS({ file: train, classes: names.length, missing: gaps.slice(0, 20) });
      }
      const known = (table: ImageTable, where: string) => {
        const wrong = table.labels.find((label) => label >= names.length);
        if (wrong === undefined) return table;
        throw imageErrors.UNKNOWN_CLASS({ where, className: String(wrong), known: names.length });
      };
      const heldOut = typeof validation === 'string' ? known(await read(validation), validation) : undefined;
      const parts = {
        ...{ name, classNames: names, complete: true, notes: [] },
        train: known(images, train),
        ...(heldOut && { validation: heldOut }),
        test: known(await read(test), test),
      };
      return imageDataset('tarShards', parts, settings);
    },
  };
}

async function namesBeside(pattern: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(dirname(pattern), CLASSES_FILE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as readonly string[]);
}

function numbersOf({ labels }: ImageTable): string[] {
  const classes = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  return Array.from({ length: classes }, (_, label) => String(label));
}
