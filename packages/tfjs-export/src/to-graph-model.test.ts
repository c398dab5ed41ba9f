import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { describe, expect, it } from 'vitest';
import { dense, FUNCTIONS, kernel, random, row } from './functions.fixture.js';
import { opsOf, stock } from './stock.fixture.js';
import { toGraphModel } from './to-graph-model.js';

installMatchers();
await useCpuBackend();

describe('toGraphModel', () => {
  it.each(Object.entries(FUNCTIONS))('writes %s', async (_name, run) => {
    const artifacts = await toGraphModel((x) => run(x as tf.Tensor4D), { exampleShape: [6, 5, 2] });
    for (const batch of [1, 4]) {
      const x = random([batch, 6, 5, 2], batch) as tf.Tensor4D;
      expect(await stock(artifacts, x)).toBeAllClose(run(x), { atol: 1e-5 });
    }
  });

  it('takes what follows a convolution channel by channel into it, once', async () => {
    const square = random([3, 3, 4, 4], 5) as tf.Tensor4D;
    const run = (x: Tensor): Tensor => {
      const first = tf.relu(tf.add(tf.mul(row, tf.conv2d(x as tf.Tensor4D, kernel, 1, 'same')), row));
      const second = tf.add(
        tf.mul(tf.add(tf.conv2d(first as tf.Tensor4D, square, 1, 'same'), row), row),
        row,
      );
      return tf.relu(tf.add(second, first));
    };
    const artifacts = await toGraphModel(run, { exampleShape: [6, 5, 2] });
    expect(opsOf(artifacts)).toEqual(['_FusedConv2D', '_FusedConv2D', 'AddV2', 'Relu']);
    const x = random([3, 6, 5, 2], 6);
    expect(await stock(artifacts, x)).toBeAllClose(run(x), { atol: 1e-4 });
  });

  it.each<[string, (y: tf.Tensor4D) => Tensor]>([
    ['is used elsewhere', (y) => tf.add(tf.relu(y), y)],
    ['is not changed channel by channel', (y) => tf.mul(y, tf.ones([6, 5, 1]))],
    ['meets itself', (y) => tf.mul(y, y)],
    ['is the result', (y) => y],
  ])('leaves a convolution alone whose value %s', async (_when, after) => {
    const run = (x: Tensor): Tensor => after(tf.conv2d(x as tf.Tensor4D, kernel, 1, 'same'));
    const artifacts = await toGraphModel(run, { exampleShape: [6, 5, 2] });
    expect(opsOf(artifacts)[0]).toBe('Conv2D');
    const x = random([3, 6, 5, 2], 6);
    expect(await stock(artifacts, x)).toBeAllClose(run(x), { atol: 1e-5 });
  });

  it('computes what does not depend on the input, and keeps each constant once', async () => {
    const artifacts = await toGraphModel(
      (x) => tf.add(tf.matMul(x as Tensor2D, tf.matMul(dense, dense, false, true)), tf.mul(row, row)),
      { exampleShape: [4], inputName: 'x', outputName: 'y' },
    );
    expect(opsOf(artifacts)).toEqual(['MatMul', 'AddV2']);
    expect(artifacts.weightSpecs?.map(({ shape }) => shape)).toEqual([[4, 4], [4]]);
    expect(artifacts.signature).toMatchObject({ inputs: { x: { name: 'x:0' } }, outputs: { y: {} } });
    const twice = await toGraphModel((x) => tf.mul(tf.add(x, row), row), { exampleShape: [4] });
    expect(twice.weightSpecs).toHaveLength(1);
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ["the operation 'Erf' is not known here", (x) => tf.erf(x)],
    ["the operation 'Unpack' gives several results", (x) => tf.unstack(x, 1)[0]],
    ["'FusedDepthwiseConv2D' with the activation", (x) =>
      tf.fused.depthwiseConv2d({ x: tf.reshape(x, [-1, 2, 2, 1]) as tf.Tensor4D, filter: tf.ones([1, 1, 1, 1]), strides: 1, pad: 'valid', activation: 'prelu', preluActivationWeights: tf.scalar(1) })], // prettier-ignore
    ['changes with the input, or with the size of the batch', (x) => tf.div(x, x.shape[0])],
    ['changes with the input', (x) => tf.add(x, tf.tensor(x.dataSync(), x.shape))],
    ['does not depend on its input', (x) => tf.tensor(x.dataSync(), x.shape)],
    ['of type int32', (x) => tf.cast(x, 'int32')],
    ['does other things with another batch', (x) => (x.shape[0] === 2 ? tf.neg(x) : tf.exp(x))],
    [
      'more than one size that depends on the batch',
      (x) => tf.reshape(x, x.shape[0] === 2 ? [4, 2] : [3, 4]),
    ],
    ["'Slice' with a part of the batch", (x) => tf.slice(x, [0, 0], [x.shape[0] - 1, 4])],
    ["'Slice' has other attributes", (x) => tf.slice(x, [x.shape[0] - 1, 0], [1, 4])],
    ["'LeakyRelu' has other attributes", (x) => tf.leakyRelu(x, 1 / x.shape[0])],
  ])('says what keeps a function from it: %s', async (problem, run) => {
    const { numTensors } = tf.memory();
    await expect(toGraphModel(run, { exampleShape: [4] })).rejects.toThrow(problem);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(Object.keys(tf.engine())).not.toContain('runKernel');
  });

  it('writes a layers model', async () => {
    const model = sequential({
      layers: [
        layers.conv2d({
          inputShape: [4, 4, 1],
          filters: 4,
          kernelSize: 2,
          padding: 'same',
          activation: 'relu',
        }),
        layers.batchNormalization(),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 6, activation: 'elu' }),
      ],
    });
    const artifacts = await toGraphModel((x) => model.apply(x) as Tensor, { exampleShape: [4, 4, 1] });
    const x = random([3, 4, 4, 1], 7);
    expect(await stock(artifacts, x)).toBeAllClose(model.predict(x) as Tensor, { atol: 1e-5 });
  });
});
