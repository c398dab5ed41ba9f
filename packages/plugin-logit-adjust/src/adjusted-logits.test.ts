import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { isEvenkeelError } from '@evenkeel/errors';
import { checkGradient, expectNoLeak, installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { adjustedLogits, posthocLogits } from './adjusted-logits.js';

installMatchers();
beforeAll(useCpuBackend);

/** Mean softmax cross-entropy of class indices, in plain words of the formula. */
function crossEntropy(logits: Tensor2D, labels: readonly number[]): Scalar {
  const targets = tf.oneHot(tf.tensor1d([...labels], 'int32'), logits.shape[1]);
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.cast(targets, 'float32'), tf.logSoftmax(logits)), 1))) as Scalar;
}

const prior = [0.9, 0.09, 0.01];
const rows: [number, number, number][] = [
  [1, 2, 3],
  [-0.5, 0, 0.25],
];

describe('adjustedLogits and posthocLogits', () => {
  it('add and subtract tau log prior (float64, z + tau * log(prior))', () => {
    const logits = tf.tensor2d(rows);
    // log([0.9, 0.09, 0.01]) = [-0.10536052, -2.40794561, -4.60517019]
    expect(adjustedLogits(logits, prior)).toBeAllClose([
      0.89463948, -0.40794561, -1.60517019, -0.60536052, -2.40794561, -4.35517019,
    ]);
    expect(adjustedLogits(logits, tf.tensor1d(prior), 0.5)).toBeAllClose([
      0.94731974, 0.7960272, 0.69741491, -0.55268026, -1.2039728, -2.05258509,
    ]);
    expect(posthocLogits(logits, prior)).toBeAllClose([
      1.10536052, 4.40794561, 7.60517019, -0.39463948, 2.40794561, 4.85517019,
    ]);
    expect(posthocLogits(logits, prior, 0)).toBeAllClose(rows.flat());
  });

  it('undo each other', () => {
    const logits = tf.tensor2d(rows);
    expect(posthocLogits(adjustedLogits(logits, prior, 1.5), prior, 1.5)).toBeAllClose(rows.flat());
  });

  it('take entries below 1e-12 as 1e-12, whose logarithm is -27.631', () => {
    expect(adjustedLogits(tf.tensor2d([[0, 0]]), [1, 0])).toBeAllClose([0, -27.631021]);
    expect(posthocLogits(tf.tensor2d([[0, 0]]), [1, 0], 2)).toBeAllClose([0, 55.262042]);
  });

  it('change no prediction under a uniform prior', () => {
    const shift = Math.log(1 / 3);
    expect(adjustedLogits(tf.tensor2d(rows), [1 / 3, 1 / 3, 1 / 3])).toBeAllClose(
      rows.flat().map((z) => z + shift),
    );
  });

  it('refuse a prior of another number of classes', () => {
    let caught: unknown;
    try {
      adjustedLogits(tf.tensor2d(rows), [0.5, 0.5]);
    } catch (error) {
      caught = error;
    }
    expect(isEvenkeelError(caught, 'LOGIT_ADJUST_PRIOR_LENGTH')).toBe(true);
  });

  it('leave no tensors behind', () => {
    const logits = tf.tensor2d(rows);
    expectNoLeak(() => {
      adjustedLogits(logits, prior).dispose();
      posthocLogits(logits, prior).dispose();
    });
  });
});

describe('cross-entropy of adjusted logits', () => {
  it('is balanced softmax at tau = 1: -log(n_y e^z_y / sum_c n_c e^z_c)', () => {
    const counts = [500, 50, 5];
    const labels = [2, 0];
    const expected =
      rows
        .map((z, row) => {
          const weighted = z.map((value, c) => counts[c] * Math.exp(value));
          return -Math.log(weighted[labels[row]] / weighted.reduce((sum, value) => sum + value, 0));
        })
        .reduce((sum, loss) => sum + loss, 0) / rows.length;
    const shares = counts.map((count) => count / 555);
    expect(crossEntropy(adjustedLogits(tf.tensor2d(rows), shares), labels)).toBeAllClose([expected]);
  });

  it('has the gradient softmax(z + tau log prior) - onehot, and that of finite differences', () => {
    const labels = [1, 2];
    const tau = 1.3;
    const loss = (logits: Tensor2D) => crossEntropy(adjustedLogits(logits, prior, tau), labels);
    const gradient = tf.grad(loss as (logits: tf.Tensor) => Scalar)(tf.tensor2d(rows));

    const analytic = rows.flatMap((z, row) => {
      const weighted = z.map((value, c) => Math.exp(value) * prior[c] ** tau);
      const total = weighted.reduce((sum, value) => sum + value, 0);
      return weighted.map((value, c) => (value / total - Number(c === labels[row])) / rows.length);
    });
    expect(gradient).toBeAllClose(analytic);

    checkGradient(loss, tf.tensor2d(rows), { relativeTolerance: 0.002 });
  });
});
