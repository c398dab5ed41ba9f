import { constant, createTrainer, definePlugin, GRADIENTS, sgd } from '@evenkeel/trainer-core';
import type { Trainer, TrainerOptions } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { gradientNoise } from './gradient-noise.js';
import { sam, uphill } from './sam.js';

describePlugin('sam', () => sam({ rho: 0.3 }), {
  compiled,
  microBatches: true,
  off: () => sam({ rho: 0 }),
  beside: { 'noise on gradients': () => gradientNoise() },
  wrongOptions: [
    { what: 'a negative rho', make: () => sam({ rho: -1 }), code: 'EXAMPLE_BAD_OPTION', option: 'rho' },
  ],
});

const RATE = 0.05;
const ROWS = 36;
/** Batches of the whole data set; no dropout, no statistics, no augmentation. */
const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tinyDataset({ noise: 0 }),
    model: tinyBackbone(),
    schedule: constant(RATE),
    optimizer: sgd({ momentum: 0.9 }),
    batchSize: ROWS,
    seed: 2,
    ...options,
  });
const valuesOf = (trainer: Trainer) =>
  new Map(
    trainer
      .variables()
      .filter(({ group }) => group !== 'optimizer')
      .map(({ name, variable }) => [name, Array.from(variable.dataSync<'float32'>())]),
  );

/** The network by its weights, in the order of `trainer.variables()`. */
type Weights = readonly tf.Tensor[];

/** Loss and gradients of the tiny network, written out. */
function evaluated(weights: Weights, inputs: tf.Tensor2D, targets: tf.Tensor2D) {
  return tf.grads((...[kernel, bias, output, last]: tf.Tensor[]) => {
    const features = tf.relu(tf.add(tf.matMul(inputs, kernel as tf.Tensor2D), bias));
    const logits = tf.add(tf.matMul(features as tf.Tensor2D, output as tf.Tensor2D), last);
    return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1)));
  })([...weights]);
}

describe('sam', () => {
  beforeAll(useCpuBackend);

  it('equals steps written by hand', async () => {
    const trainer = make({ plugins: sam({ rho: 0.4 }) });
    await trainer.evaluate();
    const infos = trainer.variables().filter(({ group }) => group !== 'optimizer');
    expect(infos.map(({ name }) => name)).toEqual([
      ...['backbone/kernel', 'backbone/bias', 'classifier/kernel', 'classifier/bias'],
    ]);
    let weights: Weights = infos.map(({ variable }) => tf.clone(variable));
    let momenta: Weights = weights.map((weight) => tf.zerosLike(weight));
    const { train } = tinyDataset({ noise: 0 });
    const values = new Float32Array(ROWS * 16);
    await train.read(
      Int32Array.from({ length: ROWS }, (_, at) => at),
      values,
    );
    const inputs = tf.tensor2d(values, [ROWS, 16]);
    const targets = tf.cast(tf.oneHot(tf.tensor1d(train.labels, 'int32'), 3), 'float32') as tf.Tensor2D;
    for (let step = 0; step < 8; step++) {
      const first = evaluated(weights, inputs, targets);
      const norm = Math.sqrt(
        first.map((gradient) => tf.sum(tf.square(gradient)).dataSync()[0]).reduce((a, b) => a + b, 0),
      );
      const above = weights.map((weight, at) => tf.add(weight, tf.mul(first[at], 0.4 / norm)));
      const second = evaluated(above, inputs, targets);
      momenta = momenta.map((momentum, at) => tf.add(tf.mul(momentum, 0.9), second[at]));
      weights = weights.map((weight, at) => tf.sub(weight, tf.mul(momenta[at], RATE)));
    }
    await trainer.fit({ epochs: 8, evaluateEvery: 0 });
    for (const [at, { name, variable }] of infos.entries()) {
      const difference = tf.max(tf.abs(tf.sub(variable, weights[at]))).dataSync()[0];
      expect(difference, name).toBeLessThan(1e-6);
    }
    const plain = make();
    await plain.fit({ epochs: 8, evaluateEvery: 0 });
    expect(valuesOf(plain)).not.toEqual(valuesOf(trainer));
    for (const one of [trainer, plain]) await one.dispose();
  });

  it.each([1, 10, 36])('in micro-batches of %d gives the numbers of the whole batch', async (microBatch) => {
    const whole = make({ plugins: sam({ rho: 0.4 }) });
    const parts = make({ plugins: sam({ rho: 0.4 }), microBatch });
    expect(parts.explain()).toMatch(/GRADIENTS .*: sam \(rho 0\.4\) of whole batch in parts of/);
    for (const one of [whole, parts]) await one.fit({ epochs: 4, evaluateEvery: 0 });
    const after = valuesOf(parts);
    for (const [name, values] of valuesOf(whole)) {
      values.forEach((value, at) => expect(after.get(name)![at], name).toBeCloseTo(value, 5));
    }
    for (const one of [whole, parts]) await one.dispose();
  });

  it.each([undefined, 18])('evaluates one place after the other: micro-batches of %s', async (microBatch) => {
    const [losses, after]: [number[], (number | undefined)[]] = [[], []];
    const looking = definePlugin({
      name: 'looking',
      version: '1.0.0',
      api: '^2.0',
      order: 'post',
      after: ['example-sam'],
      setup: ({ roles }) =>
        roles.decorate(GRADIENTS, (inner) => ({
          name: inner.name,
          compute: (evaluate, context) =>
            inner.compute((at) => {
              after.push(at?.after?.loss.dataSync()[0]);
              const evaluation = evaluate(at);
              losses.push(evaluation.loss.dataSync()[0]);
              return evaluation;
            }, context),
        })),
    });
    const trainer = make({ plugins: [sam(), looking], ...(microBatch && { microBatch }) });
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    await trainer.dispose();
    if (microBatch === undefined) {
      expect(after).toEqual([undefined, losses[0]]);
    } else {
      const here = (losses[0] + losses[1]) / 2; // of two parts of one size
      expect(after).toEqual([undefined, losses[0], expect.closeTo(here, 5), losses[2]]);
    }
  });

  it('says the loss of the weights, not of those uphill', async () => {
    const losses: number[] = [];
    for (const plugins of [[], [sam({ rho: 2 })]]) {
      const trainer = make({ plugins });
      trainer.hooks.step$.subscribe((event) => {
        if (event.type === 'step-end') losses.push(event.loss);
      });
      await trainer.fit({ epochs: 1, evaluateEvery: 0 });
      await trainer.dispose();
    }
    expect(losses[1]).toBe(losses[0]);
  });
});

describe('uphill', () => {
  it('moves by rho in all, also where nothing moves', () => {
    const info = (values: number[]) => ({ variable: tf.variable(tf.tensor1d(values)) });
    const [a, b] = [info([1, 2]), info([3])];
    const at = uphill(
      new Map([
        [a, tf.tensor1d([3, 0])],
        [b, tf.tensor1d([4])],
      ]) as unknown as Parameters<typeof uphill>[0],
      10,
    );
    expect(Array.from(at.values(), (value) => Array.from(value.dataSync()))).toEqual([[7, 2], [11]]);
    expect(uphill(new Map(), 1).size).toBe(0);
  });
});
