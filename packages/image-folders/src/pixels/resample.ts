import type { PixelImage } from '@evenkeel/datasets-lt';
import { type KernelMemory, startKernels } from '../kernels/kernel-memory.js';
import { axisWeights } from './axis-weights.js';

/** Which part of a resized image is wanted. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** RGB bytes in the kernels' memory. */
export interface PlacedImage {
  readonly width: number;
  readonly height: number;
  /** Address of the first byte. */
  readonly at: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

/**
 * Resizes an image to `width` × `height` and gives the window of the result, by the triangle filter that widens as the image
 * shrinks: `Image.resize(…, BILINEAR)` of Pillow bit for bit, first along the rows and then along the columns, rounded to
 * bytes between. RGB.
 */
export function resample(image: PixelImage, width: number, height: number, window?: Window): PixelImage {
  const memory = startKernels();
  return taken(memory, resamplePlaced(memory, placed(memory, image), width, height, window));
}

/** Copies an image into the kernels' memory. */
export function placed(memory: KernelMemory, { width, height, pixels }: PixelImage): PlacedImage {
  // A filter may look at one row beyond the last, and gives it no weight.
  const at = memory.take((height + 1) * width * 3);
  memory.bytes(at, pixels.length).set(pixels);
  return { width, height, at, stride: width * 3 };
}

/** Copies an image without gaps between its rows out of the kernels' memory. */
export function taken(memory: KernelMemory, { width, height, at }: PlacedImage): PixelImage {
  return { width, height, channels: 3, pixels: memory.bytes(at, width * height * 3).slice() };
}

/** As `resample`, in the kernels' memory; the result has no gaps between its rows. */
export function resamplePlaced(
  memory: KernelMemory,
  image: PlacedImage,
  width: number,
  height: number,
  window?: Window,
): PlacedImage {
  const { left, top, ...size } = window ?? { left: 0, top: 0, width, height };
  const columns =
    image.width === width ? undefined : axisWeights(memory, image.width, width, left, size.width);
  const rows =
    image.height === height ? undefined : axisWeights(memory, image.height, height, top, size.height);
  const stride = size.width * 3;
  // Only the rows that the second pass looks at.
  const from = rows ? rows.from : top;
  const to = rows ? rows.to : top + size.height;
  const begin = image.at + from * image.stride;
  let across = { at: begin + left * 3, stride: image.stride };
  if (columns) {
    across = { at: memory.take((to - from + 1) * stride), stride };
    const { first, weights, pairs } = columns;
    memory.call.alongRows(begin, image.stride, to - from, first, weights, pairs, size.width, across.at);
  }
  if (columns && !rows) return { ...size, ...across };
  const at = memory.take(size.height * stride);
  if (rows) {
    const { first, weights, pairs } = rows;
    const origin = across.at - from * across.stride;
    memory.call.alongColumns(origin, across.stride, first, weights, pairs, stride, size.height, at);
  } else {
    for (let y = 0; y < size.height; y++) {
      const row = memory.bytes(across.at + y * across.stride, stride);
      memory.bytes(at + y * stride, stride).set(row);
    }
  }
  return { ...size, at, stride };
}
