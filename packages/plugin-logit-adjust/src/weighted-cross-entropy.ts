import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { rowFor } from './class-numbers.js';
import type { ClassNumbers } from './class-numbers.js';

/** Weights below this in a whole batch count as this: none must not divide by 0. */
const LEAST = 1e-30;

/**
 * Cross-entropy with a weight per class: −Σ_n Σ_c w_c·t_nc·log p_nc / Σ_n Σ_c w_c·t_nc with p the softmax of the logits, all
 * `[batch, classes]`. For one-hot targets that is PyTorch's `cross_entropy(z, y, weight=w)`, whose mean divides by the
 * weights in the batch. 0 for a batch in which no example has weight. Throws `LOGIT_ADJUST_PRIOR_LENGTH`.
 *
 * @param targets One-hot or soft, rows summing to 1.
 * @param weights `[classes]`, 0 or more.
 */
export function weightedCrossEntropy(logits: Tensor2D, targets: Tensor2D, weights: ClassNumbers): Scalar {
  return tf.tidy(() => weightedMean(tf.neg(tf.logSoftmax(logits)), targets, weights));
}

/** Σ w·t·losses / Σ w·t over all of `[batch, classes]`; 0 where no weight is. */
export function weightedMean(losses: Tensor2D, targets: Tensor2D, weights: ClassNumbers): Scalar {
  const shares = tf.mul(targets, rowFor(losses, weights));
  return tf.div(tf.sum(tf.mul(shares, losses)), tf.maximum(tf.sum(shares), LEAST));
}

/** What those means divide by, Σ w·t over `[batch, classes]`: parts of a batch are combined by it. */
export function totalWeight(targets: Tensor2D, weights: ClassNumbers): Scalar {
  return tf.tidy(() => tf.maximum(tf.sum(tf.mul(targets, rowFor(targets, weights))), LEAST));
}
