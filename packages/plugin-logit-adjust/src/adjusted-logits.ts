import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { rowFor } from './class-numbers.js';
import type { ClassNumbers } from './class-numbers.js';

/** The least prior whose logarithm is taken, so that classes without examples stay finite. */
export const PRIOR_FLOOR = 1e-12;

/** A class distribution `[classes]`, summing to 1. */
export type Prior = ClassNumbers;

/**
 * z + τ·log π: logits `[batch, classes]` as a training loss should see them, so that the plain logits estimate
 * class-balanced scores; with softmax cross-entropy and τ = 1 this is balanced softmax. Entries of the prior below 1e-12
 * count as 1e-12. Throws `LOGIT_ADJUST_PRIOR_LENGTH`. Source: Menon et al., "Long-tail learning via logit adjustment", ICLR 2021, eq. 10;
 * Ren et al., "Balanced Meta-Softmax", NeurIPS 2020.
 *
 * @param tau Strength, 0 (none) or more; default 1.
 */
export function adjustedLogits(logits: Tensor2D, prior: Prior, tau = 1): Tensor2D {
  return tf.tidy(() => tf.add(logits, scaledLogPrior(logits, prior, tau)));
}

/**
 * z − τ·log π: logits `[batch, classes]` of a model that was trained without adjustment, for evaluation. Entries of the prior
 * below 1e-12 count as 1e-12. Throws `LOGIT_ADJUST_PRIOR_LENGTH`. Source: Menon et al., ICLR 2021, eq. 9.
 *
 * @param tau Strength, 0 (none) or more; default 1.
 */
export function posthocLogits(logits: Tensor2D, prior: Prior, tau = 1): Tensor2D {
  return tf.tidy(() => tf.sub(logits, scaledLogPrior(logits, prior, tau)));
}

/** τ·log π as a row `[classes]` that fits the logits. */
function scaledLogPrior(logits: Tensor2D, prior: Prior, tau: number): Tensor1D {
  return tf.mul(tf.log(tf.maximum(rowFor(logits, prior), PRIOR_FLOOR)), tau);
}
