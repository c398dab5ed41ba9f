import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmTrainingKernels } from './register-wasm-training-kernels.js';

beforeAll(async () => {
  registerWasmTrainingKernels();
  await tf.setBackend('wasm');
  Object.assign(tf.engine().findBackend('cpu'), { firstUse: false }); // no advertisement
});

const on = (backend: string, compute: () => tf.Tensor): number[] => {
  void tf.setBackend(backend);
  const result = tf.tidy(() => Array.from(compute().dataSync()));
  void tf.setBackend('wasm');
  return result;
};

/** NaN of either sign: Inf − Inf has the sign bit set on x86. */
const minusNan = () => new Float32Array(Uint32Array.of(0xffc00000).buffer)[0];
const number = fc.oneof(
  { arbitrary: fc.float({ min: -8, max: 8, noNaN: true }), weight: 6 },
  fc.constantFrom(NaN, Infinity, -Infinity),
);
const list = fc.array(number, { minLength: 6, maxLength: 40 });

const ELEMENTWISE: Record<string, (x: tf.Tensor, y: tf.Tensor) => tf.Tensor> = {
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  leakyRelu: (x) => tf.leakyRelu(x),
  prelu: (x, y) => tf.prelu(x, tf.clipByValue(tf.where(tf.isNaN(y), tf.zerosLike(y), y), -1, 1)),
  elu: (x) => tf.elu(x),
  clipByValue: (x) => tf.clipByValue(x, -1, 1),
  maximum: (x, y) => tf.maximum(x, y),
  minimum: (x, y) => tf.minimum(x, y),
  max: (x) => tf.max(x),
  min: (x) => tf.min(x),
  sum: (x) => tf.sum(x),
  mean: (x) => tf.mean(x),
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  matMul: (x, y) => tf.matMul(tf.reshape(x, [1, -1]), tf.reshape(y, [-1, 1])),
  fusedMatMul: (x, y) =>
    tf.fused.matMul({
      a: tf.reshape(x, [1, -1]) as tf.Tensor2D,
      b: tf.reshape(y, [-1, 1]) as tf.Tensor2D,
      activation: 'relu',
    }),
};

describe('NaN on wasm', () => {
  it.each(Object.entries(ELEMENTWISE))('%s has it where cpu has it', (_name, op) => {
    fc.assert(
      fc.property(list, fc.integer(), (values, seed) => {
        const other = values.map((value, at) =>
          (at + seed) % 3 === 0 ? values[values.length - 1 - at] : value,
        );
        const compute = () => op(tf.tensor1d(values), tf.tensor1d(other));
        const [actual, expected] = [on('wasm', compute), on('cpu', compute)];
        expect(actual.map(Number.isNaN)).toEqual(expected.map(Number.isNaN));
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('relu keeps it with either sign', () => {
    expect(on('wasm', () => tf.relu(tf.tensor1d([minusNan(), NaN, 1]))).map(Number.isNaN)).toEqual([
      true,
      true,
      false,
    ]);
    expect(on('wasm', () => tf.relu(tf.sub(tf.tensor1d([Infinity]), tf.tensor1d([Infinity]))))).toEqual([
      NaN,
    ]);
  });

  const images = (at: number) =>
    tf.tensor4d(
      Float32Array.from({ length: 32 }, (_, i) => (i === at ? NaN : i / 9 - 1)),
      [2, 4, 4, 1],
    );
  const filter = (value = 0.5) => tf.tensor4d([value, 1, -1, 0.25], [2, 2, 1, 1]);
  it.each<[string, (x: tf.Tensor4D, f: tf.Tensor4D) => tf.Tensor]>([
    ['conv2d', (x, f) => tf.conv2d(x, f, 1, 'same')],
    ['depthwiseConv2d', (x, f) => tf.depthwiseConv2d(x, f, 1, 'same')],
    [
      'conv2d with relu',
      (x, f) => tf.fused.conv2d({ x, filter: f, strides: 1, pad: 'same', activation: 'relu' }),
    ],
    [
      'depthwiseConv2d with relu6',
      (x, f) => tf.fused.depthwiseConv2d({ x, filter: f, strides: 1, pad: 'same', activation: 'relu6' }),
    ],
  ])('%s passes it on, and leaves the other images alone', (_name, op) => {
    const clean = on('wasm', () => op(images(-1), filter()));
    expect(clean.every(Number.isFinite)).toBe(true);
    const one = on('wasm', () => op(images(21), filter()));
    expect(one.slice(0, 16)).toEqual(clean.slice(0, 16));
    expect(one.slice(16).every(Number.isNaN)).toBe(true);
    expect(on('wasm', () => op(images(-1), filter(NaN))).every(Number.isNaN)).toBe(true);
  });
});
