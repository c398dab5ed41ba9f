import { checkGradient, installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchRanks } from './batch-ranks.js';

beforeAll(useCpuBackend);
installMatchers();

/** The loss of a rank: any function of what all gave, and of its own part. */
const lossOf = (rank: number, gathered: Tensor): Scalar =>
  tf.sum(tf.mul(tf.sin(tf.mul(gathered, rank + 1)), tf.cos(tf.sum(gathered, 0))));

/** Σ wᵣ·Lᵣ / Σ wᵣ, in one process. */
function wholeLoss(all: Tensor, weights: readonly number[]): Scalar {
  const losses = weights.map((weight, rank) => tf.mul<Scalar>(lossOf(rank, all), weight));
  return tf.div(
    tf.addN(losses),
    weights.reduce((a, b) => a + b, 0),
  );
}

describe('what ranks gather', () => {
  const weights = [2, 1, 3];
  const parts = [
    [0.3, -0.2],
    [0.1, 0.7],
    [-0.4, 0.5],
  ];

  it('stands in the order of ranks', () => {
    const rows = tf.tensor1d([2, 1, 1]);
    const given = parts.map((part, rank) => {
      let sent: Tensor | undefined;
      batchRanks(rank, rows, tf.scalar(1), (x) => ((sent = x), x)).gather(tf.tensor1d(part));
      return sent!;
    });
    expect(tf.addN(given)).toBeAllClose(tf.tensor2d(parts));
  });

  it('has the gradient of the loss of all rows, which agrees with finite differences', () => {
    const all = tf.tensor2d(parts);
    const whole = (x: Tensor) => wholeLoss(x, weights);
    checkGradient(whole, all, { step: 0.001 });
    const expected = tf.grad(whole)(all).arraySync() as number[][];
    const total = weights.reduce((a, b) => a + b, 0);
    // The sum of every rank's weighted gradient, as the reduction gives it to all.
    const gradients = weights.map((weight, rank) => tf.mul(tf.grad((x) => lossOf(rank, x))(all), weight));
    parts.forEach((part, rank) => {
      const rows = tf.tensor1d([2, 1, 1]);
      const sums: (() => Tensor)[] = [() => all, () => tf.addN(gradients)];
      let call = 0;
      const ranks = batchRanks(rank, rows, tf.scalar(weights[rank]), <T extends Tensor>(x: T) => {
        if (call === 1) expect(x).toBeAllClose(gradients[rank]);
        return sums[call++]() as T;
      });
      const own = tf.grad((x) => lossOf(rank, ranks.gather(x)))(tf.tensor1d(part));
      // Its own loss and what it weighs in the whole: reduceEvaluation multiplies by weight / total.
      expect(tf.mul(own, weights[rank] / total)).toBeAllClose(tf.tensor1d(expected[rank]), { atol: 1e-5 });
    });
  });

  it('is not weighed where a rank has no rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 4 }), (rank, count) => {
        const rows = tf.tensor1d([0, 1, 2].map((other) => (other === rank ? count : 3))) as Tensor1D;
        const ranks = batchRanks(rank, rows, tf.scalar(5), (x) => x);
        const gradient = tf.grad((x) => tf.sum(ranks.gather(x)))(tf.tensor1d([1, 2]));
        expect(Array.from(gradient.dataSync())).toEqual(count === 0 ? [0, 0] : [1, 1]);
      }),
      { numRuns: 15 },
    );
  });
});
