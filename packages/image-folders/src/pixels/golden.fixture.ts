import { readFileSync } from 'node:fs';
import type { PixelImage } from '@evenkeel/datasets-lt';

interface Pixels {
  /** Bytes in base64, `[height, width, 3]`. */
  readonly pixels: string;
}

/** What golden/pixels.py has written with Pillow and torchvision. */
export interface Golden {
  readonly image: string;
  readonly resized: readonly (Pixels & { readonly size: readonly [number, number] })[];
  readonly tested: readonly (Pixels & { readonly width: number; readonly height: number })[];
  readonly crops: readonly (Pixels & { readonly box: readonly [number, number, number, number] })[];
  readonly colours: readonly (Pixels & { readonly name: string; readonly factor: number })[];
  readonly operations: readonly (Pixels & {
    readonly name: string;
    readonly share: number;
    readonly negative: boolean;
  })[];
  readonly randAugment: readonly string[];
  readonly policies: Readonly<Record<string, readonly (readonly (readonly [string, number, number])[])[]>>;
  readonly normalised: readonly number[];
}

/** The golden values. */
export const golden = JSON.parse(
  readFileSync(new URL('../../golden/pixels.json', import.meta.url), 'utf8'),
) as Golden;

/** The bytes of a golden result. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** The image of the script's formula, in its own bytes. */
export function goldenImage(width = 19, height = 14): PixelImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const rough = (x * 37 + y * 91 + c * 53 + x * y * 7) % 256;
        const smooth = Math.trunc(128 + 120 * Math.sin(x / 3 + y / (4 + c) + 2 * c));
        pixels[at++] = (x + 2 * y) % 5 === 0 ? rough : smooth;
      }
    }
  }
  return { width, height, channels: 3, pixels };
}
