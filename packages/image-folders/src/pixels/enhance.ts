import type { PixelImage } from '@evenkeel/datasets-lt';
import { blend, luma } from './blend.js';

/** Brightness times `factor`, 0: black, 1: as it is (Pillow's `ImageEnhance.Brightness`). In place. */
export function adjustBrightness({ pixels }: PixelImage, factor: number): void {
  blend(0, pixels, factor);
}

/** Distance from the mean brightness times `factor`, 0: grey, 1: as it is (`ImageEnhance.Contrast`). In place; RGB. */
export function adjustContrast({ pixels }: PixelImage, factor: number): void {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 3) sum += luma(pixels[i], pixels[i + 1], pixels[i + 2]);
  blend(Math.floor(sum / (pixels.length / 3) + 0.5), pixels, factor);
}

/** Distance from grey times `factor`, 0: grey, 1: as it is (`ImageEnhance.Color`). In place; RGB. */
export function adjustSaturation({ pixels }: PixelImage, factor: number): void {
  const grey = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    grey.fill(luma(pixels[i], pixels[i + 1], pixels[i + 2]), i, i + 3);
  }
  blend(grey, pixels, factor);
}

/** Distance from the smoothed image times `factor`, 0: smoothed, 1: as it is (`ImageEnhance.Sharpness`). In place. */
export function adjustSharpness(image: PixelImage, factor: number): void {
  blend(smoothed(image), image.pixels, factor);
}

/** A weighted mean over 3 × 3, the middle weighing 5 of 13; the border stays (Pillow's `ImageFilter.SMOOTH`). */
function smoothed({ pixels, width, height, channels }: PixelImage): Uint8Array {
  const result = pixels.slice();
  const row = width * channels;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      const sum =
        pixels[i - row - channels] + pixels[i - row] + pixels[i - row + channels] +
        pixels[i - channels] + 5 * pixels[i] + pixels[i + channels] +
        pixels[i + row - channels] + pixels[i + row] + pixels[i + row + channels]; // prettier-ignore
      result[i] = Math.floor(sum / 13 + 0.5);
    }
  }
  return result;
}
