import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, expectNoLeak, finiteDifference, useCpuBackend } from './index.js';

beforeAll(useCpuBackend);

const sumOfCubes = (x: tf.Tensor): Scalar => tf.sum(tf.pow(x, 3)) as Scalar;

/** The right value, a gradient twice too large. */
const wrongGradient = (x: tf.Tensor): Scalar => {
  const square = tf.customGrad((value) => ({
    value: tf.square(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.mul(4, value as tf.Tensor)),
  }));
  return tf.sum(square(x)) as Scalar;
};

describe('finiteDifference', () => {
  it('gives 3x² for x³', () => {
    const { indices, values } = finiteDifference(
      sumOfCubes,
      tf.tensor2d([
        [1, 2],
        [-1, 0.5],
      ]),
    );
    expect(indices).toEqual([0, 1, 2, 3]);
    [3, 12, 3, 0.75].forEach((slope, i) => expect(values[i]).toBeCloseTo(slope, 2));
  });

  it('looks at no more elements than asked, evenly spread', () => {
    expect(finiteDifference(sumOfCubes, tf.ones([10]), { elements: 3 }).indices).toEqual([0, 3, 6]);
    expect(finiteDifference(sumOfCubes, tf.ones([2]), { elements: 9 }).indices).toEqual([0, 1]);
  });

  it.each([{ step: 0 }, { step: NaN }, { elements: 0 }])('refuses %o', (options) => {
    expect(() => finiteDifference(sumOfCubes, tf.ones([2]), options)).toThrow('TESTING_BAD_OPTION');
  });
});

describe('checkGradient', () => {
  it('accepts a right gradient and leaks nothing', () => {
    const x = tf.tensor1d([1, -2, 0.3]);
    expectNoLeak(() => checkGradient(sumOfCubes, x));
  });

  it('names the worst element of a wrong one', () => {
    expect(() => checkGradient(wrongGradient, tf.tensor1d([0, 1, -3]))).toThrow(
      /TESTING_GRADIENT_MISMATCH.*2 of 3 elements differ; the worst is element 2: tf.grad gives -12/,
    );
  });

  it('refuses a gradient that is not a number', () => {
    const f = (x: tf.Tensor): Scalar => tf.sum(tf.mul(wrongGradient(x), NaN)) as Scalar;
    expect(() => checkGradient(f, tf.tensor1d([1]))).toThrow('TESTING_GRADIENT_MISMATCH');
  });

  it('moves a variable in place and puts it back', () => {
    const weight = tf.variable(tf.tensor1d([0.5, 2]));
    const x = tf.tensor1d([3, 4]);
    expectNoLeak(() => checkGradient(() => tf.sum(tf.square(tf.mul(weight, x))) as Scalar, weight));
    expect(Array.from(weight.dataSync())).toEqual([0.5, 2]);
    expect(() => checkGradient(() => wrongGradient(weight), weight)).toThrow('TESTING_GRADIENT_MISMATCH');
  });
});
