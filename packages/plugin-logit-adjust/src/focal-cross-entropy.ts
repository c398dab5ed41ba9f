import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { ClassNumbers } from './class-numbers.js';
import { weightedMean } from './weighted-cross-entropy.js';

/** The least 1 − p, so that the slope of its power stays finite for γ below 1: half of float32's last place at 1. */
const LEAST = 2 ** -24;

/**
 * Focal loss: the mean over the batch of −Σ_c t_c·(1 − p_c)^γ·log p_c with p the softmax of the logits `[batch, classes]`;
 * for a one-hot target (1 − p_y)^γ times cross-entropy. With weights it is the weighted mean of `weightedCrossEntropy`. Throws
 * `LOGIT_ADJUST_PRIOR_LENGTH`. Source: Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017, eq. 4, on softmax
 * probabilities as in LDAM-DRW.
 *
 * @param targets One-hot or soft, rows summing to 1.
 * @param gamma Focus, 0 (cross-entropy) or more; default 2.
 * @param weights `[classes]`, 0 or more; default ones.
 */
export function focalCrossEntropy(
  logits: Tensor2D,
  targets: Tensor2D,
  gamma = 2,
  weights?: ClassNumbers,
): Scalar {
  return tf.tidy(() => {
    const logs = tf.logSoftmax(logits);
    const distance = tf.maximum(tf.sub(1, tf.exp(logs)), LEAST);
    const losses = tf.neg(tf.mul<Tensor2D>(tf.pow(distance, gamma), logs));
    return weightedMean(losses, targets, weights ?? tf.ones([logits.shape[1]]));
  });
}
