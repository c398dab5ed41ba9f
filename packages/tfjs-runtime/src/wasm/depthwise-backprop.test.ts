import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { registerWasmTrainingKernels } from './register-wasm-training-kernels.js';

type Shape = [number, number, number, number];

interface Depthwise {
  readonly input: Shape;
  readonly filter: Shape;
  readonly stride: number;
  readonly pad: 'same' | 'valid' | tf.backend_util.ExplicitPadding;
}

beforeAll(async () => {
  registerWasmTrainingKernels();
  await tf.setBackend('wasm');
  Object.assign(tf.engine().findBackend('cpu'), { firstUse: false }); // no advertisement
});

const values = (shape: Shape, seed: number): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i * 12.9898 + seed)),
    shape,
  );

function loss({ stride, pad }: Depthwise, x: tf.Tensor4D, w: tf.Tensor4D): tf.Scalar {
  const rounding = typeof pad === 'string' ? undefined : 'floor';
  const y = tf.depthwiseConv2d(x, w, stride, pad, 'NHWC', 1, rounding);
  return tf.sum(tf.mul(tf.reshape(y, [-1]), tf.sin(tf.range(0, y.size))));
}

function gradients(backend: 'wasm' | 'cpu', depthwise: Depthwise): Float32Array[] {
  void tf.setBackend(backend);
  const result = tf.tidy(() => {
    const by = tf.grads((x, w) => loss(depthwise, x as tf.Tensor4D, w as tf.Tensor4D));
    return by([values(depthwise.input, 1), values(depthwise.filter, 2)]).map(
      (g) => g.dataSync() as Float32Array,
    );
  });
  void tf.setBackend('wasm');
  return result;
}

/** Central differences along cos(i), first of the input, then of the filter, on cpu; exact, as the loss is linear in each. */
function differences(depthwise: Depthwise): number[] {
  void tf.setBackend('cpu');
  const result = tf.tidy(() => {
    const [x, w] = [values(depthwise.input, 1), values(depthwise.filter, 2)];
    const move = (t: tf.Tensor4D, sign: number): tf.Tensor4D =>
      tf.add(t, tf.mul(sign, tf.reshape(tf.cos(tf.range(0, t.size)), t.shape)));
    const byInput = tf.sub(loss(depthwise, move(x, 1), w), loss(depthwise, move(x, -1), w));
    const byFilter = tf.sub(loss(depthwise, x, move(w, 1)), loss(depthwise, x, move(w, -1)));
    return [byInput, byFilter].map((difference) => difference.dataSync()[0] / 2);
  });
  void tf.setBackend('wasm');
  return result;
}

const along = (gradient: Float32Array): number =>
  gradient.reduce((sum, value, i) => sum + value * Math.cos(i), 0);

const explicit: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [1, 0],
  [0, 2],
  [0, 0],
];
const depthwises: fc.Arbitrary<Depthwise> = fc
  .record({
    input: fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 5, max: 9 }),
      fc.integer({ min: 5, max: 9 }),
      fc.integer({ min: 1, max: 5 }),
    ),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    multiplier: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom<Depthwise['pad']>('same', 'valid', explicit),
  })
  .map(({ input, kernel, multiplier, stride, pad }) => ({
    input,
    filter: [...kernel, input[3], multiplier] as Shape,
    stride,
    pad,
  }));

it('the gradients of a depthwise convolution equal finite differences and the cpu backend', () => {
  const check = (depthwise: Depthwise): void => {
    const actual = gradients('wasm', depthwise);
    differences(depthwise).forEach((expected, i) => expect(along(actual[i])).toBeCloseTo(expected, 2));
    gradients('cpu', depthwise).forEach((expected, i) =>
      expected.forEach((value, k) => expect(Math.abs(actual[i][k] - value)).toBeLessThan(1e-3)),
    );
  };
  fc.assert(fc.property(depthwises, check), { numRuns: 40, seed: 3 });
});
