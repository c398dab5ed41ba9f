import type { PixelImage } from '@evenkeel/datasets-lt';

/** `[a, b, c, d, e, f]`: place (x, y) shows pixel (a·x + b·y + c, d·x + e·y + f). */
type Affine = readonly [number, number, number, number, number, number];

const FIXED = 65536;

/**
 * Fetches every pixel from where the map says, the nearest one, black where there is none; middles of pixels are mapped, in
 * 16-bit fixed point as Pillow's `Image.transform` with `NEAREST` does it. In place.
 */
function warp({ pixels, width, height, channels }: PixelImage, map: Affine): void {
  const source = pixels.slice();
  const fixed = (value: number) => Math.floor(value * FIXED + 0.5);
  const [a, b, , d, e] = map.map(fixed);
  let rowX = fixed(map[2] + map[0] * 0.5 + map[1] * 0.5);
  let rowY = fixed(map[5] + map[3] * 0.5 + map[4] * 0.5);
  for (let y = 0, to = 0; y < height; y++, rowX += b, rowY += e) {
    for (let x = 0, atX = rowX, atY = rowY; x < width; x++, atX += a, atY += d) {
      const column = Math.floor(atX / FIXED);
      const row = Math.floor(atY / FIXED);
      const inside = column >= 0 && column < width && row >= 0 && row < height;
      const from = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++) pixels[to++] = inside ? source[from + channel] : 0;
    }
  }
}

/** Row y shifted by `share · y` to the left (torchvision's `ShearX`). In place. */
export function shearX(image: PixelImage, share: number): void {
  warp(image, [1, tangent(share), 0, 0, 1, 0]);
}

/** Column x shifted by `share · x` upwards (`ShearY`). In place. */
export function shearY(image: PixelImage, share: number): void {
  warp(image, [1, 0, 0, tangent(share), 1, 0]);
}

/** The whole image moved by whole pixels to the right and down (`TranslateX`, `TranslateY`). In place. */
export function translate(image: PixelImage, right: number, down: number): void {
  warp(image, [1, 0, -Math.trunc(right), 0, 1, -Math.trunc(down)]);
}

/** Turned about its middle, counter-clockwise, by degrees (`Rotate`). In place. */
export function rotate(image: PixelImage, degrees: number): void {
  const angle = (-(degrees % 360) * Math.PI) / 180;
  const round = (value: number) => Math.round(value * 1e15) / 1e15;
  const [a, b, d, e] = [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)].map(round);
  const [middleX, middleY] = [image.width / 2, image.height / 2];
  const c = a * -middleX + b * -middleY + middleX;
  const f = d * -middleX + e * -middleY + middleY;
  warp(image, [a, b, c, d, e, f]);
}

/** What becomes of a shear on its way through torchvision's angles: the tangent of its arc tangent. */
function tangent(share: number): number {
  return Math.tan(Math.atan(share));
}
