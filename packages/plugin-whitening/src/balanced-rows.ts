import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { BatchRanks } from '@evenkeel/trainer-core';

/** Weights of the rows of a batch, and whose they are among several processes. */
export interface RowWeights {
  /** `[batch]`, above 0. */
  readonly weights: Tensor1D;
  /** The processes with the weight of each in the place of its rows. */
  readonly ranks?: BatchRanks;
}

/**
 * Weights with which all classes of a batch count alike, whatever it holds of them: `w_i = Σ_c t_ic / max(n_c, 1)` with `n_c = Σ_i t_ic`,
 * over the rows of all processes where there are `ranks`. A class of less than one row in all, as soft targets make them, counts as that part of a
 * class.
 *
 * @param targets t, `[batch, classes]`: one-hot rows, or soft ones, which count for several classes.
 */
export function balancedRows(targets: Tensor2D, ranks: BatchRanks | undefined): RowWeights {
  const classes = targets.shape[1];
  const own: Tensor1D = tf.sum(targets, 0);
  if (ranks === undefined) return { weights: weightsBy(targets, own) };
  // A process without rows gives what it computes of others, which is nobody's.
  const present = tf.cast(tf.greater(ranks.rows, 0), 'float32');
  const all = tf.mul(tf.reshape(ranks.gather(own), [-1, classes]), tf.reshape(present, [-1, 1]));
  const weights = weightsBy(targets, tf.sum(all, 0));
  const sums: Tensor1D = tf.reshape(ranks.gather(tf.sum(weights)), [-1]);
  return { weights, ranks: { rows: tf.mul(sums, present), gather: (x) => ranks.gather(x) } };
}

function weightsBy(targets: Tensor2D, counts: Tensor1D): Tensor1D {
  const shares: Tensor2D = tf.reshape(tf.div(1, tf.maximum(counts, 1)), [-1, 1]);
  return tf.reshape(tf.matMul(targets, shares), [-1]);
}
