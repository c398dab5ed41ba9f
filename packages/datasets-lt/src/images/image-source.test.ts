import { createRandom } from '@evenkeel/trainer-core';
import type { RandomStream } from '@evenkeel/trainer-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImageSource } from './image-source.js';

/** A stream that gives out the listed integers and keeps the limits it was asked for. */
function scripted(values: readonly number[]): RandomStream & { readonly limits: number[] } {
  const limits: number[] = [];
  const integer = (limit: number) => {
    limits.push(limit);
    return values[limits.length - 1] % limit;
  };
  return { integer, limits } as unknown as RandomStream & { readonly limits: number[] };
}

/** The same in the long way round: pad with black, crop, mirror, normalise. */
function byHand(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  { pad, top, left, mirror }: { pad: number; top: number; left: number; mirror: boolean },
  mean: readonly number[],
  std: readonly number[],
): number[] {
  const padded = Array.from({ length: height + 2 * pad }, (_, y) =>
    Array.from({ length: width + 2 * pad }, (_, x) =>
      Array.from({ length: channels }, (_, c) => {
        const [row, column] = [y - pad, x - pad];
        const inside = row >= 0 && row < height && column >= 0 && column < width;
        return inside ? pixels[(row * width + column) * channels + c] : 0;
      }),
    ),
  );
  const cropped = padded.slice(top, top + height).map((row) => row.slice(left, left + width));
  const turned = mirror ? cropped.map((row) => row.toReversed()) : cropped;
  return turned.flat(2).map((value, i) => (value / 255 - mean[i % channels]) / std[i % channels]);
}

describe('ImageSource', () => {
  it('pads, crops, mirrors and normalises in one pass', () => {
    const shapes = fc.tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 4 }),
    );
    const augmentation = fc.record({ pad: fc.integer({ min: 0, max: 4 }), flip: fc.boolean() });
    const draws = fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(shapes, augmentation, draws, fc.integer(), (exampleShape, augment, values, salt) => {
        const [height, width, channels] = exampleShape;
        const length = height * width * channels;
        const pixels = Uint8Array.from({ length: 3 * length }, (_, i) => Math.imul(i + 1, salt | 1) >>> 11);
        const mean = Array.from({ length: channels }, (_, c) => 0.3 + 0.1 * c);
        const std = Array.from({ length: channels }, (_, c) => 0.2 + 0.05 * c);
        const source = new ImageSource({
          pixels,
          labels: new Int32Array(3),
          exampleShape,
          mean,
          std,
          augment,
        });
        const random = scripted(values);
        const into = new Float32Array(2 * length);
        source.read(Int32Array.of(2, 0), into, () => random);

        let at = 0;
        const wanted = [2, 0].flatMap((index) => {
          const draw = (limit: number) => values[at++] % limit;
          const top = augment.pad > 0 ? draw(2 * augment.pad + 1) : 0;
          const left = augment.pad > 0 ? draw(2 * augment.pad + 1) : 0;
          const mirror = augment.flip && draw(2) === 1;
          const image = pixels.subarray(index * length, (index + 1) * length);
          return byHand(image, exampleShape, { pad: augment.pad, top, left, mirror }, mean, std);
        });
        into.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 5));
        expect(random.limits.length).toBe(at);
      }),
      { numRuns: 60 },
    );
  });

  it('reads a part of a batch as the whole batch has it', () => {
    const source = new ImageSource({
      pixels: Uint8Array.from({ length: 5 * 48 }, (_, i) => Math.imul(i + 1, 40503) >>> 8),
      labels: new Int32Array(5),
      exampleShape: [4, 4, 3],
      mean: [0, 0, 0],
      std: [1, 1, 1],
      augment: { pad: 2, flip: true },
    });
    const indices = Int32Array.of(3, 1, 4, 1, 0, 2);
    const whole = new Float32Array(6 * 48);
    source.read(indices, whole, (row) => createRandom(1, 'read', row));
    for (const [from, to] of [
      [0, 2],
      [2, 6],
      [5, 6],
    ]) {
      const part = new Float32Array((to - from) * 48);
      source.read(indices.subarray(from, to), part, (row) => createRandom(1, 'read', from + row));
      expect([...part]).toEqual([...whole.subarray(from * 48, to * 48)]);
    }
    expect([...whole.subarray(48, 96)]).not.toEqual([...whole.subarray(3 * 48, 4 * 48)]);
  });

  const plain = {
    pixels: Uint8Array.of(0, 51, 102, 255),
    labels: Int32Array.of(1, 0),
    exampleShape: [1, 2, 1] as const,
    mean: [0.2],
    std: [0.5],
  };

  it('reads plainly without a stream, and without augmentation draws nothing', () => {
    const into = new Float32Array(4);
    const augmented = new ImageSource({ ...plain, augment: { pad: 2, flip: true } });
    augmented.read(Int32Array.of(1, 0), into);
    const wanted = [0.4, 1.6, -0.4, 0].map((value) => expect.closeTo(value, 6));
    expect([...into]).toEqual(wanted);
    const random = scripted([]);
    new ImageSource(plain).read(Int32Array.of(1, 0), into, () => random);
    expect([...into]).toEqual(wanted);
    expect(random.limits).toEqual([]);
    expect(augmented).toMatchObject({ size: 2, labels: plain.labels, exampleShape: [1, 2, 1] });
  });

  it.each([
    ['pixels', { ...plain, labels: new Int32Array(3) }],
    ['mean', { ...plain, mean: [] }],
    ['std', { ...plain, std: [1, 1] }],
    ['std', { ...plain, std: [0] }],
  ])('refuses a wrong %s', (culprit, options) => {
    expect(() => new ImageSource(options)).toThrow(
      new RegExp(`DATASETS_(ARRAY_LENGTH|BAD_OPTION).*'${culprit}`),
    );
  });

  it('refuses a wrong room and wrong indices', () => {
    const source = new ImageSource(plain);
    expect(() => source.read(Int32Array.of(0), new Float32Array(3))).toThrow(/DATASETS_ARRAY_LENGTH.*'into'/);
    for (const index of [-1, 2]) {
      expect(() => source.read(Int32Array.of(index), new Float32Array(2))).toThrow(/DATASETS_INDEX_RANGE/);
    }
  });
});
