import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { describe, expect, it } from 'vitest';
import { dense, FUNCTIONS, kernel, random, row } from '../functions.fixture.js';
import { contentOf, onnxRuntime } from './onnx-runtime.fixture.js';
import { toOnnx } from './to-onnx.js';

installMatchers();
await useCpuBackend();

describe('toOnnx', () => {
  const images = { exampleShape: [6, 5, 2] };
  const square = random([3, 3, 4, 4], 5) as tf.Tensor4D;
  const conv = (x: Tensor, filter = kernel): tf.Tensor4D => tf.conv2d(x as tf.Tensor4D, filter, 1, 'same');

  const MORE: Record<string, (x: tf.Tensor4D) => Tensor> = {
    'images turned back for what needs their order': (x) =>
      tf.matMul(tf.reshape(conv(x), [x.shape[0], 120]), random([120, 3], 7) as Tensor2D),
    'reductions of turned images': (x) => {
      const y = conv(x);
      const rows = tf.reshape(tf.sum(tf.max(y, 3), 2), [-1, 6, 1, 1]);
      return tf.add(tf.add(tf.mean(y, [1, 3], true), tf.min(y, -1, true)), tf.add(rows, tf.sum(y)));
    },
    'padding, slices and joining of turned images': (x) => {
      const y = tf.pad(conv(x), [[0, 0], [1, 2], [0, 1], [3, 0]], 0.5); // prettier-ignore
      return tf.concat([tf.slice(y, [0, 1, 0, 2], [-1, 5, 4, 3]), tf.slice(x, [0, 0, 1], [-1, 5, 4])], 3);
    },
    'turned images with rows, maps and each other': (x) => {
      const y = conv(x);
      return tf.mul(tf.add(tf.mul(y, random([6, 5, 1], 8)), row), tf.sub(tf.pad(x, [[0, 0], [0, 0], [0, 0], [1, 1]]), y)); // prettier-ignore
    },
    'turned images with rows that depend on the input': (x) =>
      tf.mul(conv(x), tf.reshape(tf.slice(tf.mean(conv(x), [1, 2]), [0, 0], [-1, 1]), [-1, 1, 1, 1])),
    'pooling with padding by numbers': (x) => tf.maxPool(x, 3, 2, 1),
    'slopes by channel': (x) => tf.prelu(conv(x), row as Tensor as tf.Tensor4D),
    'strides with odd padding': (x) => tf.conv2d(x, random([2, 2, 2, 3], 9) as tf.Tensor4D, 2, 'same'),
    'a filter that depends on the input': (x) =>
      tf.conv2d(x, tf.reshape(tf.mean(x, [0, 1]), [5, 1, 2, 1]) as tf.Tensor4D, 1, 'same'),
    types: (x) => tf.add(tf.cast(tf.cast(x, 'int32'), 'float32'), tf.cast(tf.cast(x, 'bool'), 'float32')),
  };

  it.each(Object.entries({ ...FUNCTIONS, ...MORE }))('writes %s', async (_name, run) => {
    const bytes = await toOnnx((x) => run(x as tf.Tensor4D), images);
    for (const batch of [1, 4]) {
      const x = random([batch, 6, 5, 2], batch) as tf.Tensor4D;
      const goal = run(x);
      const result = await onnxRuntime(bytes, x);
      expect(result.shape).toEqual(goal.shape);
      expect(result).toBeAllClose(goal, { atol: 1e-5 });
    }
  });

  it('turns images once, before the first convolution, and not between', async () => {
    const run = (x: Tensor): Tensor => {
      const first = tf.relu(tf.add(tf.mul(row, conv(x)), row));
      const second = tf.add(tf.mul(tf.add(conv(first, square), row), row), row);
      return tf.mean(tf.relu(tf.add(second, first)), [1, 2]);
    };
    const { ops } = contentOf(await toOnnx(run, images));
    expect(ops).toEqual(['Transpose', 'Conv', 'Relu', 'Conv', 'Add', 'Relu', 'ReduceMean']);
  });

  it('keeps each constant once, and what it is told as metadata', async () => {
    const bytes = await toOnnx((x) => tf.mul(tf.add(tf.matMul(x as Tensor2D, dense), [1, 2, 3]), 2), {
      exampleShape: [4],
      inputName: 'x',
      outputName: 'y',
      metadata: { dataset: 'tiny', classNames: ['ä', 'b'], edge: 32 },
    });
    const { constants, metadata } = contentOf(bytes);
    expect(constants).toEqual([[4, 3], [3], []]);
    expect(metadata).toEqual({ dataset: 'tiny', classNames: '["ä","b"]', edge: '32' });
    const twice = await toOnnx((x) => tf.mul(tf.add(x, row), row), { exampleShape: [4] });
    expect(contentOf(twice).constants).toEqual([[4]]);
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ["the operation 'Erf' is not known here", (x) => tf.erf(x)],
    ["the operation 'MirrorPad' is not known here", (x) => tf.mirrorPad(x, [[0, 0], [1, 1]], 'reflect')], // prettier-ignore
    ["the operation 'Unpack' gives several results", (x) => tf.unstack(x, 1)[0]],
    ["'FusedDepthwiseConv2D' with the activation", (x) =>
      tf.fused.depthwiseConv2d({ x: tf.reshape(x, [-1, 2, 2, 1]) as tf.Tensor4D, filter: tf.ones([1, 1, 1, 1]), strides: 1, pad: 'valid', activation: 'prelu', preluActivationWeights: tf.scalar(1) })], // prettier-ignore
    ["'Conv2D' with this rounding", (x) =>
      tf.conv2d(tf.reshape(x, [-1, 2, 2, 1]) as tf.Tensor4D, tf.ones([1, 1, 1, 1]), 2, 0, 'NHWC', 1, 'ceil')], // prettier-ignore
    ["'Conv2D' with a height or width that depends on the batch", (x) =>
      tf.conv2d(tf.reshape(x, [1, -1, 2, 2]) as tf.Tensor4D, tf.ones([1, 1, 2, 1]), 1, 'valid')], // prettier-ignore
    ["'Slice' with a part of the batch", (x) => tf.slice(x, [0, 0], [x.shape[0] - 1, 4])],
    ['more than one size', (x) => tf.reshape(x, x.shape[0] === 2 ? [4, 2] : [3, 4])],
    ['of type int32', (x) => tf.cast(x, 'int32')],
  ])('says what keeps a function from it: %s', async (problem, run) => {
    const { numTensors } = tf.memory();
    const written = toOnnx(run, { exampleShape: [4] });
    await expect(written).rejects.toThrow('EXPORT_NOT_POSSIBLE');
    await expect(written).rejects.toThrow(problem);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each([NaN, Infinity])('refuses a network with a weight of %d', async (value) => {
    const weights = tf.tensor2d([1, 2, value, 4], [2, 2]);
    const written = toOnnx((x) => tf.matMul(x as Tensor2D, weights), { exampleShape: [2] });
    await expect(written).rejects.toThrow(/EXPORT_NOT_FINITE.*\[2, 2\].*holds/);
    weights.dispose();
  });
});
