/**
 * Moves every byte from `from` (0) towards what it is (1) or beyond, in place: `from + factor · (pixel - from)`, cut off at 0
 * and 255 and rounded down, in the single precision of Pillow's `Image.blend`.
 */
export function blend(from: Uint8Array | number, pixels: Uint8Array, factor: number): void {
  const alpha = Math.fround(factor);
  for (let i = 0; i < pixels.length; i++) {
    const base = typeof from === 'number' ? from : from[i];
    const value = Math.fround(base + Math.fround(alpha * (pixels[i] - base)));
    pixels[i] = value <= 0 ? 0 : value >= 255 ? 255 : value;
  }
}

/** Pillow's brightness of a pixel, ITU-R 601-2 in 16-bit fixed point. */
export function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
