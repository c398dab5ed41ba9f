import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmTrainingKernels } from './register-wasm-training-kernels.js';

beforeAll(async () => {
  registerWasmTrainingKernels();
  await tf.setBackend('wasm');
  Object.assign(tf.engine().findBackend('cpu'), { firstUse: false }); // no advertisement
});

const values = (shape: number[], scale: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => scale * Math.sin(i * 12.9898)),
    shape,
  );

/** Losses of a small network with a layer of every common kind: `steps` steps of Adam from the same weights. */
function train(backend: 'wasm' | 'cpu', steps: number): { losses: number[]; leaked: number } {
  void tf.setBackend(backend);
  const weights = [
    [3, 3, 1, 8],
    [8],
    [8],
    [3, 3, 8, 16],
    [1, 1, 8, 16],
    [3, 3, 16, 1],
    [16, 32],
    [32, 5],
    [5],
  ].map((shape, i) => tf.variable(values(shape, i === 1 ? 1 : 0.5)));
  const [first, scale, offset, second, shortcut, depthwise, hidden, classifier, bias] = weights as never[];
  const x = values([6, 11, 9, 1], 1) as tf.Tensor4D;
  const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 4, 0], 'int32'), 5);
  const loss = (): tf.Scalar => {
    let y = tf.conv2d(x, first, 1, 'same');
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    y = tf.relu(tf.batchNorm(y, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, 1e-3));
    const skip = tf.conv2d(tf.avgPool(y, 1, 2, 'same'), shortcut, 1, 'valid');
    y = tf.elu(tf.add(tf.conv2d(y, second, 2, 'same'), skip));
    y = tf.maxPool(tf.depthwiseConv2d(y, depthwise, 1, 'same'), 2, 2, 'valid');
    const dense = tf.relu(tf.matMul(tf.mean(y, [1, 2]) as tf.Tensor2D, hidden));
    return tf.losses.softmaxCrossEntropy(labels, tf.add(tf.matMul(dense, classifier), bias));
  };
  const optimizer = tf.train.adam(0.01);
  const losses: number[] = [];
  let before = 0;
  for (let step = 0; step < steps; step++) {
    if (step === 2) before = tf.engine().backend.numDataIds(); // the optimizer has made its variables
    const value = optimizer.minimize(loss, true)!;
    losses.push(value.dataSync()[0]);
    value.dispose();
  }
  const leaked = tf.engine().backend.numDataIds() - before;
  optimizer.dispose();
  tf.dispose([...weights, x, labels]);
  void tf.setBackend('wasm');
  return { losses, leaked };
}

describe('registerWasmTrainingKernels', () => {
  it('lets a network train as on the cpu backend, and leaves nothing behind', () => {
    const wasm = train('wasm', 5);
    train('cpu', 5).losses.forEach((expected, step) => expect(wasm.losses[step]).toBeCloseTo(expected, 3));
    expect(wasm.losses[4]).toBeLessThan(wasm.losses[0]);
    expect(wasm.leaked).toBe(0);
  });

  it('registers once', () => {
    const before = tf.getKernelsForBackend('wasm').map(({ kernelFunc }) => kernelFunc);
    registerWasmTrainingKernels();
    expect(tf.getKernelsForBackend('wasm').map(({ kernelFunc }) => kernelFunc)).toEqual(before);
  });
});
