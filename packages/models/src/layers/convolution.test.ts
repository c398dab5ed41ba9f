import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import {
  checkGradient,
  fakeLayerContext,
  fakeScope,
  installMatchers,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { convolution } from '../index.js';

beforeAll(useCpuBackend);
installMatchers();

/** 1, 2, 3 ... row by row. */
const counting = (size: number): Tensor4D => tf.reshape(tf.range(1, size * size + 1), [1, size, size, 1]);

describe('convolution', () => {
  it.each([
    { size: 4, stride: 1, expected: [14, 24, 30, 22, 33, 54, 63, 45, 57, 90, 99, 69, 46, 72, 78, 54] },
    // The first sum is 1 + 2 + 5 + 6: zeros in front, as PyTorch pads; TensorFlow's `same` would begin with 1 + 2 + 3 + 5 ...
    { size: 4, stride: 2, expected: [14, 30, 57, 99] },
    { size: 3, stride: 2, expected: [12, 16, 24, 28] },
    {
      size: 5,
      stride: 3,
      expected: [1 + 2 + 6 + 7, 3 + 4 + 5 + 8 + 9 + 10, 11 + 12 + 16 + 17 + 21 + 22, 171],
    },
  ])('sums 3×3 neighbourhoods of a $size×$size image with stride $stride', ({ size, stride, expected }) => {
    const scope = fakeScope();
    const layer = convolution(scope, { inputs: 1, outputs: 1, stride });
    scope.get('kernel').assign(tf.ones([3, 3, 1, 1]));
    const side = Math.ceil(size / stride);
    const output = layer.apply(counting(size), fakeLayerContext());
    expect(output.shape).toEqual([1, side, side, 1]);
    expect(output).toBeAllClose(expected);
    scope.dispose();
  });

  it('picks pixels with a 1×1 kernel and stride 2', () => {
    const scope = fakeScope();
    const layer = convolution(scope, { inputs: 1, outputs: 1, size: 1, stride: 2 });
    scope.get('kernel').assign(tf.ones([1, 1, 1, 1]));
    expect(layer.apply(counting(4), fakeLayerContext())).toBeAllClose([1, 3, 9, 11]);
    scope.dispose();
  });

  it('starts from N(0, 2 / fan-in), the same for the same seed', () => {
    const [a, b] = [fakeScope(3), fakeScope(3)];
    for (const scope of [a, b]) convolution(scope, { inputs: 16, outputs: 64 });
    expect(a.get('kernel')).toBeAllClose(b.get('kernel'), { rtol: 0, atol: 0 });
    const { mean, variance } = tf.moments(a.get('kernel'));
    expect(variance).toBeAllClose(2 / (9 * 16), { rtol: 0.05 });
    expect(mean).toBeAllClose(0, { atol: 0.005 });
    for (const scope of [a, b]) scope.dispose();
  });

  it('has the right gradients with a stride on an even image', () => {
    const scope = fakeScope();
    const layer = convolution(scope, { inputs: 2, outputs: 3, stride: 2 });
    const x = tf.reshape(tf.sin(tf.range(0, 32)), [1, 4, 4, 2]) as Tensor4D;
    const f = (value: Tensor4D): Scalar => tf.sum(tf.square(layer.apply(value, fakeLayerContext())));
    checkGradient(f, x);
    checkGradient(() => f(x), scope.get('kernel'), { elements: 20 });
    scope.dispose();
  });
});
