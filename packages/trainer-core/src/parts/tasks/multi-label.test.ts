import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StepContext } from '../../contract/step.js';
import { createTrainer } from '../../create-trainer.js';
import { binaryCrossEntropy } from '../losses/binary-cross-entropy.js';
import { accuracy } from '../metrics/accuracy.js';
import { adam } from '../optimizers/adam.js';
import { cosine } from '../schedules/cosine.js';
import { friedman, friedmanTable, noHiddenLayer } from './friedman.fixture.js';
import { multiLabel } from './multi-label.js';

beforeAll(() => tf.setBackend('cpu'));

// PyTorch 2.15.0 (its L-BFGS finds the optimum) and scikit-learn 1.9.0, golden/tasks.py.
const GOLDEN = {
  trainLoss: 0.3591111561342388,
  f1: 0.7931464670595106,
  f1PerLabel: [0.8571428571428571, 0.8846153846153846, 0.6376811594202898],
  map: 0.8981446801654691,
  loss: 0.4660135428547485,
  gradient: [-0.06292344, 0.01986715, 0, 0, -0.08333333, 0.12954997],
};

const table = () =>
  friedmanTable({
    large: (row) => Number(friedman(row) > 14),
    product: ([a, b]) => Number(a * b > 0.25),
    wave: ([, , c, d]) => Number(Math.sin(4 * Math.PI * c) + d > 0.5),
  });

describe('multiLabel', () => {
  it("has PyTorch's binary cross-entropy and its gradient, also far out", () => {
    const context = { targets: tf.tensor2d([1, 0, 1, 0, 1, 0], [2, 3]) } as StepContext;
    const logits = tf.tensor2d([0.5, -2, 30, -40, 0, 1.25], [2, 3]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor2D) => binaryCrossEntropy().loss(x, context))(
      logits,
    );
    expect(value.dataSync()[0]).toBeCloseTo(GOLDEN.loss, 6);
    grad.dataSync<'float32'>().forEach((slope, at) => expect(slope).toBeCloseTo(GOLDEN.gradient[at], 6));
  });

  it("comes to PyTorch's optimum of a linear model, with scikit-learn's scores", async () => {
    const trainer = createTrainer({
      data: table(),
      model: noHiddenLayer,
      task: multiLabel(),
      optimizer: adam(),
      schedule: cosine({ base: 0.5 }),
      batchSize: 256,
      seed: 1,
    });
    const { history } = await trainer.fit({ epochs: 400, evaluateEvery: 0 });
    expect(history.at(-1)!.loss).toBeCloseTo(GOLDEN.trainLoss, 4);
    const { f1, map, f1PerLabel } = await trainer.evaluate();
    expect(f1).toBeCloseTo(GOLDEN.f1, 6);
    expect(map).toBeCloseTo(GOLDEN.map, 3);
    (f1PerLabel as number[]).forEach((value, at) => expect(value).toBeCloseTo(GOLDEN.f1PerLabel[at], 6));
    await trainer.dispose();
  });

  it('refuses targets other than 0 and 1, and a metric of classes', async () => {
    const data = table();
    data.train.targets[4] = 0.5;
    const trainer = createTrainer({ data, model: noHiddenLayer, task: multiLabel() });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(/has 0\.5 in row 1, expected 0 or 1/);
    await trainer.dispose();
    expect(() =>
      createTrainer({ data: table(), model: noHiddenLayer, task: multiLabel(), metrics: [accuracy()] }),
    ).toThrow(/TRAINER_WRONG_TASK.*METRICS 'accuracy' of options.*'multi-label'/s);
  });
});
