import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SetupContext } from '../contract/plugin.js';
import type { EvaluationWeights, OptimizerDefinition } from '../contract/step.js';
import { VariableStore } from '../step/variable-store.js';
import { sgd } from '../parts/optimizers/sgd.js';
import { exponentialMovingAverage } from './ema.js';
import type { ExponentialMovingAverageOptions } from './ema.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

/** Trains one weight, which starts at 1 and falls by 1 per step, with the plugin in place. */
function trained(options: ExponentialMovingAverageOptions, steps: number) {
  let definition: OptimizerDefinition = sgd();
  let evaluation: EvaluationWeights | undefined;
  const roles = {
    decorate: (_role: unknown, wrap: (inner: OptimizerDefinition) => OptimizerDefinition) => {
      definition = wrap(definition);
    },
    provide: (_role: unknown, value: EvaluationWeights) => {
      evaluation = value;
    },
  };
  exponentialMovingAverage(options).setup({ roles } as unknown as SetupContext);
  expect(evaluation?.substitutes().size).toBe(0);

  const store = new VariableStore(1);
  store.scope('classifier').weight('kernel', [1], () => Float32Array.of(1));
  store.scope('backbone').weight('kernel', [1], () => Float32Array.of(8));
  const weights = store.weights();
  const optimizer = definition.build(store.scope('optimizer'), weights);
  const tensors = tf.memory().numTensors;
  for (let step = 0; step < steps; step++) {
    tf.tidy(() => {
      const updates = new Map<Variable, Tensor>();
      optimizer.apply(new Map([[weights[0], tf.tensor1d([1])]]), {
        learningRate: tf.scalar(1),
        epoch: tf.scalar(0),
        step: tf.scalar(step),
        log: () => undefined,
        update: (variable, value) => void updates.set(variable, value),
        next: (variable) => updates.get(variable) ?? variable,
      });
      for (const [variable, value] of updates) variable.assign(value);
    });
  }
  expect(tf.memory().numTensors).toBe(tensors);
  const averages = weights.map(({ variable }) => evaluation?.substitutes().get(variable)?.dataSync()[0]);
  return { averages, weights: weights.map(({ variable }) => variable.dataSync()[0]), store };
}

describe('exponentialMovingAverage', () => {
  it('starts at the weights', () => {
    expect(trained({}, 0).averages).toEqual([1, 8]);
  });

  it('averages the weights after each step', () => {
    // w: 1, 0, −1, −2. a = 1; 0.75·1 + 0 = 0.75; 0.5625 − 0.25 = 0.3125; 0.234375 − 0.5 = −0.265625.
    const { averages, weights } = trained({ decay: 0.75, warmup: false }, 3);
    expect(averages).toEqual([-0.265625, 8]);
    expect(weights).toEqual([-2, 8]);
  });

  it('warms up with min(d, (1 + t)/(10 + t))', () => {
    // d = 0.15: 1/10, then 2/11 = 0.1818 is above it. a = 0.1·1 + 0.9·0 = 0.1; 0.15·0.1 − 0.85 = −0.835; then
    // 0.15·(−0.835) − 0.85·2 = −1.82525.
    expect(trained({ decay: 0.15 }, 1).averages[0]).toBeCloseTo(0.1, 6);
    expect(trained({ decay: 0.15 }, 3).averages[0]).toBeCloseTo(-1.82525, 6);
    // d = 0.999: 1/10, then 2/11. a = 0.1; 0.1·2/11 − 9/11 = −0.8.
    expect(trained({}, 2).averages[0]).toBeCloseTo(-0.8, 6);
  });

  it('keeps averages and steps as variables of the optimizer', () => {
    const { store } = trained({}, 5);
    const slots = store.all().filter((info) => info.kind === 'statistic');
    expect(slots.map((info) => info.name)).toEqual([
      'optimizer/ema/classifier/kernel',
      'optimizer/ema/backbone/kernel',
      'optimizer/ema/steps',
    ]);
    expect(slots[2].variable.dataSync()[0]).toBe(5);
    store.dispose();
  });

  it('carries the version of its package', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(exponentialMovingAverage().version).toBe(manifest.version);
  });
});
