import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers gradients
import { beforeAll, describe, expect, it } from 'vitest';
import type { BatchTransform, HostBatch } from '../contract/dataset.js';
import type { SetupContext } from '../contract/plugin.js';
import { createTrainer } from '../create-trainer.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';
import { oneHot } from '../parts/tasks/classification.js';
import { createRandom } from '../random/random-stream.js';
import { mixup } from './mixup.js';

beforeAll(() => tf.setBackend('cpu'));

/** Every row has its own class, so that the targets tell what it was mixed from. */
const labels = [0, 1, 2, 3];
const rows = [1, 10, 2, 20, 4, 40, 8, 80];

function mixed(alpha: number, seed: number, targets?: Float32Array): HostBatch {
  let found: BatchTransform | undefined;
  const roles = { contribute: (_role: unknown, value: unknown) => (found = value as BatchTransform) };
  void mixup({ alpha }).setup({ roles } as unknown as SetupContext);
  const batch: HostBatch = {
    tag: 'base',
    indices: Int32Array.from(labels),
    inputs: Float32Array.from(rows),
    targets: targets ?? oneHot(Int32Array.from(labels), 4),
  };
  const random = createRandom(seed, 'mixup');
  void found!.transform(batch, {
    random,
    randomOf: (row) => random.fork(row),
    exampleShape: [2],
    targetWidth: 4,
    normalisation: undefined,
    epoch: 0,
  });
  return batch;
}

/** Row by row, the share of the example itself and of each other one. */
const sharesOf = ({ targets }: HostBatch) => labels.map((row) => [...targets.subarray(4 * row, 4 * row + 4)]);

describe('mixup', () => {
  it('mixes each example with one other by one weight, and its target alike', () => {
    for (let seed = 0; seed < 30; seed++) {
      const batch = mixed(1, seed);
      const shares = sharesOf(batch);
      const own = shares.map((row, at) => row[at]).filter((share) => share < 1);
      own.forEach((share) => expect(share).toBe(own[0]));
      const partners = shares.map((row, at) => row.findIndex((share, other) => other !== at && share > 0));
      const others = partners.filter((partner) => partner >= 0);
      expect(new Set(others).size).toBe(others.length);
      shares.forEach((row, at) => {
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
        const expected = [0, 1].map((i) =>
          row.reduce((sum, share, other) => sum + share * rows[2 * other + i], 0),
        );
        expect(batch.inputs[2 * at]).toBeCloseTo(expected[0], 4);
        expect(batch.inputs[2 * at + 1]).toBeCloseTo(expected[1], 4);
      });
    }
  });

  it.each([0.2, 1, 4])('draws the weight from Beta(α, α), variance 1 / (4·(2α + 1)): α %d', (alpha) => {
    const shares = Array.from({ length: 4000 }, (_, seed) => {
      const row = labels.find((at) => sharesOf(mixed(alpha, seed))[at][at] < 1);
      return row === undefined ? undefined : sharesOf(mixed(alpha, seed))[row][row];
    }).filter((share) => share !== undefined);
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1);
  });

  it('mixes targets that are soft already', () => {
    const soft = Float32Array.from(labels.flatMap(() => [0.5, 0.25, 0.25, 0]));
    expect([...mixed(1, 2, soft).targets!]).toEqual([...soft]);
  });

  it('changes training, and learns still', async () => {
    const run = async (plugins: ReturnType<typeof mixup>[]) => {
      const trainer = createTrainer({
        data: tinyDataset(),
        model: tinyBackbone(),
        batchSize: 8,
        seed: 1,
        plugins,
      });
      const { history } = await trainer.fit({ epochs: 6 });
      const values = valuesOf(trainer);
      await trainer.dispose();
      return { history, values };
    };
    const [plain, other] = [await run([]), await run([mixup()])];
    expect(other.values).not.toEqual(plain.values);
    expect(other.history[5].loss).toBeLessThan(other.history[0].loss);
    expect(other.history[5].loss).toBeGreaterThan(plain.history[5].loss);
  });

  it.each([0, 5, NaN])('refuses alpha %d', (alpha) => {
    expect(() => mixup({ alpha })).toThrow(/TRAINER_OPTION_BAD_VALUE.*'alpha' of mixup/s);
  });
});
