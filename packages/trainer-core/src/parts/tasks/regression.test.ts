import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StepContext } from '../../contract/step.js';
import type { TargetDataset } from '../../contract/dataset.js';
import { createTrainer } from '../../create-trainer.js';
import type { TrainerOptions } from '../../create-trainer.js';
import { meanSquaredError } from '../losses/mean-squared-error.js';
import { adam } from '../optimizers/adam.js';
import { classBalanced } from '../sampling/class-balanced.js';
import { cosine } from '../schedules/cosine.js';
import { tinyDataset } from '../../session/tiny.fixture.js';
import { friedman, friedmanTable, hiddenLayer, noHiddenLayer } from './friedman.fixture.js';
import { regression } from './regression.js';

beforeAll(() => tf.setBackend('cpu'));

// PyTorch 2.15.0 and scikit-learn 1.9.0, golden/tasks.py.
const GOLDEN = {
  leastSquares: { mae: 0.9777684191166741, rmse: 1.7408040943708196, r2: 0.8169675134668672 },
  loss: 407.96875,
  gradient: [-0.16666666, -0.66666666, 9.66666666, -13.33333333, -0.33333333, 0.41666666],
};

const table = () => friedmanTable({ friedman, product: ([a, b]) => a * b });
const trained = async (options: Partial<TrainerOptions>, epochs: number) => {
  const trainer = createTrainer({
    data: table(),
    model: noHiddenLayer,
    task: regression(),
    optimizer: adam(),
    batchSize: 64,
    seed: 1,
    ...options,
  });
  await trainer.fit({ epochs, evaluateEvery: 0 });
  const scores = await trainer.evaluate();
  await trainer.dispose();
  return scores as { mae: number; rmse: number; r2: number };
};

describe('regression', () => {
  it("has PyTorch's mean squared error and its gradient", () => {
    const targets = tf.tensor2d([1, 0, 1, 0, 1, 0], [2, 3]);
    const context = { targets } as StepContext;
    const outputs = tf.tensor2d([0.5, -2, 30, -40, 0, 1.25], [2, 3]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor2D) => meanSquaredError().loss(x, context))(outputs);
    expect(value.dataSync()[0]).toBeCloseTo(GOLDEN.loss, 3);
    grad.dataSync<'float32'>().forEach((slope, at) => expect(slope).toBeCloseTo(GOLDEN.gradient[at], 5));
  });

  it("comes to scikit-learn's least squares with a linear model", async () => {
    const scores = await trained({ schedule: cosine({ base: 0.5 }), batchSize: 256 }, 500);
    for (const [name, value] of Object.entries(GOLDEN.leastSquares)) {
      expect(scores[name as keyof typeof scores], name).toBeCloseTo(value, 3);
    }
  });

  it('learns with a hidden layer what no linear model can', async () => {
    const data = friedmanTable({ friedman });
    const linear = await trained({ data, schedule: cosine({ base: 0.5 }) }, 60);
    const hidden = await trained({ data, model: hiddenLayer, schedule: cosine({ base: 0.2 }) }, 80);
    expect(hidden.r2).toBeGreaterThan(0.9);
    expect(hidden.rmse).toBeLessThan(linear.rmse / 2);
  });

  it('predicts in the units of the targets, one column per target', async () => {
    const trainer = createTrainer({ data: table(), model: noHiddenLayer, task: regression() });
    const outputs = await trainer.predict(table().test);
    expect(outputs.length).toBe(64 * 2);
    await trainer.dispose();
  });

  it('gives observers no classes, and reads nothing of them', async () => {
    const trainer = createTrainer({ data: table(), model: noHiddenLayer, task: regression() });
    const counts: unknown[] = [];
    trainer.hooks.batch$.subscribe((event) => {
      if (event.type === 'batch-start') counts.push('classCounts' in event);
    });
    await trainer.fit({ epochs: 1 });
    expect(new Set(counts)).toEqual(new Set([false]));
    await trainer.dispose();
  });

  it('refuses a sampler that needs classes', () => {
    expect(() =>
      createTrainer({ data: table(), model: noHiddenLayer, task: regression(), sampler: classBalanced() }),
    ).toThrow(/TRAINER_WRONG_TASK.*class-balanced.*'classification'.*'regression'/s);
  });

  const faulty: [string, () => TargetDataset, RegExp][] = [
    ['no target names', () => ({ ...table(), targetNames: [] }), /no targetNames, which regression needs/],
    [
      'a target that is no number',
      () => {
        const data = table();
        data.train.targets[7] = NaN;
        return data;
      },
      /train\.targets has NaN in row 3, expected finite numbers/,
    ],
    [
      'too few targets',
      () => ({ ...table(), test: { ...table().test, targets: new Float32Array(5) } }),
      /test has 5 target values, expected 128/,
    ],
    ['classes', () => tinyDataset() as unknown as TargetDataset, /no targetNames/],
  ];
  it.each(faulty)('refuses a data set with %s', async (_what, data, text) => {
    const trainer = createTrainer({ data: data(), model: noHiddenLayer, task: regression() });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(text);
    await trainer.dispose();
  });
});
