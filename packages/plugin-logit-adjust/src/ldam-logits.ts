import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { asRow, leastPresent, rowFor } from './class-numbers.js';
import type { ClassNumbers } from './class-numbers.js';

/**
 * LDAM's margins `[classes]`: m_c = C/n_c^(1/4), with C such that the smallest class has the largest margin. Only the ratios of
 * the counts matter, so shares do as well; a class without examples has the largest margin too. Source: Cao et al.,
 * "Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss", NeurIPS 2019.
 *
 * @param counts Examples per class `[classes]`, or shares.
 * @param largest The largest margin, in units of the cosine; default 0.5.
 */
export function ldamMargins(counts: ClassNumbers, largest = 0.5): Tensor1D {
  return tf.tidy(() => {
    const row = asRow(counts);
    const least = leastPresent(row);
    return tf.mul(tf.pow(tf.div(least, tf.maximum(row, least)), 0.25), largest);
  });
}

/**
 * Logits s·(cos_c − m_c·t_c) for the loss, from logits s·cos_c `[batch, classes]` of a cosine classifier; with one-hot targets
 * only the logit of the true class moves. Throws `LOGIT_ADJUST_PRIOR_LENGTH`. Source: Cao et al., NeurIPS 2019.
 *
 * @param targets One-hot or soft, `[batch, classes]`.
 * @param margins `[classes]`, from `ldamMargins`.
 * @param scale The scale s of the logits; default 30.
 */
export function ldamLogits(logits: Tensor2D, targets: Tensor2D, margins: ClassNumbers, scale = 30): Tensor2D {
  return tf.tidy(() => tf.sub(logits, tf.mul(targets, tf.mul(rowFor(logits, margins), scale))));
}
