import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { BACKENDS } from './backends.fixture.js';
import { conv3x3 } from './conv3x3.js';
import { hasOwnOps, nativeBackend } from '@evenkeel/tensorflow-node/backend';
import { expectClose, numbers, numericGradient } from './numbers.fixture.js';
import './register-gradients.js';

type Size = [batch: number, height: number, width: number, inputs: number, outputs: number];

/** Whole tiles, images that end within a tile, more tiles than are worked on at a time, every width of the products. */
const SIZES: Size[] = [
  [2, 8, 8, 16, 16],
  [3, 5, 7, 32, 16],
  [1, 1, 2, 16, 48],
  [9, 13, 6, 16, 64],
  [2, 4, 3, 64, 32],
  [1, 3, 3, 3, 16],
];

const image = ([batch, height, width, inputs]: Size): Tensor4D =>
  tf.tensor4d(numbers(batch * height * width * inputs, 1), [batch, height, width, inputs]);
const filterOf = ([, , , inputs, outputs]: Size): Tensor4D =>
  tf.tensor4d(numbers(9 * inputs * outputs, 2), [3, 3, inputs, outputs]);

type Convolve = (x: Tensor4D, filter: Tensor4D) => Tensor4D;
const plain: Convolve = (x, filter) => tf.conv2d(x, filter, 1, 'same');

/** The result, and the gradients of images and filter. */
function outputAndGradients(convolve: Convolve, size: Size): Float32Array[] {
  return tf.tidy(() => {
    const [x, filter] = [image(size), filterOf(size)];
    const output = convolve(x, filter);
    const weights = tf.tensor(numbers(output.size, 3), output.shape);
    const loss = (images: Tensor, taps: Tensor): Tensor =>
      tf.sum(tf.mul(convolve(images as Tensor4D, taps as Tensor4D), weights));
    return [output, ...tf.grads(loss)([x, filter])].map((tensor) => tensor.dataSync() as Float32Array);
  });
}

describe.each(BACKENDS)('conv3x3 on $title', ({ name, ready }) => {
  describe.skipIf(!ready)('', () => {
    it.each(SIZES)(
      'of [%d, %d, %d, %d] to %d channels is conv2d, and so are its gradients',
      async (...size) => {
        await useBackend('cpu');
        const expected = outputAndGradients(plain, size);
        await useBackend(name);
        outputAndGradients(conv3x3, size).forEach((actual, at) => expectClose(actual, expected[at], 2e-5));
      },
    );
  });
});

const native = BACKENDS.find(({ name }) => name === 'native')!;
if (native.ready) await useBackend('native');
const own = native.ready && hasOwnOps(nativeBackend()!);

describe.skipIf(!own)(own ? 'with ops of our own' : 'with ops of our own, which are not there', () => {
  beforeAll(async () => void (await useBackend('native')));
  const size: Size = [2, 6, 5, 16, 16];

  it('gives the same bits every time', () => {
    const first = outputAndGradients(conv3x3, [9, 13, 6, 16, 64]);
    for (let again = 0; again < 20; again++)
      expect(outputAndGradients(conv3x3, [9, 13, 6, 16, 64])).toEqual(first);
  });

  it('has the gradients of its finite differences', () => {
    tf.tidy(() => {
      const [x, filter] = [image(size), filterOf(size)];
      const weights = tf.tensor(numbers(x.size, 3), x.shape);
      const loss = (images: Tensor, taps: Tensor): Tensor =>
        tf.mean(tf.mul(conv3x3(images as Tensor4D, taps as Tensor4D), weights));
      const [dx, dFilter] = tf.grads(loss)([x, filter]);
      for (const [tensor, gradient, of] of [
        [x, dx, (moved: Tensor) => loss(moved, filter)],
        [filter, dFilter, (moved: Tensor) => loss(x, moved)],
      ] as const) {
        // Linear in both, so that a long step is exact. A few of the values stand for all.
        const all = tensor.dataSync() as Float32Array;
        const few = all.subarray(0, 12);
        const value = (head: Float32Array): number => {
          const values = all.slice();
          values.set(head);
          return tf.tidy(() => of(tf.tensor(values, tensor.shape)).dataSync()[0]);
        };
        const differences = numericGradient(value, few, 1);
        expectClose(gradient.dataSync().slice(0, 12).map((part) => part * x.size), differences.map((part) => part * x.size), 1e-3); // prettier-ignore
      }
    });
  });

  it('is a convolution for those who listen to kernels', async () => {
    const [x, filter] = [image(size), filterOf(size)];
    const { kernelNames } = await tf.profile(() => tf.tidy(() => conv3x3(x, filter)));
    expect(kernelNames).toContain('EvenkeelConv3x3');
    tf.dispose([x, filter]);
  });

  it('names what it cannot take', () => {
    const run = (x: Tensor, filter: Tensor): unknown =>
      nativeBackend()!.executeMultipleOutputs('EvenkeelConv3x3', [], [x, filter], 1);
    expect(() => run(tf.ones([1, 4, 4, 16]), tf.ones([3, 3, 32, 16]))).toThrow(/multiples of 16/);
    expect(() => run(tf.ones([1, 4, 4, 8]), tf.ones([3, 3, 8, 16]))).toThrow(/multiples of 16/);
    expect(() => run(tf.ones([4, 4, 16]), tf.ones([3, 3, 16, 16]))).toThrow(/rank 4/);
  });
});
