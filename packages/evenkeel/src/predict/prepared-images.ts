import { isEvenkeelError } from '@evenkeel/errors';
import type { ImageFiles } from '@evenkeel/image-folders';
import { loadImageFolders } from '../shared/load-image-folders.js';
import type { Preparation } from './image-classifier.js';

/** Some images as a network takes them. */
export interface PreparedBatch {
  readonly names: readonly string[];
  /** `[names, size, size, channels]`. */
  readonly inputs: Float32Array;
  /** What is wrong with the images that were left out, a sentence each. */
  readonly bad: readonly string[];
}

const FAULTS_OF_IMAGES = ['IMAGES_BAD_IMAGE', 'IMAGES_TOO_LARGE'];

/** Weights of red, green and blue in grey, as Pillow's `convert('L')` has them (ITU-R 601-2). */
const LUMA = [0.299, 0.587, 0.114];

/**
 * Reads files and folders as a network takes them, batch by batch. With `skip`, images that cannot be decoded are left out and
 * told; else the first one is the error that it throws. Throws what `imageFiles` throws.
 */
export async function* preparedImages(
  paths: readonly string[],
  preparation: Preparation,
  batch: number,
  skip: boolean,
): AsyncGenerator<PreparedBatch & { readonly total: number }> {
  const { size, resize, channels, mean, std } = preparation;
  const three = ([red, green, blue]: readonly number[]) => [red, green, blue] as const;
  const colours = channels === 3 ? { mean: three(mean), std: three(std) } : { mean: BLACK, std: WHITE };
  const { imageFiles } = await loadImageFolders('predict');
  const images = await imageFiles({ paths, size, resize, ...colours });
  try {
    for (let from = 0; from < images.size; from += batch) {
      const indices = Array.from({ length: Math.min(batch, images.size - from) }, (_, row) => from + row);
      const { kept, bad, pixels } = await readKept(images, indices, skip);
      const inputs = channels === 3 ? pixels : greyOf(pixels, mean[0], std[0]);
      yield { names: kept.map((index) => images.names[index]), inputs, bad, total: images.size };
    }
  } finally {
    await images.close();
  }
}

const BLACK = [0, 0, 0] as const;
const WHITE = [1, 1, 1] as const;

async function readKept(
  images: ImageFiles,
  indices: readonly number[],
  skip: boolean,
): Promise<{ kept: number[]; bad: string[]; pixels: Float32Array }> {
  const length = images.exampleShape.reduce((product, side) => product * side, 1);
  const pixels = new Float32Array(indices.length * length);
  try {
    await images.read(Int32Array.from(indices), pixels);
    return { kept: [...indices], bad: [], pixels };
  } catch (error) {
    if (!skip || !isFault(error)) throw error;
  }
  // One of them is bad: which, is told one by one.
  const kept: number[] = [];
  const bad: string[] = [];
  for (const index of indices) {
    try {
      const into = pixels.subarray(kept.length * length, (kept.length + 1) * length);
      await images.read(Int32Array.of(index), into);
      kept.push(index);
    } catch (error) {
      if (!isFault(error)) throw error;
      bad.push((error as Error).message);
    }
  }
  return { kept, bad, pixels: pixels.slice(0, kept.length * length) };
}

function isFault(error: unknown): boolean {
  return isEvenkeelError(error) && FAULTS_OF_IMAGES.includes(error.code);
}

function greyOf(pixels: Float32Array, mean: number, std: number): Float32Array {
  return Float32Array.from({ length: pixels.length / 3 }, (_, at) => {
    const light = LUMA.reduce((sum, weight, channel) => sum + weight * pixels[3 * at + channel], 0);
    return (light - mean) / std;
  });
}
