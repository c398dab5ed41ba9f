import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import { expect, it } from 'vitest';
import { random } from '../functions.fixture.js';
import { onnxRuntime } from './onnx-runtime.fixture.js';
import { toOnnx } from './to-onnx.js';

installMatchers();
await useCpuBackend();

/** A layer of images, its weights by a seed. */
type Layer = (x: Tensor4D, seed: number, size: number, stride: number) => Tensor4D;

const weights = (shape: number[], seed: number): Tensor => tf.mul(random(shape, seed), 0.4);

const LAYERS: Record<string, Layer> = {
  convolution: (x, seed, size, stride) =>
    tf.conv2d(x, weights([size, size, x.shape[3], 1 + (seed % 3)], seed) as Tensor4D, stride, 'same'),
  depthwise: (x, seed, size, stride) =>
    tf.depthwiseConv2d(
      x,
      weights([size, size, x.shape[3], 1 + (seed % 2)], seed) as Tensor4D,
      stride,
      'same',
    ),
  average: (x, _seed, size, stride) => tf.avgPool(x, size, stride, 'same'),
  maximum: (x, _seed, size, stride) => tf.maxPool(x, size, stride, 'same'),
  normalisation: (x, seed) => {
    const row = weights([x.shape[3]], seed) as tf.Tensor1D;
    return tf.batchNorm(x, row, tf.add(tf.square(row), 0.5), row, row);
  },
  relu: (x) => tf.relu(x),
  tanh: (x) => tf.tanh(x),
  row: (x, seed) => tf.add(x, weights([x.shape[3]], seed)),
  map: (x, seed) => tf.mul(x, weights([x.shape[1], x.shape[2], 1], seed)),
  itself: (x) => tf.concat([x, tf.neg(x)], 3),
  pad: (x) => tf.pad(x, [[0, 0], [1, 0], [0, 2], [0, 1]]), // prettier-ignore
  part: (x) => tf.slice(x, [0, 0, 0, 0], [-1, Math.ceil(x.shape[1] / 2), -1, -1]),
  attention: (x) => tf.mul(x, tf.sigmoid(tf.mean(x, [1, 2], true))),
  turned: (x) => tf.transpose(x, [0, 2, 1, 3]),
  residual: (x, seed, size) => {
    const channels = x.shape[3];
    return tf.add(x, tf.conv2d(x, weights([size, size, channels, channels], seed) as Tensor4D, 1, 'same'));
  },
};

it('gives what random networks give, whatever follows what', async () => {
  const layer = record({
    name: constantFrom(...Object.keys(LAYERS)),
    seed: integer({ min: 1, max: 1000 }),
    size: integer({ min: 1, max: 3 }),
    stride: integer({ min: 1, max: 2 }),
  });
  await assert(
    asyncProperty(array(layer, { minLength: 1, maxLength: 6 }), async (layers) => {
      const run = (input: Tensor): Tensor => {
        let x = input as Tensor4D;
        for (const { name, seed, size, stride } of layers) x = LAYERS[name](x, seed, size, stride);
        return x;
      };
      const bytes = await toOnnx((x) => run(x), { exampleShape: [6, 5, 2] });
      for (const batch of [1, 5]) {
        const x = random([batch, 6, 5, 2], batch);
        const goal = run(x);
        expect(await onnxRuntime(bytes, x)).toBeAllClose(goal, { atol: 1e-4 });
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});
