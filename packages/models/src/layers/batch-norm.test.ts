import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import {
  checkGradient,
  fakeLayerContext,
  fakeScope,
  installMatchers,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import type { FakeScope } from '@evenkeel/trainer-testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { batchNorm } from '../index.js';

beforeAll(useCpuBackend);
installMatchers();

let scope: FakeScope;
beforeEach(() => {
  scope = fakeScope();
});
afterEach(() => scope.dispose());

/** One channel holding 1, 2, 3, 6: mean 3, biased variance 3.5, unbiased variance 14/3. */
const sample = (): Tensor4D => tf.tensor4d([1, 2, 3, 6], [2, 1, 2, 1]);

describe('batchNorm', () => {
  it('normalises by the biased variance in training', () => {
    const output = batchNorm(scope, 1).apply(sample(), fakeLayerContext());
    const deviation = Math.sqrt(3.5 + 1e-5);
    expect(output).toBeAllClose([-2 / deviation, -1 / deviation, 0, 3 / deviation]);
  });

  it('scales by γ and shifts by β', () => {
    const layer = batchNorm(scope, 1);
    const plain = layer.apply(sample(), fakeLayerContext());
    scope.get('gamma').assign(tf.tensor1d([2]));
    scope.get('beta').assign(tf.tensor1d([-1]));
    expect(layer.apply(sample(), fakeLayerContext())).toBeAllClose(tf.sub(tf.mul(plain, 2), 1));
  });

  it('moves the running statistics by the momentum, the variance unbiased, only after the step', () => {
    const layer = batchNorm(scope, 1, { momentum: 0.25 });
    const context = fakeLayerContext();
    layer.apply(sample(), context);
    expect(scope.get('mean')).toBeAllClose([0]);
    expect(scope.get('variance')).toBeAllClose([1]);
    context.applyUpdates();
    expect(scope.get('mean')).toBeAllClose([0.25 * 3]);
    expect(scope.get('variance')).toBeAllClose([0.75 + (0.25 * 14) / 3]);
  });

  it('normalises by the running statistics in evaluation and asks for no update', () => {
    const layer = batchNorm(scope, 1, { epsilon: 0.5 });
    scope.get('mean').assign(tf.tensor1d([2]));
    scope.get('variance').assign(tf.tensor1d([3.5]));
    const context = fakeLayerContext({ training: false });
    expect(layer.apply(sample(), context)).toBeAllClose([-0.5, 0, 0.5, 2]);
    expect(context.updates.size).toBe(0);
  });

  it('stays finite where a channel has a single value', () => {
    const context = fakeLayerContext();
    expect(batchNorm(scope, 1).apply(tf.tensor4d([7], [1, 1, 1, 1]), context)).toBeAllClose([0]);
    context.applyUpdates();
    expect(scope.get('variance')).toBeAllClose([0.9]);
  });

  it.each([true, false])('decays γ and β: %s', (decay) => {
    batchNorm(scope, 3, { decay });
    expect(scope.variables().map((info) => [info.name, info.kind, info.decay])).toEqual([
      ['test/gamma', 'weight', decay],
      ['test/beta', 'weight', decay],
      ['test/mean', 'statistic', false],
      ['test/variance', 'statistic', false],
    ]);
  });

  it('has the right gradients', () => {
    const layer = batchNorm(scope, 2);
    const x = tf.reshape(tf.sin(tf.range(0, 24)), [3, 2, 2, 2]) as Tensor4D;
    const weights = tf.cos(tf.reshape(tf.range(0, 24), [3, 2, 2, 2]));
    const f = (value: Tensor4D): Scalar => {
      const context = fakeLayerContext();
      const result = tf.sum(tf.mul(layer.apply(value, context), weights)) as Scalar;
      context.dispose();
      return result;
    };
    checkGradient(f, x);
    checkGradient(() => f(x), scope.get('gamma'));
    checkGradient(() => f(x), scope.get('beta'));
  });
});

it('gives a smaller batch the weight of its examples in the running statistics', () => {
  const x = tf.tensor4d([1, 2, 3, 4], [2, 2, 1, 1]);
  const running = (share: number) => {
    const own = fakeScope();
    const context = fakeLayerContext({ share });
    tf.tidy(() => void batchNorm(own, 1).apply(x, context));
    context.applyUpdates();
    const values = ['mean', 'variance'].map((name) => own.get(name).dataSync()[0]);
    own.dispose();
    return values;
  };
  // Momentum 0.1; mean 2.5, unbiased variance 5/3.
  [0.25, 0.9 + (0.1 * 5) / 3].forEach((value, at) => expect(running(1)[at]).toBeCloseTo(value, 6));
  [0.0125, 0.995 + (0.005 * 5) / 3].forEach((value, at) => expect(running(0.05)[at]).toBeCloseTo(value, 6));
  x.dispose();
});
