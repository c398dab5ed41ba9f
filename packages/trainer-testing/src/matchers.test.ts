import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { installMatchers, useCpuBackend } from './index.js';

beforeAll(useCpuBackend);
installMatchers();

it('compares tensors, nested and typed arrays, and numbers', () => {
  expect(tf.tensor2d([[1, 2]])).toBeAllClose([[1, 2]]);
  expect(tf.tensor2d([[1, 2]])).toBeAllClose([1, 2]);
  expect(Float32Array.of(1, 2)).toBeAllClose(tf.tensor1d([1, 2]));
  expect(3).toBeAllClose(tf.scalar(3.00001));
  expect([]).toBeAllClose([]);
  expect([Infinity, -Infinity]).toBeAllClose([Infinity, -Infinity]);
});

it('allows atol + rtol·|expected|', () => {
  expect([100.9]).toBeAllClose([100], { rtol: 0.01, atol: 0 });
  expect([101.1]).not.toBeAllClose([100], { rtol: 0.01, atol: 0 });
  expect([0.4]).toBeAllClose([0], { atol: 0.5 });
  expect([NaN]).not.toBeAllClose([NaN]);
  expect([1]).not.toBeAllClose([NaN]);
  expect([Infinity]).not.toBeAllClose([-Infinity]);
});

it('names the worst element, or both shapes', () => {
  expect(() => expect([1, 2, 4]).toBeAllClose([1, 2.1, 3])).toThrow(
    /2 of 3 elements differ .* the worst is element 2: received 4, expected 3/,
  );
  expect(() => expect(tf.ones([2, 3])).toBeAllClose(tf.ones([3, 2]))).toThrow(
    'expected shape [3,2], received [2,3]',
  );
  expect(() => expect([1]).toBeAllClose([1, 2])).toThrow('expected shape [2], received [1]');
  expect(() => expect([1]).not.toBeAllClose([1])).toThrow('all 1 are close');
});
