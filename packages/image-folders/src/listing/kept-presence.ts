import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { datasetCacheFolder } from '@evenkeel/datasets-lt';
import { parseJson } from '../parse-json.js';
import { keepQuietly } from '../write-aside.js';
import { findPresent } from './find-missing.js';
import type { LooseImages } from './loose-images.js';

/** A folder that changed so shortly ago may change again within the same tick of the file system's clock, ms. */
const SETTLED = 2_000;
/** Folders asked for their time at once. */
const LANES = 16;

/**
 * As `findPresent`. That all images of a list are there is kept in the cache folder, and believed for as long as no folder of theirs
 * changes its time: a file cannot come or go without that. A memory that cannot be written costs another look.
 */
export async function keptPresence(images: LooseImages): Promise<Uint8Array> {
  const file = join(datasetCacheFolder(), 'image-lists', `${digestOf(images)}.json`);
  const began = Date.now();
  const times = await timesOf(images);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const known = text === undefined ? undefined : parseJson<number[]>(text);
  if (known?.length === times.length && times.every((time, at) => time !== null && time === known[at])) {
    return new Uint8Array(images.size).fill(1);
  }
  const present = await findPresent(images);
  const settled = times.every((time) => time !== null && time < began - SETTLED);
  if (settled && present.every((is) => is === 1)) await keepQuietly(file, () => times);
  return present;
}

/** When every folder last changed, ms; null where there is none. */
async function timesOf({ columns: { root, folders } }: LooseImages): Promise<(number | null)[]> {
  const times = new Array<number | null>(folders.length).fill(null);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < folders.length; at = next++) {
      times[at] = await stat(join(root, folders[at])).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      );
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return times;
}

function digestOf({ columns: { root, folders, folderOf, names, starts } }: LooseImages): string {
  const hash = createHash('sha256').update(JSON.stringify([1, resolve(root), folders]));
  for (const column of [folderOf, names, starts]) hash.update(column);
  return hash.digest('hex');
}
