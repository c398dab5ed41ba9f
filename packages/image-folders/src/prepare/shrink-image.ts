import { decodeImage, inspectImage } from '../decode/decode-image.js';
import { loadSharp } from '../decode/load-sharp.js';
import { seededDraws } from '../transforms/draws.js';

/** How an image is shrunk. */
export interface ShrinkOptions {
  /** Smaller side, pixels. */
  readonly side: number;
  /** Of the JPEG, 1 .. 100. */
  readonly quality: number;
  readonly maxPixels: number;
}

/**
 * An image with a smaller side of `side`, as a JPEG without subsampled colours; the same bytes when it is a JPEG that is not
 * larger, as long as all of it can be decoded. Throws `IMAGES_BAD_IMAGE` or `IMAGES_TOO_LARGE`.
 */
export async function shrinkImage(
  bytes: Uint8Array,
  image: string,
  { side, quality, maxPixels }: ShrinkOptions,
): Promise<Uint8Array> {
  const { width, height, format, space } = await inspectImage(bytes, image, maxPixels);
  const small = Math.min(width, height) <= side;
  const scale = small ? 1 : side / Math.min(width, height);
  const whole = {
    kind: 'fixed',
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  } as const;
  const { pixels, ...size } = await decodeImage(bytes, image, whole, seededDraws([1, 1, 1, 1]), maxPixels);
  if (small && format === 'jpeg' && space !== 'cmyk') return bytes;
  const sharp = await loadSharp();
  const written = sharp(pixels, { raw: { width: size.width, height: size.height, channels: 3 } });
  return new Uint8Array(await written.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer());
}
