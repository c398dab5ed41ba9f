import fc from 'fast-check';
import type { PixelImage } from '@evenkeel/datasets-lt';
import { describe, expect, it } from 'vitest';
import { resample, type Window } from './resample.js';

/** The same filter as it is defined, weight by weight: both passes over all of the image, rounded to bytes between. */
function reference({ width, height, pixels }: PixelImage, w: number, h: number, window?: Window): Uint8Array {
  const across = pass(pixels, width, w, (x, y, c) => (y * width + x) * 3 + c, height);
  const both = pass(across, height, h, (y, x, c) => (y * w + x) * 3 + c, w);
  const { left, top, ...size } = window ?? { left: 0, top: 0, width: w, height: h };
  // The second pass gives columns.
  return Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % size.width, Math.floor(i / 3 / size.width)];
    return both[((left + x) * h + top + y) * 3 + (i % 3)];
  });
}

/** Filters lines of `from` pixels to `to`, `lines` of them: `[lines, to, 3]`. */
function pass(
  pixels: Uint8Array,
  from: number,
  to: number,
  at: (place: number, line: number, channel: number) => number,
  lines: number,
): Uint8Array {
  const result = new Uint8Array(lines * to * 3);
  const scale = from / to;
  const reach = Math.max(scale, 1);
  for (let place = 0; place < to; place++) {
    const middle = (place + 0.5) * scale;
    const least = Math.max(0, Math.trunc(middle - reach + 0.5));
    const most = Math.min(from, Math.trunc(middle + reach + 0.5));
    const exact = Array.from({ length: most - least }, (_, k) =>
      Math.max(0, 1 - Math.abs((k + least - middle + 0.5) * (1 / reach))),
    );
    const sum = exact.reduce((total, weight) => total + weight, 0);
    const weights = exact.map((weight) => Math.trunc(0.5 + (weight / sum) * 2 ** 22));
    for (let line = 0; line < lines; line++) {
      for (let c = 0; c < 3; c++) {
        const total = weights.reduce(
          (all, weight, k) => all + pixels[at(least + k, line, c)] * weight,
          2 ** 21,
        );
        // A side that keeps its size is not filtered.
        result[(line * to + place) * 3 + c] = from === to ? pixels[at(place, line, c)] : total / 2 ** 22;
      }
    }
  }
  return result;
}

const side = fc.integer({ min: 1, max: 40 });
const image = fc
  .tuple(side, side)
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((pixels): PixelImage => ({ width, height, channels: 3, pixels })),
  );
const resized = fc.tuple(side, side).chain(([w, h]) => {
  const part = (length: number) =>
    fc
      .integer({ min: 0, max: length - 1 })
      .chain((from) => fc.tuple(fc.constant(from), fc.integer({ min: 1, max: length - from })));
  const window = fc
    .tuple(part(w), part(h))
    .map(([[left, width], [top, height]]): Window => ({ left, top, width, height }));
  return fc.tuple(fc.constant(w), fc.constant(h), fc.option(window, { nil: undefined }));
});

describe('resampling', () => {
  it('is the filter as it is defined, to the bit, for any size, window and pixels (property)', () => {
    fc.assert(
      fc.property(image, resized, (from, [w, h, window]) => {
        const { pixels, width, height } = resample(from, w, h, window);
        expect([width, height]).toEqual(window ? [window.width, window.height] : [w, h]);
        expect(pixels).toEqual(reference(from, w, h, window));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what is white, however much it shrinks', () => {
    const white = {
      width: 997,
      height: 3,
      channels: 3,
      pixels: new Uint8Array(997 * 3 * 3).fill(255),
    } as const;
    for (const width of [1, 7, 996, 998, 2001])
      expect(new Set(resample(white, width, 2).pixels)).toEqual(new Set([255]));
  });
});
