import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import type { VariableInfo } from '../../contract/layers.js';
import type { GradientTransform, StepContext } from '../../contract/step.js';
import { clipByGlobalNorm, clipByValue } from './clipping.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

/** The gradients of two weights after a transform. */
function transformed(transform: GradientTransform, a: number[][], c: number[]): number[] {
  const [first, second] = ['a', 'c'].map((name) => ({ name }) as VariableInfo);
  const result = transform.transform(
    new Map<VariableInfo, tf.Tensor>([
      [first, tf.tensor2d(a)],
      [second, tf.tensor1d(c)],
    ]),
    {} as StepContext,
  );
  expect([...result.keys()]).toEqual([first, second]);
  expect(result.get(first)?.shape).toEqual([2, 2]);
  return [...result.values()].flatMap((gradient) => [...gradient.dataSync()]);
}

const A = [
  [1, 2],
  [3, 4],
];

describe('clipByGlobalNorm', () => {
  it('equals clip_grad_norm_', () => {
    // torch 2.15: grads [[1, 2], [3, 4]] and [-5, 6], clip_grad_norm_(…, 2.0); the norm is sqrt(91)
    const golden = [0.2096569, 0.4193139, 0.6289708, 0.8386278, -1.0482846, 1.2579416];
    transformed(clipByGlobalNorm(2), A, [-5, 6]).forEach((value, i) =>
      expect(value).toBeCloseTo(golden[i], 6),
    );
  });

  it('leaves short gradients as they are, zero ones included', () => {
    expect(transformed(clipByGlobalNorm(10), A, [-5, 6])).toEqual([1, 2, 3, 4, -5, 6]);
    const none = [
      [0, 0],
      [0, 0],
    ];
    expect(transformed(clipByGlobalNorm(1), none, [0, 0])).toEqual([0, 0, 0, 0, 0, 0]);
    expect(clipByGlobalNorm(1).transform(new Map(), {} as StepContext).size).toBe(0);
  });
});

describe('clipByValue', () => {
  it('limits every entry', () => {
    expect(transformed(clipByValue(2.5), A, [-5, 0.5])).toEqual([1, 2, 2.5, 2.5, -2.5, 0.5]);
  });
});
