import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkGradient,
  expectNoLeak,
  fakeLayerContext,
  fakeScope,
  installMatchers,
  tinyBackbone,
  useCpuBackend,
} from './index.js';
import type { FakeScope } from './index.js';

beforeAll(useCpuBackend);
installMatchers();

let scope: FakeScope;
beforeEach(() => {
  scope = fakeScope();
});
afterEach(() => scope.dispose());

const images = (): Tensor => tf.reshape(tf.linspace(-1, 1, 48), [6, 2, 2, 2]);

describe('tinyBackbone', () => {
  it('gives relu(x·kernel + bias)', () => {
    const layer = tinyBackbone({ features: 3 }).build(scope, [2, 2, 2]);
    const context = fakeLayerContext();
    const features = layer.apply(images(), context);
    expect([layer.outputSize, features.shape]).toEqual([3, [6, 3]]);
    const kernel = scope.get('kernel').dataSync();
    const x = images().dataSync();
    const expected = Array.from({ length: 18 }, (_, place) => {
      const [row, column] = [Math.floor(place / 3), place % 3];
      let sum = 0.1;
      for (let k = 0; k < 8; k++) sum += x[row * 8 + k] * kernel[k * 3 + column];
      return Math.max(0, sum);
    });
    expect(features).toBeAllClose(expected, { rtol: 1e-5 });
    expect(context.updates.size).toBe(0);
  });

  it('centres by the batch in training and by the running mean in evaluation', () => {
    const layer = tinyBackbone({ features: 4, statistics: true }).build(scope, [2, 2, 2]);
    const plain = layer.apply(images(), fakeLayerContext({ training: false }));
    const context = fakeLayerContext();
    expect(tf.mean(layer.apply(images(), context), 0)).toBeAllClose([0, 0, 0, 0], { atol: 1e-6 });
    context.applyUpdates();
    expect(scope.get('mean')).toBeAllClose(tf.mul(0.1, tf.mean(plain, 0)));
    const centred = layer.apply(images(), fakeLayerContext({ training: false }));
    expect(centred).toBeAllClose(tf.sub(plain, scope.get('mean')));
  });

  it('drops features in training only, by the numbers of the context', () => {
    const layer = tinyBackbone({ features: 50, dropout: 0.5 }).build(scope, [2, 2, 2]);
    const plain = layer.apply(images(), fakeLayerContext({ training: false }));
    const kept = tf.greaterEqual(fakeLayerContext().uniform('dropout', [6, 50]), 0.5);
    expect(layer.apply(images(), fakeLayerContext())).toBeAllClose(
      tf.mul(tf.mul(plain, 2), tf.cast(kept, 'float32')),
    );
    expect(layer.apply(images(), fakeLayerContext({ seed: 2 }))).not.toBeAllClose(
      layer.apply(images(), fakeLayerContext()),
    );
  });

  it('has the right gradient for its kernel and leaks nothing', () => {
    const layer = tinyBackbone({ features: 3, statistics: true, dropout: 0.3 }).build(scope, [2, 2, 2]);
    const [x, weights] = [images(), tf.tensor2d([[1, -2, 3]])];
    const f = (): Scalar => {
      const context = fakeLayerContext();
      const value = tf.sum(tf.mul(layer.apply(x, context), weights)) as Scalar;
      context.dispose();
      return value;
    };
    expectNoLeak(() => checkGradient(f, scope.get('kernel'), { step: 0.001 }));
  });

  it.each([{ features: 0 }, { features: 1.5 }, { dropout: 1 }, { dropout: -0.1 }])(
    'refuses %o',
    (options) => {
      expect(() => tinyBackbone(options)).toThrow('TESTING_BAD_OPTION');
    },
  );
});
