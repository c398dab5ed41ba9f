import type { PixelImage } from '@evenkeel/datasets-lt';

/**
 * Turns the hue by `factor` of a full circle, -0.5 .. 0.5, with hue, saturation and value as bytes like Pillow's mode `HSV`
 * (`torchvision.transforms.functional.adjust_hue`). In place; RGB.
 */
export function adjustHue({ pixels }: PixelImage, factor: number): void {
  const turn = Math.trunc(factor * 255);
  for (let i = 0; i < pixels.length; i += 3) {
    const [red, green, blue] = [pixels[i], pixels[i + 1], pixels[i + 2]];
    const value = Math.max(red, green, blue);
    const range = value - Math.min(red, green, blue);
    if (range === 0) continue;
    const saturation = Math.trunc(Math.fround(Math.fround(range / value) * 255));
    if (saturation === 0) {
      pixels.fill(value, i, i + 3);
      continue;
    }
    write(pixels, i, (hueOf(red, green, blue, value, range) + turn) & 255, saturation, value);
  }
}

/** The hue as a byte, from the colours' distances to the strongest one. */
function hueOf(red: number, green: number, blue: number, value: number, range: number): number {
  const r = Math.fround((value - red) / range);
  const g = Math.fround((value - green) / range);
  const b = Math.fround((value - blue) / range);
  const sector = Math.fround(value === red ? b - g : value === green ? 2 + r - b : 4 + g - r);
  const hue = Math.fround((sector / 6 + 1) % 1);
  return Math.trunc(Math.fround(hue * 255));
}

function write(pixels: Uint8Array, at: number, hue: number, saturation: number, value: number): void {
  const place = Math.fround((hue * 6) / 255);
  const sector = Math.floor(place);
  const part = Math.fround(place - sector);
  const share = Math.fround(saturation / 255);
  const p = Math.round(value * (1 - share));
  const q = Math.round(value * (1 - share * part));
  const t = Math.round(value * (1 - share * (1 - part)));
  const colours = [
    [value, t, p],
    [q, value, p],
    [p, value, t],
    [p, q, value],
    [t, p, value],
    [value, p, q],
  ];
  pixels.set(colours[sector % 6], at);
}
