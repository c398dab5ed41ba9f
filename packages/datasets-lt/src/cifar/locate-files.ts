import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../errors.js';
import { datasetCacheFolder } from '../files/cache-folder.js';
import { download } from '../files/download.js';
import type { OnProgress } from '../files/progress.js';
import { unpack } from '../files/unpack.js';
import { type CifarLayout, IMAGE_BYTES } from './cifar-layout.js';

/** Bytes; the official archives have 170 million. */
const MOST_ARCHIVE = 200_000_000;

/** The files that there are, in the official order. */
export interface CifarFiles {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/**
 * Finds the files in `dataDir` or its official subfolder; without `dataDir` in the cache, where they are downloaded to
 * first if need be. Some training files may be missing, a test file may not: `DATASETS_FILES_MISSING`.
 */
export async function locateFiles(
  layout: CifarLayout,
  options: { readonly dataDir?: string; readonly onProgress?: OnProgress },
): Promise<CifarFiles> {
  const { dataDir, onProgress } = options;
  const folders = dataDir
    ? [dataDir, join(dataDir, layout.folder)]
    : [join(datasetCacheFolder(), layout.folder)];
  if (!dataDir && !existsSync(folders[0])) await fetchOfficial(layout, folders[0], onProgress);
  const named = (folder: string, names: readonly string[]) =>
    names.map((name) => join(folder, name)).filter((file) => existsSync(file));
  const candidates = folders.map((folder) => {
    const train = named(folder, layout.trainFiles);
    const test = named(folder, layout.testFiles);
    return { train, test, whole: train.length > 0 && test.length === layout.testFiles.length };
  });
  const found = candidates.find(({ whole }) => whole);
  if (found) return found;
  const expected = [...layout.trainFiles, ...layout.testFiles];
  const missing = expected.filter((name) => folders.every((folder) => !existsSync(join(folder, name))));
  throw errors.FILES_MISSING({ dataset: layout.title, folders, missing });
}

async function fetchOfficial(layout: CifarLayout, folder: string, onProgress?: OnProgress): Promise<void> {
  const archive = `${folder}.tar.gz`;
  await download({ url: layout.url, md5: layout.md5, mostBytes: MOST_ARCHIVE, file: archive, onProgress });
  const records = Math.max(layout.trainRecords, layout.testRecords);
  await unpack({
    archive,
    folder,
    members: [...layout.trainFiles, ...layout.testFiles],
    mostBytes: records * (layout.labelBytes + IMAGE_BYTES),
    onProgress,
  });
  await rm(archive, { force: true });
}
