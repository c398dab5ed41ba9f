import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { BatchRanks } from '@evenkeel/trainer-core';
import type { Sum } from './reductions.js';

/**
 * What layers exchange for statistics of the whole batch. `rows` are those of every rank, `[ranks]`; `weight` is what the mean of this rank's loss
 * divides by. The loss of all rows is Σ wᵣ·Lᵣ / Σ wᵣ, and {@link reduceEvaluation} weighs a rank's gradients by its wᵣ: so what
 * comes back to a rank is Σ wᵣ·∂Lᵣ / w. Where `w` is 0 nothing comes back.
 */
export function batchRanks(rank: number, rows: Tensor1D, weight: Scalar, sum: Sum): BatchRanks {
  const size = rows.shape[0];
  const own = tf.mul<Scalar>(weight, countOf(rank, rows));
  const gather = tf.customGrad((input) => {
    const x = input as Tensor;
    const around = (axis: number): [number, number] => (axis === 0 ? [rank, size - 1 - rank] : [0, 0]);
    const row = tf.expandDims(x, 0);
    return {
      value: sum(
        tf.pad(
          row,
          row.shape.map((_, axis) => around(axis)),
        ),
      ),
      gradFunc: (gradient: Tensor) => {
        const all = sum(tf.mul(gradient, own));
        const back = tf.slice(all, [rank], [1]);
        return tf.reshape(tf.divNoNan(back, own), x.shape);
      },
    };
  });
  return { rows, gather: (x) => gather(x) };
}

/** 1 for a rank that has rows of the batch, else 0. */
export function countOf(rank: number, rows: Tensor1D): Scalar {
  return tf.reshape(tf.minimum(tf.slice1d(rows, rank, 1), 1), []);
}
