import { BATCH_TRANSFORMS, createTrainer, definePlugin, mixup, regression } from '@evenkeel/trainer-core';
import type { ClassBatch, ClassDataset, TargetDataset } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { boxOf, cutmix } from './cutmix.js';
import { remix } from './remix.js';

describePlugin('cutmix', () => cutmix(), {
  compiled,
  off: () => cutmix({ probability: 0 }),
  beside: { remix: () => remix({ alpha: 0.2 }), mixup: () => mixup() },
  wrongOptions: [
    { what: 'an alpha of 0', make: () => cutmix({ alpha: 0 }), code: 'EXAMPLE_BAD_OPTION', option: 'alpha' },
    {
      what: 'a probability above 1',
      make: () => cutmix({ probability: 2 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'probability',
    },
  ],
});

describe('boxOf', () => {
  it.each([
    ['a quarter in the middle', [8, 8, 0.75, 4, 4], [2, 6, 2, 6]],
    ['cut off at two borders', [8, 8, 0.75, 0, 7], [0, 2, 5, 8]],
    ['all of it, from its centre', [6, 4, 0, 3, 2], [0, 6, 0, 4]],
    ['nothing', [6, 4, 1, 3, 2], [3, 3, 2, 2]],
    ['an odd side', [10, 10, 0.9, 5, 5], [4, 7, 4, 7]],
  ] as const)('%s', (_what, [height, width, share, y, x], expected) => {
    const { top, bottom, left, right } = boxOf(height, width, share, y, x);
    expect([top, bottom, left, right]).toEqual(expected);
  });

  it('lies in the image, and is never larger than 1 − share of it (property)', () => {
    const side = fc.integer({ min: 1, max: 40 });
    const unit = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(side, side, unit, unit, unit, (height, width, share, y, x) => {
        const box = boxOf(height, width, share, Math.floor(y * height), Math.floor(x * width));
        expect(0 <= box.top && box.top <= box.bottom && box.bottom <= height).toBe(true);
        expect(0 <= box.left && box.left <= box.right && box.right <= width).toBe(true);
        const area = (box.bottom - box.top) * (box.right - box.left);
        expect(area).toBeLessThanOrEqual((1 - share) * height * width + 1e-9);
      }),
    );
  });
});

/** Images whose pixels are all the number of their class, and 10 times that in a second channel. */
function flat(classCounts: readonly number[], exampleShape: readonly number[]): ClassDataset {
  const labels = Int32Array.from(classCounts.flatMap((count, label) => Array<number>(count).fill(label)));
  const size = exampleShape.reduce((a, b) => a * b, 1);
  const part = {
    size: labels.length,
    labels,
    exampleShape,
    read: (indices: Int32Array, into: Float32Array) =>
      indices.forEach((index, row) => {
        for (let at = 0; at < size; at++) into[row * size + at] = labels[index] * (at % 2 === 0 ? 1 : 10);
      }),
  };
  return { name: 'flat', classNames: classCounts.map(String), classCounts, train: part, test: part };
}

describe('cutmix', () => {
  beforeAll(useCpuBackend);

  it('gives every row the share of a class that its pixels have', async () => {
    const [height, width, classes] = [5, 7, 4];
    const kinds = new Set<string>();
    const looking = definePlugin({
      name: 'looking',
      version: '1.0.0',
      api: '^2.0',
      after: ['example-cutmix'],
      setup: ({ roles }) =>
        roles.contribute(BATCH_TRANSFORMS, {
          name: 'looking',
          transform({ inputs, targets, labels }: ClassBatch) {
            let isMixed = false;
            labels.forEach((label, row) => {
              const image = inputs.subarray(row * height * width * 2, (row + 1) * height * width * 2);
              const pixels = Array.from({ length: height * width }, (_, at) => image[2 * at]);
              pixels.forEach((pixel, at) => expect(image[2 * at + 1]).toBe(10 * pixel));
              for (let each = 0; each < classes; each++) {
                const share = pixels.filter((pixel) => pixel === each).length / pixels.length;
                expect(targets[row * classes + each]).toBeCloseTo(share, 6);
              }
              isMixed ||= pixels.some((pixel) => pixel !== label);
            });
            kinds.add(isMixed ? 'mixed' : 'as it was');
          },
        }),
    });
    const trainer = createTrainer({
      data: flat([20, 12, 6, 4], [height, width, 2]),
      model: tinyBackbone(),
      batchSize: 7,
      plugins: [cutmix(), looking],
    });
    await trainer.fit({ epochs: 6, evaluateEvery: 0 });
    await trainer.dispose();
    expect(kinds).toEqual(new Set(['mixed', 'as it was']));
  });

  it('mixes the targets of a regression, too', async () => {
    const part = {
      size: 4,
      exampleShape: [2, 2, 1],
      targets: Float32Array.of(1, 2, 4, 8),
      read: (indices: Int32Array, into: Float32Array) =>
        indices.forEach((index, row) => void into.fill(2 ** index, row * 4, row * 4 + 4)),
    };
    const data: TargetDataset = { name: 'numbers', targetNames: ['y'], train: part, test: part };
    const seen: [number, number][] = [];
    const looking = definePlugin({
      name: 'looking',
      version: '1.0.0',
      api: '^2.0',
      after: ['example-cutmix'],
      setup: ({ roles }) =>
        roles.contribute(BATCH_TRANSFORMS, {
          name: 'looking',
          transform({ inputs, targets }) {
            targets.forEach((target, row) => {
              const mean = inputs.subarray(4 * row, 4 * row + 4).reduce((a, b) => a + b / 4, 0);
              seen.push([mean, target]);
            });
          },
        }),
    });
    const plugins = [cutmix({ probability: 1 }), looking];
    const task = regression();
    const trainer = createTrainer({ data, task, model: tinyBackbone(), batchSize: 4, plugins });
    await trainer.fit({ epochs: 5, evaluateEvery: 0 });
    await trainer.dispose();
    for (const [mean, target] of seen) expect(target).toBeCloseTo(mean, 5);
    expect(new Set(seen.map(([mean]) => mean)).size).toBeGreaterThan(4);
  });

  it('refuses examples that are not images', async () => {
    const data = tinyDataset({ exampleShape: [9] });
    const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 6, plugins: cutmix() });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(
      /EXAMPLE_BAD_OPTION.*'data' of cutmix: expected examples of shape \[height, width, channels\], received \[9\]/s,
    );
    await trainer.dispose();
  });
});
