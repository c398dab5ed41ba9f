import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { OnProgress } from '@evenkeel/datasets-lt';
import { defineOptions, func, instance, isEvenkeelError, oneOf, text, whole } from '@evenkeel/errors';
import type { ReadOptions, SpecOf } from '@evenkeel/errors';
import { create } from 'tar';
import { BytesReader } from '../decode/read-bytes.js';
import { imageErrors } from '../errors.js';
import type { LooseImages } from '../listing/loose-images.js';
import { walkFolder } from '../listing/walk-folder.js';
import { parseJson } from '../parse-json.js';
import { walkTar } from '../shards/walk-tar.js';
import { CLASSES_FILE } from '../tar-shards.js';
import { writeAside } from '../write-aside.js';
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
  /** Told after every image. */
  readonly onProgress?: OnProgress;
  /** Ends it after the images that are under way; shards that are whole are kept. */
  readonly signal?: AbortSignal;
}

/** The options of `prepareShards`. */
export const prepareOptions = defineOptions('prepareShards', imageErrors.BAD_OPTION, {
  from: text('a folder with one folder per class'),
  to: text('a folder'),
  name: text()
    .where("a beginning of file names, without '/'", (name) => !/[/\\*]/.test(name))
    .optional('the name of `from`'),
  side: whole(1).default(256),
  quality: whole(1, 100).default(95),
  perShard: whole(1).default(1000),
  onBadImage: oneOf('error', 'skip').default('error'),
  maxPixels: whole(1).default(100_000_000),
  lanes: whole(1).default(4),
  onProgress: func<OnProgress>().optional(),
  signal: instance(AbortSignal).optional(),
} satisfies SpecOf<PrepareOptions>);

type PrepareSettings = ReadOptions<typeof prepareOptions.spec>;

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
 * Throws `IMAGES_BAD_OPTION`, `IMAGES_TARGET_IN_USE` for a folder of other shards, `IMAGES_NOT_WRITTEN`, what `imageFolder` throws about
 * folders, and `IMAGES_BAD_IMAGE` or `IMAGES_TOO_LARGE`.
 *
 * @example
 * const { pattern } = await prepareShards({ from: 'photos/train', to: 'shards' });
 * const data = tarShards({ train: pattern, test: 'shards/test-*.tar' });
 */
export async function prepareShards(options: PrepareOptions): Promise<Prepared> {
  const settings = prepareOptions.read(options);
  try {
    return await prepare(settings);
  } catch (cause) {
    if (isEvenkeelError(cause) || !(cause instanceof Error) || !('syscall' in cause)) throw cause;
    throw imageErrors.NOT_WRITTEN({ folder: settings.to, reason: cause.message }, { cause });
  }
}

async function prepare(settings: PrepareSettings): Promise<Prepared> {
  const { from, to, side, quality, perShard, onBadImage, maxPixels, onProgress, signal } = settings;
  const { name = basename(resolve(from)) } = settings;
  const { images, classNames } = await walkFolder(from);
  const how = { side, quality, perShard, onBadImage, maxPixels };
  await openTarget(to, name, { ...how, images: images.size, list: digestOf(images) }, classNames);
  const shards = Math.ceil(images.size / perShard);
  const bad: string[] = [];
  let resumed = 0;
  let shown = -1;
  const told = (done: number) => {
    if (done !== shown) onProgress?.({ label: `Preparing ${name}`, done, total: images.size });
    shown = done;
  };
  for (let shard = 0; shard < shards; shard++) {
    const first = shard * perShard;
    told(first);
    if (signal?.aborted) return result(false);
    const indices = Array.from({ length: Math.min(perShard, images.size - first) }, (_, i) => first + i);
    const stem = join(to, `${name}-${String(shard).padStart(6, '0')}`);
    const earlier = await readFile(`${stem}.json`, 'utf8').catch(() => undefined);
    const known = earlier === undefined ? undefined : parseJson<{ bad: string[] }>(earlier);
    if (known && (await stat(`${stem}.tar`).catch(() => undefined))) {
      await rm(workshopOf(stem), { recursive: true, force: true });
      resumed++;
      bad.push(...known.bad);
      continue;
    }
    const found = await writeShard(stem, indices, images, settings, (done) => told(first + done));
    if (found === undefined) return result(false);
    bad.push(...found);
  }
  told(images.size);
  return result(true);

  function result(done: boolean): Prepared {
    const kept = images.size - bad.length;
    return { pattern: join(to, `${name}-*.tar`), shards, resumed, images: kept, bad, done };
  }
}

/** Where the files of a shard lie until it is whole. */
const workshopOf = (stem: string): string => `${stem}.part`;

/** Makes one shard from images; returns what was bad, or undefined when the signal ended it before the shard was whole. */
async function writeShard(
  stem: string,
  indices: readonly number[],
  images: LooseImages,
  { side, quality, maxPixels, onBadImage, lanes, signal }: PrepareSettings,
  told: (done: number) => void,
): Promise<string[] | undefined> {
  const workshop = workshopOf(stem);
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { recursive: true });
  const reader = new BytesReader();
  const bad = new Map<number, string>();
  const sizes = new Map<string, number>();
  const work = [...indices];
  const take = (): number | undefined => (signal?.aborted ? undefined : work.shift());
  const lane = async (): Promise<void> => {
    for (let index = take(); index !== undefined; index = take()) {
      const image = images.nameOf(index);
      const key = String(index).padStart(9, '0');
      try {
        const bytes = await reader.read(images.place(index), image, 60);
        const small = await shrinkImage(bytes, image, { side, quality, maxPixels });
        await writeFile(join(workshop, `${key}.jpg`), small);
        await writeFile(join(workshop, `${key}.cls`), String(images.labels[index]));
        sizes.set(`${key}.jpg`, small.length);
      } catch (error) {
        const own = isEvenkeelError(error, 'IMAGES_BAD_IMAGE') || isEvenkeelError(error, 'IMAGES_TOO_LARGE');
        if (onBadImage === 'error' || !own) {
          work.length = 0; // the other lanes stop, too
          throw error;
        }
        bad.set(index, error.message);
      }
      told(sizes.size + bad.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await reader.close();
  }
  if (work.length > 0) {
    await rm(workshop, { recursive: true });
    return undefined;
  }
  const names = [...sizes.keys()].sort().flatMap((jpg) => [jpg, jpg.replace(/jpg$/, 'cls')]);
  await create({ file: `${stem}.tar.part`, cwd: workshop, portable: true, mtime: new Date(0) }, names);
  await checkShard(`${stem}.tar.part`, sizes);
  await rename(`${stem}.tar.part`, `${stem}.tar`);
  const texts = [...bad].sort(([a], [b]) => a - b).map(([, text]) => text);
  await writeAside(`${stem}.json`, JSON.stringify({ images: sizes.size, bad: texts }));
  await rm(workshop, { recursive: true });
  return texts;
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
  await removeUnfinished(to, name);
  const path = join(to, `${name}-plan.json`);
  const wanted = JSON.stringify(plan, null, 2);
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there === undefined) {
    const others = (await readdir(to)).filter((file) => file.startsWith(`${name}-`));
    if (others.length > 0) throw imageErrors.TARGET_IN_USE({ folder: to, found: `'${others[0]}'` });
    await writeAside(path, wanted);
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
  if (before === undefined) await writeAside(classes, text);
}

/** Removes what a killed call has left unfinished: of the same shards, and the classes, which other shards may be begun with just now. */
async function removeUnfinished(to: string, name: string): Promise<void> {
  for (const file of await readdir(to)) {
    const [, whole, pid] = /^(.*)\.(\d+)\.part$/.exec(file) ?? [];
    const isOurs = whole === `${name}-plan.json` || /^-\d{6}\.json$/.test(whole?.replace(name, '') ?? '');
    if (isOurs || (whole === CLASSES_FILE && !isRunning(Number(pid))))
      await rm(join(to, file), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Of what lies in the folder, wherever the folder lies. */
function digestOf(images: LooseImages): string {
  const hash = createHash('sha256');
  for (let index = 0; index < images.size; index++)
    hash.update(`${images.relative(index)} ${images.labels[index]}\n`);
  return hash.digest('hex');
}
