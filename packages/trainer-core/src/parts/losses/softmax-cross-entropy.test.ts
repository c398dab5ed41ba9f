import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers gradients
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StepContext } from '../../contract/step.js';
import { crossEntropyWithLogits, softmaxCrossEntropy } from './softmax-cross-entropy.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

const LOGITS = [
  [1, 2, -1],
  [0.5, -0.5, 3],
  [100, -100, 0],
  [0, 0, 0],
];
const HARD = [1, 0, 2, 2].map((label) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));
const SOFT = [
  [0.7, 0.3, 0],
  [0, 0.5, 0.5],
  [0.2, 0.2, 0.6],
  [1, 0, 0],
];

/** Value and gradient of the loss as a step sees it. */
function evaluate(labelSmoothing: number, logits: number[][], targets: number[][]) {
  return tf.tidy(() => {
    const loss = softmaxCrossEntropy({ labelSmoothing });
    const context = { targets: tf.tensor2d(targets) } as StepContext;
    const { value, grad } = tf.valueAndGrad((z) => loss.loss(z as tf.Tensor2D, context))(tf.tensor2d(logits));
    return { value: value.dataSync()[0], gradient: [...grad.dataSync()] };
  });
}

describe('softmaxCrossEntropy', () => {
  // torch 2.15: cross_entropy(z, y, label_smoothing=…) and z.grad after backward()
  it.each([
    [
      'labels',
      0,
      HARD,
      26.01351,
      [
        0.0648741, -0.0736539, 0.0087798, -0.2315503, 0.0067873, 0.2247631, 0.25, 0, -0.25, 0.0833333,
        0.0833333, -0.1666667,
      ],
    ],
    [
      'smoothed labels',
      0.1,
      HARD,
      26.034344,
      [
        0.0565408, -0.0569872, 0.0004464, -0.2148837, -0.0015461, 0.2164297, 0.2416667, -0.0083333,
        -0.2333333, 0.075, 0.075, -0.15,
      ],
    ],
    [
      'smoothed soft targets',
      0.1,
      SOFT,
      26.023094,
      [
        -0.1009592, 0.1005128, 0.0004464, 0.0101163, -0.1140461, 0.1039297, 0.1966667, -0.0533333, -0.1433333,
        -0.15, 0.075, 0.075,
      ],
    ],
  ] as const)('equals torch with %s', (_name, smoothing, targets, golden, goldenGradient) => {
    const { value, gradient } = evaluate(smoothing, LOGITS, targets as unknown as number[][]);
    expect(Math.abs(value / golden - 1)).toBeLessThan(1e-6);
    gradient.forEach((entry, i) => expect(Math.abs(entry - goldenGradient[i])).toBeLessThan(2e-7));
  });

  it('is log C for equal logits', () => {
    expect(evaluate(0, [[7, 7, 7, 7]], [[0, 1, 0, 0]]).value).toBeCloseTo(Math.log(4), 6);
  });

  it('has the gradient of finite differences, scaled by what comes from above', () => {
    const logits = [
      [0.3, -1.2, 0.8, 0.1],
      [1.5, 0.2, -0.4, 0.9],
    ];
    const targets = [
      [0.1, 0.2, 0.3, 0.4],
      [0, 1, 0, 0],
    ];
    tf.tidy(() => {
      const t = tf.tensor2d(targets);
      const tripled = (z: tf.Tensor) => tf.mul(3, crossEntropyWithLogits(z as tf.Tensor2D, t)) as tf.Scalar;
      const gradient = tf.grad(tripled)(tf.tensor2d(logits)).dataSync();
      const step = 1e-2;
      for (let i = 0; i < 8; i++) {
        const moved = (by: number) => {
          const values = logits.flat();
          values[i] += by;
          return tripled(tf.tensor2d(values, [2, 4])).dataSync()[0];
        };
        const difference = (moved(step) - moved(-step)) / (2 * step);
        expect(Math.abs(gradient[i] - difference)).toBeLessThan(3e-4);
      }
    });
  });

  it('does not change when a row is shifted, stays finite, and its gradient sums to 0 per row', () => {
    const logit = fc.float({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: -1000, max: 1000 }),
        (row, shift) => {
          const { value, gradient } = evaluate(0, [row], [[0, 0, 1]]);
          const shifted = evaluate(0, [row.map((z) => z + shift)], [[0, 0, 1]]).value;
          return (
            Number.isFinite(value) &&
            Math.abs(value - shifted) < 1e-3 &&
            Math.abs(gradient[0] + gradient[1] + gradient[2]) < 1e-6
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    evaluate(0.1, LOGITS, HARD);
    expect(tf.memory().numTensors).toBe(before);
  });
});
