import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetCacheFolder } from '@evenkeel/datasets-lt';
import { parseJson } from './parse-json.js';
import type { JobProblem } from './decode/batch-job.js';
import type { DecodingPool } from './decode/decoding-pool.js';
import { faultOfImage } from './fault-of-image.js';
import type { ImageSettings } from './image-options.js';
import type { ImageTable } from './listing/image-table.js';
import { paddedCrop } from './transforms/crops.js';
import { SEED_WORDS } from './transforms/draws.js';
import { keepQuietly } from './write-aside.js';

/** What a check has found. */
export interface CheckedImages {
  /** The images that can be decoded, in their order. */
  readonly kept: ImageTable;
  /** What is wrong with the others, a sentence each that names the image. */
  readonly bad: readonly string[];
}

/** Images that are decoded before progress is told again. */
const ROUND = 512;

/**
 * Decodes every image once, whole, and tells the bad ones; which they are is remembered in the cache folder for as long as no file
 * changes its size or its time. Throws what is not an image's own fault, such as `IMAGES_UNREADABLE`.
 */
export async function checkImages(
  images: ImageTable,
  pool: DecodingPool,
  settings: Pick<ImageSettings, 'maxPixels' | 'readTimeout' | 'onProgress'>,
  label: string,
): Promise<CheckedImages> {
  const fingerprint = await fingerprintOf(images, settings.maxPixels);
  const file = join(datasetCacheFolder(), 'image-checks', `${fingerprint}.json`);
  const problems = (await remembered(file)) ?? (await decodeAll(images, pool, settings, label));
  await keepQuietly(file, () => problems);
  const bad = new Set(problems.map(({ index }) => index));
  const indices = Int32Array.from({ length: images.size }, (_, index) => index);
  return {
    kept: bad.size === 0 ? images : images.pick(indices.filter((index) => !bad.has(index))),
    bad: problems.map(({ text }) => text),
  };
}

type Found = Pick<JobProblem, 'index' | 'text'>;

async function decodeAll(
  images: ImageTable,
  pool: DecodingPool,
  { maxPixels, readTimeout, onProgress }: Pick<ImageSettings, 'maxPixels' | 'readTimeout' | 'onProgress'>,
  label: string,
): Promise<Found[]> {
  const found: Found[] = [];
  // Every row of the image counts for a picture of 8 × 8 pixels, so that all of it is decoded.
  const crop = paddedCrop({ size: 8, pad: 0 });
  for (let from = 0; from < images.size; from += ROUND) {
    onProgress?.({ label, done: from, total: images.size });
    const rows = Math.min(ROUND, images.size - from);
    const problems = await pool.problemsOf({
      images: Array.from({ length: rows }, (_, row) => ({
        ...images.place(from + row),
        name: images.nameOf(from + row),
      })),
      crop,
      steps: [],
      ...{ mean: [0, 0, 0], std: [1, 1, 1], maxPixels, readTimeout, all: true },
      seeds: new Uint32Array(rows * SEED_WORDS),
      cursor: new Int32Array(new SharedArrayBuffer(4)),
      output: new Float32Array(new SharedArrayBuffer(rows * 8 * 8 * 3 * 4)),
    });
    for (const problem of problems) found.push({ index: from + problem.index, text: faultOfImage(problem) });
  }
  onProgress?.({ label, done: images.size, total: images.size });
  return found;
}

/** Of the names, sizes and times of all files, and of the limit. */
async function fingerprintOf(images: ImageTable, maxPixels: number): Promise<string> {
  const hash = createHash('sha256').update(`1 ${maxPixels}\n`);
  let last = '';
  let facts = '';
  for (let index = 0; index < images.size; index++) {
    const { file, offset, length } = images.place(index);
    if (file !== last) {
      const { size, mtimeMs } = await stat(file).catch(() => ({ size: -1, mtimeMs: -1 }));
      [last, facts] = [file, `${size} ${mtimeMs}`];
    }
    hash.update(`${file} ${offset} ${length} ${facts}\n`);
  }
  return hash.digest('hex');
}

async function remembered(file: string): Promise<Found[] | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseJson<Found[]>(text);
}
