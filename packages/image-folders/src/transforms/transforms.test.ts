import fc from 'fast-check';
import { fromArrays } from '@evenkeel/datasets-lt';
import { createRandom } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';
import { drawnImage } from '../drawn-images.fixture.js';
import { golden } from '../pixels/golden.fixture.js';
import { autoAugment } from './auto-augment.js';
import { colorJitter } from './color-jitter.js';
import { paddedCrop, planCrop, randomResizedCrop, resizedCrop } from './crops.js';
import { seededDraws } from './draws.js';
import { flip, mirror } from './flip.js';
import { makeStep } from './make-step.js';
import { applyOperation, type OperationName } from './operations.js';
import { randAugment } from './rand-augment.js';

const draws = (seed: number) => createRandom(seed, 'transforms');
const side = fc.integer({ min: 1, max: 900 });

describe('randomResizedCrop', () => {
  it('cuts whole pixels within any image, of an area and a ratio that are allowed', () => {
    const step = randomResizedCrop({ size: 32 });
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, seed) => {
        const { source, ...size } = planCrop(step, width, height, draws(seed));
        expect(size).toEqual({ width: 32, height: 32 });
        if (!source) throw new Error('no box');
        expect(Object.values(source).every(Number.isInteger)).toBe(true);
        expect(source.left >= 0 && source.left + source.width <= width && source.width >= 1).toBe(true);
        expect(source.top >= 0 && source.top + source.height <= height && source.height >= 1).toBe(true);
        // Rounding to whole pixels is all that may break the bounds.
        const fits = (w: number, h: number) => w / h >= 3 / 4 && w / h <= 4 / 3;
        const near = [-1, 0, 1].some((a) =>
          [-1, 0, 1].some((b) => fits(source.width + a, source.height + b)),
        );
        const whole = source.width === width || source.height === height;
        expect(near || whole).toBe(true);
      }),
    );
  });

  it('has a mean area of 0.54 of a square image, as an even draw of 0.08 to 1 has where every crop fits', () => {
    const step = randomResizedCrop({ ratio: [1, 1] });
    const random = draws(1);
    let sum = 0;
    for (let i = 0; i < 4000; i++) {
      const { source } = planCrop(step, 1000, 1000, random);
      sum += source ? (source.width * source.height) / 1e6 : 0;
    }
    expect(sum / 4000).toBeCloseTo(0.54, 1);
  });

  it('takes the middle of an image that no ratio fits', () => {
    const { source } = planCrop(randomResizedCrop(), 1000, 10, draws(1));
    expect(source).toEqual({ left: 493, top: 0, width: 13, height: 10 });
  });

  it.each([
    [{ size: 0 }, /'size'/],
    [{ scale: [0, 1] as const }, /'scale'/],
    [{ scale: [0.5, 1.5] as const }, /'scale'/],
    [{ ratio: [2, 1] as const }, /'ratio'/],
  ])('refuses %j', (options, text) => {
    expect(() => randomResizedCrop(options)).toThrow(text);
  });
});

describe('resizedCrop and paddedCrop', () => {
  it('resizes the smaller side to 256 for 224, in proportion for others', () => {
    expect(resizedCrop().resize).toBe(256);
    expect(resizedCrop({ size: 112 }).resize).toBe(128);
    expect(() => resizedCrop({ size: 100, resize: 99 })).toThrow(/'resize'.*at least 100, received 99/);
  });

  it('shifts by at most the padding, and draws nothing without one', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 8 }), (seed, pad) => {
        const { shift } = planCrop(paddedCrop({ size: 8, pad }), 8, 8, draws(seed));
        expect(shift && Math.max(Math.abs(shift.down), Math.abs(shift.right)) <= pad).toBe(true);
      }),
    );
    const random = draws(1);
    planCrop(paddedCrop({ size: 8, pad: 0 }), 8, 8, random);
    expect(random.position).toBe(0);
  });
});

describe('steps on pixels', () => {
  it('mirrors twice to the same image', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (width, height) => {
        const image = drawnImage(width, height);
        mirror(image);
        const first = [...image.pixels.subarray(0, 3)];
        expect(first).toEqual([...drawnImage(width, height).pixels.subarray((width - 1) * 3, width * 3)]);
        mirror(image);
        expect(image.pixels).toEqual(drawnImage(width, height).pixels);
      }),
    );
  });

  it('mirrors every second image, or as many as the chance says', () => {
    const shares = [0, 0.5, 1].map((chance) => {
      const random = draws(2);
      let mirrored = 0;
      for (let i = 0; i < 400; i++) {
        const image = drawnImage(2, 1);
        flip({ chance }).apply(image, random);
        if (image.pixels[0] !== drawnImage(2, 1).pixels[0]) mirrored++;
      }
      return mirrored / 400;
    });
    expect(shares[0]).toBe(0);
    expect(shares[1]).toBeCloseTo(0.5, 1);
    expect(shares[2]).toBe(1);
  });

  const steps = [
    flip(),
    colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 }),
    randAugment(),
    randAugment({ operations: 3, magnitude: 30 }),
    autoAugment(),
    autoAugment({ policy: 'cifar10' }),
  ];

  it.each(steps)(
    '$name gives the same bytes for the same draws, also when made again in a thread',
    (step) => {
      const again = makeStep(structuredClone({ kind: step.kind, options: step.options }));
      expect(again.name).toBe(step.name);
      let changed = 0;
      for (let seed = 0; seed < 60; seed++) {
        const images = [step, again].map((one) => {
          const image = drawnImage(12, 10);
          one.apply(image, draws(seed));
          return image.pixels;
        });
        expect(images[1]).toEqual(images[0]);
        if (images[0].some((byte, i) => byte !== drawnImage(12, 10).pixels[i])) changed++;
      }
      expect(changed).toBeGreaterThan(15);
    },
  );

  it('colorJitter leaves alone what it is not told to vary, and keeps factors within their reach', () => {
    const image = drawnImage(6, 5);
    colorJitter({}).apply(image, draws(1));
    expect(image.pixels).toEqual(drawnImage(6, 5).pixels);
    const { pixels } = drawnImage(6, 5);
    for (let seed = 0; seed < 40; seed++) {
      const bright = drawnImage(6, 5);
      colorJitter({ brightness: 0.25 }).apply(bright, draws(seed));
      expect(
        bright.pixels.every(
          (byte, i) => byte >= Math.floor(pixels[i] * 0.75) && byte <= Math.min(255, pixels[i] * 1.25),
        ),
      ).toBe(true);
    }
  });

  it.each(golden.randAugment.map((name, at) => ({ name, at })))(
    'randAugment has $name at place $at',
    ({ name, at }) => {
      const [drawnOne, applied] = [drawnImage(12, 10), drawnImage(12, 10)];
      // A stream that always says the place; a sign is never turned round.
      const integer = (limit: number) => (limit === 2 ? 0 : at);
      randAugment({ operations: 1 }).apply(drawnOne, { uint32: () => 0, uniform: () => 0, integer });
      applyOperation(name as OperationName, applied, 9 / 30, false);
      expect(drawnOne.pixels).toEqual(applied.pixels);
      expect(golden.randAugment).toHaveLength(14);
    },
  );

  it.each([
    [() => flip({ chance: 2 }), /'chance'/],
    [() => colorJitter({ hue: 0.6 }), /'hue'.*\[0, 0.5\]/],
    [() => colorJitter({ contrast: -1 }), /'contrast'/],
    [() => randAugment({ magnitude: 31 }), /'magnitude'.*\[0, 30\]/],
    [() => randAugment({ operations: 1.5 }), /'operations'/],
    [() => randomResizedCrop({ scale: [0.5, 0.2] }), /'scale'.*two rising numbers in \(0, 1\]/],
    [() => randomResizedCrop({ ratio: [0, 1] }), /'ratio'.*two rising numbers above 0/],
    [() => resizedCrop({ size: 64, resize: 60 }), /'resize'.*at least 64, received 60/],
    [() => paddedCrop({ size: 0 }), /'size'/],
    [() => flip({ chans: 0.5 } as never), /Did you mean 'chance'/],
    [() => autoAugment({ policy: 'svhn' as 'cifar10' }), /'policy'.*'cifar10' or 'imagenet'/],
  ])('refuses a bad option: %#', (make, text) => {
    expect(make).toThrow(text);
    expect(make).toThrow('IMAGES_BAD_OPTION');
  });
});

describe('seededDraws', () => {
  it('repeats for the same seed, differs for another, and is even', () => {
    const first = (...seed: number[]) => {
      const random = seededDraws(seed);
      return Array.from({ length: 4 }, () => random.uint32()).join();
    };
    expect(first(1, 2, 3, 4)).toBe(first(1, 2, 3, 4));
    expect(first(1, 2, 3, 4)).not.toBe(first(2, 2, 3, 4));
    const bins = new Array<number>(10).fill(0);
    // The first draws of many images: they must be as even as the later ones of one.
    for (let i = 0; i < 5000; i++) {
      const stream = createRandom(1, i);
      bins[seededDraws([stream.uint32(), stream.uint32(), stream.uint32(), stream.uint32()]).integer(10)]++;
    }
    const chi = bins.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(chi).toBeLessThan(27.9); // 99.9 % quantile of chi-square with 9 degrees of freedom
    expect(first(0, 0, 0, 0)).not.toBe('0,0,0,0');
  });
});

describe('steps on images in memory', () => {
  it('change bytes after crop and mirror and before the normalisation, by the stream of the row', () => {
    const images = Uint8Array.from([...drawnImage(8, 8).pixels, ...drawnImage(8, 8, 2).pixels]);
    const labels = Int32Array.of(0, 1);
    const part = { images, labels };
    const make = (augment: Parameters<typeof fromArrays>[0]['augment']) =>
      fromArrays({
        ...{ name: 'two', exampleShape: [8, 8, 3], classNames: ['a', 'b'], train: part, test: part },
        ...{ mean: [0, 0, 0], std: [1, 1, 1], augment },
      });
    const policy = randAugment({ operations: 3, magnitude: 25 });
    const read = (data: ReturnType<typeof make>, rows: number[]) => {
      const into = new Float32Array(rows.length * 192);
      void data.train.read(Int32Array.from(rows), into, (row) => draws(100 + row));
      return into;
    };
    const plain = read(make({ pad: 2, flip: true }), [0, 1]);
    const changed = read(make({ pad: 2, flip: true, pixels: [policy] }), [0, 1]);
    for (const row of [0, 1]) {
      // What is expected: the plain read's bytes, and the policy with the draws that come after its own three.
      const pixels = Uint8Array.from(plain.subarray(row * 192, (row + 1) * 192), (value) =>
        Math.round(value * 255),
      );
      const random = draws(100 + row);
      random.integer(5);
      random.integer(5);
      random.integer(2);
      policy.apply({ width: 8, height: 8, channels: 3, pixels }, random);
      const bytes = Array.from(changed.subarray(row * 192, (row + 1) * 192), (value) =>
        Math.round(value * 255),
      );
      expect(bytes).toEqual([...pixels]);
    }
    expect(changed).not.toEqual(plain);
    expect(() => make({ pixels: [{}] as never })).toThrow(/DATASETS_BAD_OPTION.*'augment\.pixels\[0\]'/);
  });
});
