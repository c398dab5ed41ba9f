import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import {
  checkGradient,
  expectNoLeak,
  fakeLayerContext,
  fakeScope,
  installMatchers,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { residualBlock, shortcut } from '../index.js';

beforeAll(useCpuBackend);
installMatchers();

describe('shortcut', () => {
  it('is its input where nothing changes', () => {
    const x = tf.ones([1, 2, 2, 3]) as Tensor4D;
    expect(shortcut(x, 3, 1)).toBe(x);
  });

  it.each([
    { side: 4, picked: [0, 2, 8, 10] },
    { side: 3, picked: [0, 2, 6, 8] },
  ])('takes every second pixel of $side×$side and adds zero channels on either side', ({ side, picked }) => {
    const x = tf.reshape(tf.range(0, side * side), [1, side, side, 1]) as Tensor4D;
    expect(shortcut(x, 4, 2)).toBeAllClose(
      tf.tensor4d(
        picked.flatMap((value) => [0, value, 0, 0]),
        [1, 2, 2, 4],
      ),
    );
  });
});

describe('residualBlock', () => {
  it.each([
    { inputs: 4, outputs: 4, stride: 1, side: 6, expected: [2, 6, 6, 4] },
    { inputs: 4, outputs: 8, stride: 2, side: 6, expected: [2, 3, 3, 8] },
    { inputs: 4, outputs: 8, stride: 2, side: 7, expected: [2, 4, 4, 8] },
  ])('turns $inputs channels of $side×$side into $expected', ({ side, expected, ...options }) => {
    const scope = fakeScope();
    const block = residualBlock(scope, options);
    const output = block.apply(tf.ones([2, side, side, options.inputs]), fakeLayerContext());
    expect(output.shape).toEqual(expected);
    expect(block.outputSize).toBe(options.outputs);
    scope.dispose();
  });

  it('is relu(shortcut) where the second normalisation is switched off', () => {
    const scope = fakeScope();
    const block = residualBlock(scope, { inputs: 2, outputs: 2 });
    scope.get('norm2/gamma').assign(tf.zeros([2]));
    const x = tf.reshape(tf.range(-4, 4), [1, 2, 2, 2]) as Tensor4D;
    expect(block.apply(x, fakeLayerContext())).toBeAllClose(tf.relu(x));
    scope.dispose();
  });

  it('has the right gradients and leaks nothing', () => {
    const scope = fakeScope();
    const block = residualBlock(scope, { inputs: 2, outputs: 4, stride: 2 });
    const x = tf.reshape(tf.sin(tf.square(tf.range(0, 64))), [2, 4, 4, 2]) as Tensor4D;
    const weights = tf.cos(tf.square(tf.reshape(tf.range(0, 32), [2, 2, 2, 4])));
    const f = (value: Tensor4D): Scalar => {
      const context = fakeLayerContext();
      const result = tf.sum(tf.mul(block.apply(value, context), weights)) as Scalar;
      context.dispose();
      return result;
    };
    // Small steps keep clear of the kinks of ReLU; float32 noise then asks for a wider tolerance.
    const options = { step: 1e-3, relativeTolerance: 0.02, elements: 24 };
    expectNoLeak(() => {
      checkGradient(f, x, options);
      for (const path of ['conv1/kernel', 'norm1/gamma', 'conv2/kernel', 'norm2/beta']) {
        checkGradient(() => f(x), scope.get(path), options);
      }
    });
    scope.dispose();
  });
});
