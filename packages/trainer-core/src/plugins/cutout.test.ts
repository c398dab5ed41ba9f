import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { isEvenkeelError } from '@evenkeel/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { BATCH_TRANSFORMS, CHECKPOINTS } from '../roles/core-roles.js';
import type { BatchTransform, HostBatch } from '../contract/dataset.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { SetupContext } from '../contract/plugin.js';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { createTrainer } from '../create-trainer.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';
import { createRandom } from '../random/random-stream.js';
import { cutout } from './cutout.js';

beforeAll(() => tf.setBackend('cpu'));

/** The transform that the plugin contributes. */
function transformOf(size: number): BatchTransform {
  let found: BatchTransform | undefined;
  const roles = {
    contribute: (role: unknown, value: unknown) => {
      expect(role).toBe(BATCH_TRANSFORMS);
      found = value as BatchTransform;
    },
  };
  cutout({ size }).setup({ roles } as unknown as SetupContext);
  return found!;
}

/** Images of ones after the transform, `[rows][height][width]`, channels that disagree as NaN. */
function cut(
  size: number,
  rows: number,
  [height, width, channels]: readonly number[],
  seed: number,
): number[][][] {
  const batch: HostBatch = {
    tag: 'base',
    indices: new Int32Array(rows),
    inputs: new Float32Array(rows * height * width * channels).fill(1),
    targets: new Float32Array(rows * 2),
  };
  void transformOf(size).transform(batch, {
    random: createRandom(seed, 'cutout'),
    randomOf: (row) => createRandom(seed, 'cutout', row),
    exampleShape: [height, width, channels],
    targetWidth: 2,
    normalisation: undefined,
    epoch: 0,
  });
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        const at = ((row * height + y) * width + x) * channels;
        const pixel = batch.inputs.subarray(at, at + channels);
        return pixel.every((value) => value === pixel[0]) ? pixel[0] : NaN;
      }),
    ),
  );
}

describe('cutout', () => {
  it('makes one square 0 in every image, all channels of it, cut at the border', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.tuple(
          fc.integer({ min: 2, max: 7 }),
          fc.integer({ min: 2, max: 7 }),
          fc.integer({ min: 1, max: 3 }),
        ),
        fc.nat(1000),
        (size, shape, seed) => {
          for (const image of cut(size, 3, shape, seed)) {
            const holes = image.flatMap((line, y) =>
              line.flatMap((value, x) => (value === 0 ? [[y, x]] : [])),
            );
            expect(image.flat().every((value) => value === 0 || value === 1)).toBe(true);
            const spans = [0, 1].map((axis) => {
              const places = holes.map((hole) => hole[axis]);
              return Math.max(...places) - Math.min(...places) + 1;
            });
            expect(holes.length).toBe(spans[0] * spans[1]);
            spans.forEach((span, axis) => {
              expect(span).toBeLessThanOrEqual(Math.min(size, shape[axis]));
              expect(span).toBeGreaterThanOrEqual(Math.min(Math.ceil(size / 2), shape[axis]));
            });
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cuts each image elsewhere, every pixel sooner or later', () => {
    const images = cut(3, 200, [5, 5, 1], 1);
    expect(new Set(images.map(String)).size).toBeGreaterThan(20);
    const touched = images[0].map((line, y) => line.map((_, x) => images.some((image) => image[y][x] === 0)));
    expect(touched.flat().every(Boolean)).toBe(true);
  });

  it('changes training, and resumes exactly', async () => {
    const store = memoryCheckpoints();
    const make = (plugins: ReturnType<typeof cutout>[]) =>
      createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, seed: 1, plugins });
    const kept = definePlugin({
      name: 'kept',
      version: '1.0.0',
      api: '^2.0',
      setup({ roles, hooks, requests }) {
        roles.provide(CHECKPOINTS, store);
        hooks.batch$.subscribe(({ type, position }) => {
          if (type === 'batch-end' && position.step === 2) requests.requestCheckpoint();
        });
      },
    });
    const [plain, whole] = [make([]), make([cutout({ size: 1 }), kept])];
    await plain.fit({ epochs: 2 });
    await whole.fit({ epochs: 2 });
    expect(valuesOf(whole)).not.toEqual(valuesOf(plain));
    const resumed = make([cutout({ size: 1 }), kept]);
    await resumed.resume();
    await resumed.fit({ epochs: 2 });
    expect(valuesOf(resumed)).toEqual(valuesOf(whole));
  });

  it('refuses a size that is none, and examples that are no images', () => {
    const codeOf = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        return isEvenkeelError(error, 'TRAINER_OPTION_BAD_VALUE') && error.message;
      }
      return undefined;
    };
    expect(codeOf(() => cutout({ size: 0 }))).toContain("Option 'size' of cutout");
    const batch: HostBatch = {
      tag: 'base',
      indices: new Int32Array(1),
      inputs: new Float32Array(4),
      targets: new Float32Array(2),
    };
    const random = createRandom(1, 'cutout');
    const rest = { exampleShape: [4], targetWidth: 2, normalisation: undefined, epoch: 0 };
    const context = { random, randomOf: () => random, ...rest };
    expect(codeOf(() => transformOf(2).transform(batch, context))).toContain("Option 'data' of cutout");
  });
});
