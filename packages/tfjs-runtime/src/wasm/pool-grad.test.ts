import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmTrainingKernels } from './register-wasm-training-kernels.js';

type Shape = [number, number, number, number];
type Pool = typeof tf.maxPool;

interface Pooling {
  readonly input: Shape;
  readonly filter: [number, number];
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid';
}

beforeAll(async () => {
  registerWasmTrainingKernels();
  await tf.setBackend('wasm');
  Object.assign(tf.engine().findBackend('cpu'), { firstUse: false }); // no advertisement
});

const size = fc.integer({ min: 2, max: 6 });
const poolings: fc.Arbitrary<Pooling> = fc.record({
  input: fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    size,
    size,
    fc.integer({ min: 1, max: 5 }),
  ) as fc.Arbitrary<Shape>,
  filter: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.constantFrom('same', 'valid'),
});

/** Distinct values, half a unit apart, in a scrambled order, all below zero. */
function scrambled(length: number): number[] {
  const order = Array.from({ length }, (_, i) => i).sort((a, b) => Math.sin(a * 91.7) - Math.sin(b * 91.7));
  return order.map((place) => -1 - place / 2);
}

/** The gradient of Σ pool(x) · (0, 1, 2, …). */
function gradient(backend: 'wasm' | 'cpu', pool: Pool, { input, filter, strides, pad }: Pooling): number[] {
  void tf.setBackend(backend);
  const result = tf.tidy(() => {
    const x = tf.tensor4d(scrambled(tf.util.sizeFromShape(input)), input);
    const loss = (t: tf.Tensor4D): tf.Scalar => weigh(pool(t, filter, strides, pad));
    return Array.from(
      tf
        .grad((t) => loss(t as tf.Tensor4D))(x)
        .dataSync(),
    );
  });
  void tf.setBackend('wasm');
  return result;
}

function weigh(y: tf.Tensor): tf.Scalar {
  return tf.sum(tf.mul(tf.reshape(y, [-1]), tf.range(0, y.size)));
}

/** Central differences of the same, one input at a time; exact, as both poolings are linear within a quarter unit. */
function differences(pool: Pool, { input, filter, strides, pad }: Pooling): number[] {
  const base = scrambled(tf.util.sizeFromShape(input));
  const at = (index: number, step: number): number =>
    tf.tidy(() => {
      const x = tf.tensor4d(
        base.map((value, i) => (i === index ? value + step : value)),
        input,
      );
      return weigh(pool(x, filter, strides, pad)).dataSync()[0];
    });
  return base.map((_, i) => (at(i, 0.125) - at(i, -0.125)) / 0.25);
}

function expectClose(actual: number[], expected: number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(tolerance));
}

describe('the gradient of max pooling on wasm', () => {
  it('equals the cpu backend and finite differences, also below zero', () => {
    const check = (pooling: Pooling): void => {
      const actual = gradient('wasm', tf.maxPool, pooling);
      expectClose(actual, gradient('cpu', tf.maxPool, pooling), 1e-4);
      expectClose(actual, differences(tf.maxPool, pooling), 0.1);
    };
    fc.assert(fc.property(poolings, check), { numRuns: 15, seed: 7 });
  });

  it('gives all of it to the first of equal maxima', () => {
    const x = tf.tensor4d([0, 0, 0, 0], [1, 2, 2, 1]);
    const dx = tf.grad((t) => tf.sum(tf.maxPool(t as tf.Tensor4D, 2, 2, 'valid')))(x);
    expect(Array.from(dx.dataSync())).toEqual([1, 0, 0, 0]);
    tf.dispose([x, dx]);
  });
});

describe('the gradient of average pooling on wasm', () => {
  it('equals finite differences, also at a padded border', () => {
    const check = (pooling: Pooling): void =>
      expectClose(gradient('wasm', tf.avgPool, pooling), differences(tf.avgPool, pooling), 0.1);
    fc.assert(fc.property(poolings, check), { numRuns: 15, seed: 11 });
  });

  it('equals the cpu backend where nothing is padded', () => {
    const pooling: Pooling = { input: [2, 7, 8, 3], filter: [3, 2], strides: [2, 1], pad: 'valid' };
    expectClose(gradient('wasm', tf.avgPool, pooling), gradient('cpu', tf.avgPool, pooling), 1e-4);
  });
});
