import type { PixelImage } from '@evenkeel/datasets-lt';

/** Which part of a resized image is wanted. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fixed point with as many bits as a byte and two carries leave of 32. */
const BITS = 22;
const HALF = 1 << (BITS - 1);

/** For every place of an axis: where its weights begin, and how many there are. */
interface AxisWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `taps` numbers for each place, sum 2^22. */
  readonly weights: Int32Array;
  readonly taps: number;
}

/**
 * Resizes an image to `width` × `height` and gives the window of the result, by the triangle filter that widens as the image
 * shrinks: `Image.resize(…, BILINEAR)` of Pillow bit for bit, first along the rows and then along the columns, rounded to
 * bytes between. RGB.
 */
export function resample(image: PixelImage, width: number, height: number, window?: Window): PixelImage {
  const { left, top, ...size } = window ?? { left: 0, top: 0, width, height };
  const columns = image.width === width ? undefined : axisWeights(image.width, width, left, size.width);
  const rows = image.height === height ? undefined : axisWeights(image.height, height, top, size.height);
  // Only the rows that the second pass looks at.
  const from = rows ? rows.first[0] : top;
  const to = rows ? rows.first[size.height - 1] + rows.count[size.height - 1] : top + size.height;
  const across = columns
    ? alongRows(image, columns, size.width, from, to)
    : cut(image, left, size.width, from, to);
  const pixels = rows ? alongColumns(across, rows, size.width, size.height, from) : across;
  return { ...size, channels: 3, pixels };
}

function axisWeights(from: number, to: number, start: number, length: number): AxisWeights {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  const taps = 2 * Math.ceil(reach) + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Int32Array(length * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < length; i++) {
    const middle = (start + i + 0.5) * scale;
    const least = Math.max(0, Math.trunc(middle - reach + 0.5));
    const most = Math.min(from, Math.trunc(middle + reach + 0.5));
    let sum = 0;
    for (let k = 0; k < most - least; k++) {
      const distance = Math.abs((k + least - middle + 0.5) * (1 / reach));
      exact[k] = distance < 1 ? 1 - distance : 0;
      sum += exact[k];
    }
    first[i] = least;
    count[i] = most - least;
    for (let k = 0; k < most - least; k++) {
      weights[i * taps + k] = Math.trunc(0.5 + (exact[k] / sum) * (1 << BITS));
    }
  }
  return { first, count, weights, taps };
}

function alongRows(
  { pixels, width }: PixelImage,
  { first, count, weights, taps }: AxisWeights,
  length: number,
  from: number,
  to: number,
): Uint8Array {
  const result = new Uint8Array((to - from) * length * 3);
  for (let y = from, at = 0; y < to; y++) {
    const row = y * width * 3;
    for (let x = 0; x < length; x++, at += 3) {
      let [red, green, blue] = [HALF, HALF, HALF];
      let pixel = row + first[x] * 3;
      const end = x * taps + count[x];
      for (let k = x * taps; k < end; k++, pixel += 3) {
        const weight = weights[k];
        red += Math.imul(pixels[pixel], weight);
        green += Math.imul(pixels[pixel + 1], weight);
        blue += Math.imul(pixels[pixel + 2], weight);
      }
      result[at] = red >> BITS;
      result[at + 1] = green >> BITS;
      result[at + 2] = blue >> BITS;
    }
  }
  return result;
}

function alongColumns(
  pixels: Uint8Array,
  { first, count, weights, taps }: AxisWeights,
  width: number,
  length: number,
  from: number,
): Uint8Array {
  const stride = width * 3;
  const result = new Uint8Array(length * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < length; y++) {
    sums.fill(HALF);
    for (let k = 0; k < count[y]; k++) {
      const weight = weights[y * taps + k];
      const row = (first[y] + k - from) * stride;
      for (let i = 0; i < stride; i++) sums[i] += Math.imul(pixels[row + i], weight);
    }
    const at = y * stride;
    for (let i = 0; i < stride; i++) result[at + i] = sums[i] >> BITS;
  }
  return result;
}

function cut(
  { pixels, width }: PixelImage,
  left: number,
  length: number,
  from: number,
  to: number,
): Uint8Array {
  if (length === width) return pixels.subarray(from * width * 3, to * width * 3);
  const result = new Uint8Array((to - from) * length * 3);
  for (let y = from; y < to; y++) {
    const row = (y * width + left) * 3;
    result.set(pixels.subarray(row, row + length * 3), (y - from) * length * 3);
  }
  return result;
}
