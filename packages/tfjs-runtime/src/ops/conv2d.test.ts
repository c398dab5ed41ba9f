import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { BACKENDS } from './backends.fixture.js';
import { conv2d } from './conv2d.js';
import { expectClose, numbers } from './numbers.fixture.js';
import './register-gradients.js';

type Size = [batch: number, height: number, width: number, inputs: number, outputs: number, size: number, stride: number]; // prettier-ignore

/** Stems, strides on even and odd images, 1×1, filters too large for an op of ours, channels that it does not take. */
const SIZES: Size[] = [
  [2, 8, 8, 3, 16, 3, 1],
  [2, 8, 7, 16, 32, 3, 2],
  [3, 7, 5, 32, 16, 1, 2],
  [2, 6, 6, 16, 16, 1, 1],
  [1, 15, 13, 3, 16, 7, 2],
  [1, 9, 11, 16, 48, 5, 3],
  [1, 6, 6, 64, 48, 3, 2],
  [2, 6, 5, 5, 7, 3, 2],
];

/** The result, and the gradients of images and filter. */
function outputAndGradients([batch, height, width, inputs, outputs, size, stride]: Size): Float32Array[] {
  return tf.tidy(() => {
    const x = tf.tensor4d(numbers(batch * height * width * inputs, 1), [batch, height, width, inputs]);
    const filter = tf.tensor4d(numbers(size * size * inputs * outputs, 2), [size, size, inputs, outputs]);
    const output = conv2d(x, filter, stride);
    expect(output.shape).toEqual([batch, Math.ceil(height / stride), Math.ceil(width / stride), outputs]);
    const weights = tf.tensor(numbers(output.size, 3), output.shape);
    const loss = (images: Tensor, taps: Tensor): Tensor =>
      tf.sum(tf.mul(conv2d(images as Tensor4D, taps as Tensor4D, stride), weights));
    return [output, ...tf.grads(loss)([x, filter])].map((tensor) => tensor.dataSync() as Float32Array);
  });
}

describe.each(BACKENDS.filter(({ name }) => name !== 'cpu'))('conv2d on $title', ({ name, ready }) => {
  it.skipIf(!ready).each(SIZES)(
    'of [%d, %d, %d, %d] to %d channels by size %d and stride %d gives what cpu gives, and its gradients',
    async (...size) => {
      await useBackend('cpu');
      const expected = outputAndGradients(size);
      await useBackend(name);
      outputAndGradients(size).forEach((actual, at) => expectClose(actual, expected[at], 2e-5));
    },
  );
});

it('pads as PyTorch does', async () => {
  await useBackend('cpu');
  const x = tf.reshape(tf.range(1, 17), [1, 4, 4, 1]) as Tensor4D;
  // The first sum is 1 + 2 + 5 + 6: zeros in front.
  expect([...conv2d(x, tf.ones([3, 3, 1, 1]), 2).dataSync()]).toEqual([14, 30, 57, 99]);
});

it('copies no image to which it adds no zeros', async () => {
  await useBackend('cpu');
  const x = tf.ones([1, 4, 4, 2]) as Tensor4D;
  const { kernelNames } = await tf.profile(() => conv2d(x, tf.ones([1, 1, 2, 3]), 2));
  expect(kernelNames).toEqual(['Conv2D']);
});
