import type { PixelImage } from '@evenkeel/datasets-lt';

/** Every byte through one table, or every channel through its own. */
function lookUp({ pixels, channels }: PixelImage, tables: readonly Uint8Array[]): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = tables[i % channels][pixels[i]];
}

function sameForAll(image: PixelImage, of: (value: number) => number): void {
  const table = Uint8Array.from({ length: 256 }, (_, value) => of(value));
  lookUp(image, new Array<Uint8Array>(image.channels).fill(table));
}

function histograms({ pixels, channels }: PixelImage): Uint32Array[] {
  const counts = Array.from({ length: channels }, () => new Uint32Array(256));
  for (let i = 0; i < pixels.length; i++) counts[i % channels][pixels[i]]++;
  return counts;
}

/** Every byte from 255 downwards (Pillow's `ImageOps.invert`). In place. */
export function invert(image: PixelImage): void {
  sameForAll(image, (value) => 255 - value);
}

/** Bytes of `threshold` and more inverted (`ImageOps.solarize`). In place. */
export function solarize(image: PixelImage, threshold: number): void {
  sameForAll(image, (value) => (value < threshold ? value : 255 - value));
}

/** Only the highest `bits` of every byte (`ImageOps.posterize`), 0 .. 8. In place. */
export function posterize(image: PixelImage, bits: number): void {
  const mask = (0xff << (8 - bits)) & 0xff;
  sameForAll(image, (value) => value & mask);
}

/** Every channel stretched to 0 .. 255 (`ImageOps.autocontrast`). In place. */
export function autoContrast(image: PixelImage): void {
  const tables = histograms(image).map((counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    if (high <= low) return Uint8Array.from(counts, (_, value) => value);
    const scale = 255 / (high - low);
    const offset = -low * scale;
    return Uint8Array.from(counts, (_, value) =>
      Math.min(255, Math.max(0, Math.trunc(value * scale + offset))),
    );
  });
  lookUp(image, tables);
}

/** Every channel's bytes spread so that all are about as frequent (`ImageOps.equalize`). In place. */
export function equalize(image: PixelImage): void {
  const tables = histograms(image).map((counts) => {
    const present = counts.filter((count) => count > 0);
    const total = present.reduce((sum, count) => sum + count, 0);
    const step = Math.floor((total - present[present.length - 1]) / 255);
    if (present.length <= 1 || step === 0) return Uint8Array.from(counts, (_, value) => value);
    let sum = Math.floor(step / 2);
    return Uint8Array.from(counts, (count) => {
      const place = Math.min(255, Math.floor(sum / step));
      sum += count;
      return place;
    });
  });
  lookUp(image, tables);
}
