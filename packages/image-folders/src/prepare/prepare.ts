import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OnProgress } from '@evenkeel/datasets-lt';
import { create } from 'tar';
import { BytesReader } from '../decode/read-bytes.js';
import { imageErrors } from '../errors.js';
import type { ImageTable } from '../listing/image-table.js';
import { walkFolder } from '../listing/walk-folder.js';
import { parseJson } from '../parse-json.js';
import { walkTar } from '../shards/walk-tar.js';
import { CLASSES_FILE } from '../tar-shards.js';
import { shrinkImage } from './shrink-image.js';

/** What is prepared, and how. */
export interface PrepareOptions {
  /** A folder that holds one folder per class. */
  readonly from: string;
  /** The folder for the shards, made when it is not there. */
  readonly to: string;
  /** Such as `train`: the beginning of the shards' names; default: the name of the folder `from`. */
  readonly name?: string;
  /** Smaller side of the images in the shards, pixels; smaller images stay as they are. Default 256. */
  readonly side?: number;
  /** Of the JPEGs, 1 .. 100; default 95. */
  readonly quality?: number;
  /** Images in a shard; default 1000. */
  readonly perShard?: number;
  /** `error` (default): a bad image ends it; `skip`: it is left out and counted. */
  readonly onBadImage?: 'error' | 'skip';
  /** Images with more pixels are bad; default 100 million. */
  readonly maxPixels?: number;
  /** Images under way at the same time; default 4. */
  readonly lanes?: number;
  readonly onProgress?: OnProgress;
  /** Ends it between two shards; what is whole is kept. */
  readonly signal?: AbortSignal;
}

/** What was prepared. */
export interface Prepared {
  /** For `tarShards`. */
  readonly pattern: string;
  readonly shards: number;
  /** Shards that an earlier call had made. */
  readonly resumed: number;
  readonly images: number;
  /** What was left out, a sentence each. */
  readonly bad: readonly string[];
  /** False when the signal ended it. */
  readonly done: boolean;
}

/**
 * Turns a folder of images into tar shards in WebDataset's layout with a smaller side of 256, which are read at a fraction of the
 * cost. Shards are written beside their place, read again and compared, and only then get their names: a call that was interrupted
 * is continued by the next one with the same options, and a finished folder is left as it is. Images are shrunk as Pillow does
 * it, and written as JPEG without subsampled colours; those that are small enough keep their bytes when they are JPEGs.
 * Throws `IMAGES_TARGET_IN_USE` for a folder of other shards, what `imageFolder` throws about folders, and `IMAGES_BAD_IMAGE`.
 *
 * @example
 * const { pattern } = await prepareShards({ from: 'photos/train', to: 'shards' });
 * const data = tarShards({ train: pattern, test: 'shards/test-*.tar' });
 */
export async function prepareShards(options: PrepareOptions): Promise<Prepared> {
  const { from, to, side = 256, quality = 95, perShard = 1000, onProgress, signal } = options;
  const { onBadImage = 'error', name = basename(from) } = options;
  const { images, classNames } = await walkFolder(from);
  const plan = { from, side, quality, perShard, onBadImage, images: images.size, list: digestOf(images) };
  await openTarget(to, name, plan, classNames);
  const shards = Math.ceil(images.size / perShard);
  const bad: string[] = [];
  let resumed = 0;
  const label = `Preparing ${name}`;
  for (let shard = 0; shard < shards; shard++) {
    const first = shard * perShard;
    onProgress?.({ label, done: first, total: images.size });
    if (signal?.aborted) return result(false);
    const indices = Array.from({ length: Math.min(perShard, images.size - first) }, (_, i) => first + i);
    const stem = join(to, `${name}-${String(shard).padStart(6, '0')}`);
    const earlier = await readFile(`${stem}.json`, 'utf8').catch(() => undefined);
    const known = earlier === undefined ? undefined : parseJson<{ bad: string[] }>(earlier);
    if (known && (await stat(`${stem}.tar`).catch(() => undefined))) {
      resumed++;
      bad.push(...known.bad);
      continue;
    }
    bad.push(...(await writeShard(stem, indices, images, options)));
  }
  onProgress?.({ label, done: images.size, total: images.size });
  return result(true);

  function result(done: boolean): Prepared {
    const kept = images.size - bad.length;
    return { pattern: join(to, `${name}-*.tar`), shards, resumed, images: kept, bad, done };
  }
}

/** Makes one shard from images; returns what was bad. */
async function writeShard(
  stem: string,
  indices: readonly number[],
  images: ImageTable,
  { side = 256, quality = 95, maxPixels = 100_000_000, onBadImage = 'error', lanes = 4 }: PrepareOptions,
): Promise<string[]> {
  const workshop = `${stem}.part`;
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { recursive: true });
  const reader = new BytesReader(60);
  const bad: string[] = [];
  const sizes = new Map<string, number>();
  const work = [...indices];
  const lane = async (): Promise<void> => {
    for (let index = work.shift(); index !== undefined; index = work.shift()) {
      const image = images.nameOf(index);
      const key = String(index).padStart(9, '0');
      try {
        const bytes = await reader.read(images.place(index), image);
        const small = await shrinkImage(bytes, image, { side, quality, maxPixels });
        await writeFile(join(workshop, `${key}.jpg`), small);
        await writeFile(join(workshop, `${key}.cls`), String(images.labels[index]));
        sizes.set(`${key}.jpg`, small.length);
      } catch (error) {
        const own = error instanceof Error && /IMAGES_(BAD_IMAGE|TOO_LARGE)/.test(error.message);
        if (onBadImage === 'error' || !own) throw error;
        bad.push(error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const names = [...sizes.keys()].sort().flatMap((jpg) => [jpg, jpg.replace(/jpg$/, 'cls')]);
  await create({ file: `${stem}.tar.part`, cwd: workshop, portable: true, mtime: new Date(0) }, names);
  await checkShard(`${stem}.tar.part`, sizes);
  await rename(`${stem}.tar.part`, `${stem}.tar`);
  await writeFile(`${stem}.json`, JSON.stringify({ images: sizes.size, bad }));
  await rm(workshop, { recursive: true });
  return bad;
}

/** Compares a written shard with what should be in it; throws `IMAGES_BAD_SHARD`. */
async function checkShard(file: string, sizes: ReadonlyMap<string, number>): Promise<void> {
  let found = 0;
  for await (const { path, length } of walkTar(file)) {
    if (!path.endsWith('.jpg')) continue;
    if (sizes.get(path) === length) found++;
  }
  const expected = `${sizes.size} images of the sizes that were written`;
  if (found !== sizes.size) throw imageErrors.BAD_SHARD({ file, expected, found: String(found) });
}

/** Makes the folder, or sees that the shards in it were begun with the same plan. */
async function openTarget(
  to: string,
  name: string,
  plan: object,
  classNames: readonly string[],
): Promise<void> {
  await mkdir(to, { recursive: true });
  const path = join(to, `${name}-plan.json`);
  const wanted = JSON.stringify(plan, null, 2);
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there === undefined) {
    const others = (await readdir(to)).filter((file) => file.startsWith(`${name}-`));
    if (others.length > 0) throw imageErrors.TARGET_IN_USE({ folder: to, found: `'${others[0]}'` });
    await writeFile(path, wanted);
  } else if (there !== wanted) {
    const found = `shards of other images or options (${basename(path)})`;
    throw imageErrors.TARGET_IN_USE({ folder: to, found });
  }
  const classes = join(to, CLASSES_FILE);
  const text = JSON.stringify(classNames);
  const before = await readFile(classes, 'utf8').catch(() => undefined);
  if (before !== undefined && before !== text) {
    throw imageErrors.TARGET_IN_USE({ folder: to, found: 'shards with other classes' });
  }
  await writeFile(classes, text);
}

function digestOf(images: ImageTable): string {
  const hash = createHash('sha256');
  for (let index = 0; index < images.size; index++)
    hash.update(`${images.nameOf(index)} ${images.labels[index]}\n`);
  return hash.digest('hex');
}
