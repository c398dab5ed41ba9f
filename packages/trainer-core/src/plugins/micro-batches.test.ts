import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { BackboneDefinition } from '../contract/layers.js';
import type { TrainerEvent } from '../contract/events.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { heNormal } from '../parts/initializers/initializers.js';
import { AUXILIARY_LOSSES, CHECKPOINTS, LOSS } from '../roles/core-roles.js';
import { tinyDataset, valuesOf } from '../session/tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

/** Without statistics of the batch; with dropout drawn by row. */
const model = (dropout = 0.3): BackboneDefinition => ({
  name: 'plain',
  build(scope) {
    const kernel = scope.weight('kernel', [4, 6], heNormal()) as unknown as tf.Tensor2D;
    return {
      outputSize: 6,
      apply(inputs, context) {
        const hidden = tf.relu(tf.matMul(tf.reshape(inputs, [-1, 4]), kernel));
        if (!context.training || dropout === 0) return hidden as tf.Tensor2D;
        const drawn = context.uniform('dropout', hidden.shape, { rows: true });
        return tf.div(tf.mul(hidden, tf.cast(tf.greaterEqual(drawn, dropout), 'float32')), 1 - dropout);
      },
    };
  },
});

const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({ data: tinyDataset(), model: model(), batchSize: 8, seed: 2, ...options });

async function trained(options: Partial<TrainerOptions> = {}, epochs = 2) {
  const trainer = make(options);
  const losses: number[] = [];
  const events: TrainerEvent['type'][] = [];
  trainer.hooks.events$.subscribe((event) => {
    events.push(event.type);
    if (event.type === 'step-end') losses.push(event.loss);
  });
  await trainer.fit({ epochs, evaluateEvery: 0 });
  const values = valuesOf(trainer);
  await trainer.dispose();
  return { values, losses, events };
}

function expectClose(a: Record<string, number[]>, b: Record<string, number[]>): void {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  for (const [name, values] of Object.entries(a)) {
    values.forEach((value, at) => expect(value, name).toBeCloseTo(b[name][at], 5));
  }
}

describe('microBatches', () => {
  it.each([1, 3, 4, 7])(
    'in parts of %d give the numbers of the whole batch, draws included',
    async (size) => {
      const [whole, parts] = [await trained(), await trained({ microBatch: size })];
      expect(parts.events).toEqual(whole.events);
      expectClose(parts.values, whole.values);
      parts.losses.forEach((loss, at) => expect(loss).toBeCloseTo(whole.losses[at], 5));
    },
  );

  it('as large as the batch are the whole batch, bit for bit', async () => {
    expect(await trained({ microBatch: 8 })).toEqual(await trained());
  });

  it('need no more memory for more parts: one part and the sum of those before it are there', async () => {
    const wide: BackboneDefinition = {
      name: 'wide',
      build(scope) {
        const kernel = scope.weight('kernel', [4, 5000], heNormal()) as unknown as tf.Tensor2D;
        return {
          outputSize: 5000,
          apply: (inputs) => tf.relu(tf.matMul(tf.reshape(inputs, [-1, 4]), kernel)) as tf.Tensor2D,
        };
      },
    };
    const mostBytes = async (size: number): Promise<number> => {
      let most = 0;
      const watching = definePlugin({
        name: 'watching',
        version: '1.0.0',
        api: '^2.0',
        setup: ({ roles }) =>
          roles.decorate(LOSS, (inner) => ({
            ...inner,
            name: 'watched',
            loss(logits, context) {
              most = Math.max(most, tf.memory().numBytes);
              return inner.loss(logits, context);
            },
          })),
      });
      const trainer = make({ model: wide, microBatch: size, plugins: [watching] });
      await trainer.fit({ epochs: 1, evaluateEvery: 0 });
      await trainer.dispose();
      return most;
    };
    const [two, eight] = [await mostBytes(4), await mostBytes(1)];
    expect(eight).toBeLessThan(two * 1.1);
  });

  it('are combined by what the loss divides by', async () => {
    const weighted = definePlugin({
      name: 'weighted',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) =>
        roles.provide(LOSS, {
          name: 'by class',
          loss(logits, { targets }) {
            const weights = tf.sum(tf.mul(targets, [1, 2, 5]), 1);
            const rows = tf.mul(weights, tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1)));
            return tf.div<tf.Scalar>(tf.sum(rows), tf.sum(weights));
          },
          weight: ({ targets }) => tf.sum<tf.Scalar>(tf.mul(targets, [1, 2, 5])),
        }),
    });
    const [whole, parts] = [
      await trained({ plugins: weighted }),
      await trained({ plugins: weighted, microBatch: 3 }),
    ];
    expectClose(parts.values, whole.values);
  });

  it('resume bit for bit, and log the mean over the parts', async () => {
    const store = memoryCheckpoints();
    const logged: number[] = [];
    const own = definePlugin({
      name: 'own',
      version: '1.0.0',
      api: '^2.0',
      setup({ roles, hooks, requests }) {
        roles.provide(CHECKPOINTS, store);
        roles.contribute(AUXILIARY_LOSSES, {
          name: 'norm',
          build: () => ({
            loss({ features }, { log }) {
              const norm = tf.mean<tf.Scalar>(tf.square(features));
              log('feature norm', norm);
              return tf.mul<tf.Scalar>(norm, 0.01);
            },
          }),
        });
        hooks.events$.subscribe((event) => {
          if (event.type === 'step-end') logged.push(event.logged['feature norm']);
          if (event.type === 'batch-end' && event.position.step === 3) requests.requestCheckpoint();
        });
      },
    });
    const options = { plugins: own, microBatch: 3 };
    const whole = await trained(options);
    const unbroken = logged.splice(0);
    const resumed = make(options);
    await resumed.resume();
    await resumed.fit({ epochs: 2, evaluateEvery: 0 });
    expect(valuesOf(resumed)).toEqual(whole.values);
    expect(logged).toEqual(unbroken.slice(4));
    const together = make({ plugins: own });
    await together.fit({ epochs: 2, evaluateEvery: 0 });
    logged.slice(2).forEach((value, at) => expect(value).toBeCloseTo(unbroken[at], 5));
    for (const trainer of [resumed, together]) await trainer.dispose();
  });

  it('leave no tensors behind', async () => {
    const before = tf.memory().numTensors;
    await trained({ microBatch: 3 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([0, 1.5, NaN])('refuse a size of %d', (size) => {
    expect(() => make({ microBatch: size })).toThrow(/'(size|microBatch)' of (microBatches|createTrainer)/);
  });
});
