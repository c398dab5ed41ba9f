import { messageOf } from '@evenkeel/errors';
import type { PixelImage, PixelRandom } from '@evenkeel/datasets-lt';
import type { Metadata, SharpOptions } from 'sharp';
import { imageErrors } from '../errors.js';
import { type KernelMemory, startKernels } from '../kernels/kernel-memory.js';
import { type PlacedImage, placed, resamplePlaced, taken } from '../pixels/resample.js';
import type { Box, CropPlan } from '../transforms/crop-plan.js';
import { type CropStep, type FixedSizeStep, planCrop } from '../transforms/crops.js';
import { decodeJpeg } from './decode-jpeg.js';
import { jpegHeader } from './jpeg-header.js';
import { jpegScan } from './jpeg-scan.js';
import { loadSharp } from './load-sharp.js';

/** Pictures made of lines or pages are no photographs, and cost whatever their author likes. */
const KINDS = new Set(['jpeg', 'png', 'webp', 'tiff', 'gif', 'heif', 'ppm']);

/**
 * Decodes an image, cuts and resizes it as `crop` says, to `[size, size, 3]` RGB bytes. As Pillow's `convert('RGB')` has it, grey becomes
 * three equal channels, alpha is dropped and not blended, colour profiles and the orientation in EXIF are not applied,
 * and CMYK is turned over by the plain formula; of 16 bits the upper eight are kept. Plain JPEGs are decoded by the kernels, in this thread, all
 * else by libvips, in its own, and either only as far as the crop reaches; see `resample` for what follows. Throws `IMAGES_BAD_IMAGE` or
 * `IMAGES_TOO_LARGE`.
 */
export function decodeImage(
  bytes: Uint8Array,
  image: string,
  crop: CropStep | FixedSizeStep,
  random: PixelRandom,
  maxPixels: number,
): Promise<PixelImage> {
  return decodePlaced(bytes, image, crop, random, maxPixels, taken);
}

/** As `decodeImage`; what becomes of the image in the kernels' memory, `use` says at once. */
export async function decodePlaced<Result>(
  bytes: Uint8Array,
  image: string,
  crop: CropStep | FixedSizeStep,
  random: PixelRandom,
  maxPixels: number,
  use: (memory: KernelMemory, image: PlacedImage) => Result,
): Promise<Result> {
  const { width, height, ...kind } = await headerOf(bytes, image, maxPixels);
  const plan = planCrop(crop, width, height, random);
  const finish = (memory: KernelMemory, part: PlacedImage): Result => {
    const resized = resamplePlaced(memory, part, plan.width, plan.height, plan.target);
    return use(memory, plan.shift ? placed(memory, shifted(taken(memory, resized), plan.shift)) : resized);
  };
  const scan = jpegScan(bytes);
  if (scan) {
    const memory = startKernels();
    const part = decodeJpeg(memory, bytes, scan, plan.source);
    if (part) return finish(memory, part);
  }
  const part = await pixelsOf(bytes, kind, plan.source).catch((cause: unknown) => {
    throw imageErrors.BAD_IMAGE({ image, reason: reasonOf(cause, bytes) }, { cause });
  });
  const memory = startKernels();
  return finish(memory, placed(memory, part));
}

/** As `inspectImage`, which costs a turn through libvips; most images are JPEGs whose header is read as fast as it is passed over. */
async function headerOf(
  bytes: Uint8Array,
  image: string,
  maxPixels: number,
): Promise<Kind & { readonly width: number; readonly height: number }> {
  const jpeg = jpegHeader(bytes);
  if (!jpeg || jpeg.components === 4) return inspectImage(bytes, image, maxPixels);
  const { width, height } = jpeg;
  if (width * height > maxPixels) throw imageErrors.TOO_LARGE({ image, width, height, maxPixels });
  return { width, height, space: 'srgb' };
}

/** Size and kind of an image, from its header. Throws `IMAGES_BAD_IMAGE` or `IMAGES_TOO_LARGE`. */
export async function inspectImage(bytes: Uint8Array, image: string, maxPixels: number): Promise<Metadata> {
  if (bytes.length === 0) throw imageErrors.BAD_IMAGE({ image, reason: 'an empty file' });
  const sharp = await loadSharp();
  const found = await sharp(bytes, OPTIONS)
    .metadata()
    .catch((cause: unknown) => {
      throw imageErrors.BAD_IMAGE({ image, reason: reasonOf(cause, bytes) }, { cause });
    });
  if (!KINDS.has(found.format)) {
    throw imageErrors.BAD_IMAGE({ image, reason: `a file of kind ${found.format}` });
  }
  const { width, height } = found;
  if (width * height > maxPixels) throw imageErrors.TOO_LARGE({ image, width, height, maxPixels });
  return found;
}

const OPTIONS: SharpOptions = {
  failOn: 'error',
  // Checked from the header, with an error that names the image.
  limitInputPixels: false,
  ignoreIcc: true,
  sequentialRead: true,
};

type Kind = Pick<Metadata, 'space'>;

/** The image, or the part of it that `source` names, as RGB bytes. */
async function pixelsOf(bytes: Uint8Array, { space }: Kind, source: Box | undefined): Promise<PixelImage> {
  const sharp = await loadSharp();
  const whole = sharp(bytes, OPTIONS);
  const part = source ? whole.extract(source) : whole;
  // Alpha goes before pixels are weighed together, and CMYK is turned over here: libvips would by a colour profile.
  const inks = space === 'cmyk';
  const converted = inks
    ? part.pipelineColourspace('cmyk').toColourspace('cmyk')
    : part.removeAlpha().toColourspace('srgb');
  const { data, info } = await converted.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  // A Buffer's slice would be a view.
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return {
    width,
    height,
    channels: 3,
    pixels: inks ? fromInks(raw, channels) : threeChannels(raw, channels),
  };
}

/** CMYK to RGB as Pillow has it: every ink takes its share of the light that black leaves. */
function fromInks(inks: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array((inks.length / channels) * 3);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    const light = 255 - inks[from + 3];
    for (let ink = 0; ink < 3; ink++) rgb[to + ink] = light - divide255(inks[from + ink] * light);
  }
  return rgb;
}

/** A product of two bytes, divided by 255 and rounded, as Pillow has it. */
function divide255(product: number): number {
  const raised = product + 128;
  return ((raised >> 8) + raised) >> 8;
}

function threeChannels(pixels: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return pixels;
  const rgb = new Uint8Array((pixels.length / channels) * 3);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) rgb.fill(pixels[from], to, to + 3);
  return rgb;
}

function shifted(image: PixelImage, shift: NonNullable<CropPlan['shift']>): PixelImage {
  if (shift.down === 0 && shift.right === 0) return image;
  const { width, height, channels, pixels } = image;
  const moved = new Uint8Array(pixels.length);
  const from = Math.max(0, shift.right);
  const to = Math.min(width, width + shift.right);
  for (let y = 0; y < height; y++) {
    const row = y + shift.down;
    if (row < 0 || row >= height || from >= to) continue;
    const part = pixels.subarray((row * width + from) * channels, (row * width + to) * channels);
    moved.set(part, (y * width + from - shift.right) * channels);
  }
  return { ...image, pixels: moved };
}

/**
 * What libvips said, in one line, without the names of its functions. Its threads share one place for that: when two images fail at
 * once, one of them is left with nothing.
 */
export function reasonOf(cause: unknown, bytes: Uint8Array): string {
  const text = messageOf(cause);
  const [line = ''] = text.split('\n').filter((part) => part.trim() !== '');
  if (/unsupported image format/.test(text)) return 'no image of a known format';
  if (line === '' || /unknown error/i.test(line))
    return endsEarly(bytes) ? 'a file cut short' : 'damaged data';
  return line
    .replace(/^Input buffer (has corrupt header|contains unsupported image format): /, '')
    .replace(/^Vips\w+: /, '')
    .trim();
}

/** Whether a JPEG lacks the two bytes that end it. */
function endsEarly(bytes: Uint8Array): boolean {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  return isJpeg && !(bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9);
}
