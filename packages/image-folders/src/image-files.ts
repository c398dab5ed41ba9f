import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { defineOptions, list, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { ExampleSource } from '@evenkeel/trainer-core';
import { DecodingPool } from './decode/decoding-pool.js';
import { DecodedSource } from './decoded-source.js';
import { imageErrors } from './errors.js';
import { imageSpec } from './image-options.js';
import type { ImageOptions } from './image-options.js';
import { listFiles } from './listing/list-files.js';
import { PlacedImages } from './listing/placed-images.js';
import { IMAGE_SUFFIXES, isImageName } from './listing/suffixes.js';
import { resizedCrop } from './transforms/crops.js';

/** Which files `imageFiles` reads, and how. */
export interface ImageFilesOptions extends Pick<
  ImageOptions,
  'size' | 'mean' | 'std' | 'maxPixels' | 'readTimeout' | 'threads'
> {
  /** Files, and folders whose images are found at any depth, sorted by path; hidden names in folders are left out. */
  readonly paths: readonly string[];
  /** The smaller side before the crop, pixels; default `size · 256 / 224`, rounded. */
  readonly resize?: number;
}

const { size, mean, std, maxPixels, readTimeout, threads } = imageSpec;

/** The options of `imageFiles`. */
export const imageFilesOptions = defineOptions('imageFiles', imageErrors.BAD_OPTION, {
  ...{ size, mean, std, maxPixels, readTimeout, threads },
  paths: list(text('a file or a folder')),
  resize: whole(1).optional('`size · 256 / 224`, rounded'),
} satisfies SpecOf<ImageFilesOptions>);

/** Images without classes, decoded when they are asked for. */
export interface ImageFiles extends ExampleSource {
  /** The path of every image, `[size]`, beginning with the path that it was found by. */
  readonly names: readonly string[];
  /** Ends the decoding threads; they do not keep the process alive anyway. */
  close(): Promise<void>;
}

/**
 * Files and folders of images that have no class, such as those that a trained network is to classify; read as the test
 * images of a data set are, `[size, size, 3]`. Throws `IMAGES_BAD_OPTION`, and `IMAGES_NOT_FOUND` for a path that is not there or a
 * folder without an image; `read` throws what is wrong with the first image that cannot be had.
 *
 * @example
 * const images = await imageFiles({ paths: ['new', 'photo.jpg'], size: 112 });
 */
export async function imageFiles(options: ImageFilesOptions): Promise<ImageFiles> {
  const { paths, resize, ...settings } = imageFilesOptions.read(options);
  const plain = [resizedCrop({ size: settings.size, ...(resize !== undefined && { resize }) })] as const;
  const names = (await Promise.all(paths.map(imagesAt))).flat();
  const places = names.map((file) => ({ file, offset: 0, length: -1 }));
  const images = new PlacedImages(places, names, new Int32Array(names.length));
  const pool = new DecodingPool({ threads: settings.threads });
  const source = new DecodedSource({ ...settings, plain, images, pool });
  return {
    size: source.size,
    exampleShape: source.exampleShape,
    names,
    read: (indices, into) => source.read(indices, into),
    close: () => pool.close(),
  };
}

/** The file itself, or the images below a folder. */
async function imagesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code ?? cause.message;
    throw imageErrors.NOT_FOUND({ what: 'an image or a folder of images', path, reason }, { cause });
  });
  if (!found.isDirectory()) return [path];
  const files = (await listFiles(path)).filter(
    (name) => isImageName(basename(name)) && !name.split('/').some((part) => part.startsWith('.')),
  );
  if (files.length === 0) {
    const what = `a folder with images (${IMAGE_SUFFIXES.join(' ')})`;
    throw imageErrors.NOT_FOUND({ what, path, reason: 'no such file in it' });
  }
  return files.map((name) => join(path, name));
}
