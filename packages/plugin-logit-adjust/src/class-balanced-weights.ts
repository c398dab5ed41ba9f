import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { asRow } from './class-numbers.js';
import type { ClassNumbers } from './class-numbers.js';

/**
 * Weights by the effective number of examples, `[classes]`: w_c ∝ (1 − β)/(1 − β^n_c), scaled to sum to the number of classes
 * that have examples; a class without any gets 0. β = 0 gives ones, β = 1 is the limit 1/n_c. Source: Cui et al.,
 * "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019.
 *
 * @param counts Examples per class `[classes]`, 0 or more, not necessarily whole.
 * @param beta In [0, 1]; default 0.9999, as in LDAM-DRW.
 */
export function classBalancedWeights(counts: ClassNumbers, beta = 0.9999): Tensor1D {
  return tf.tidy(() => {
    const row = asRow(counts);
    const present = tf.cast(tf.greater(row, 0), 'float32');
    const seen = tf.add(row, tf.sub(1, present)); // 1 where there is nothing, to divide by
    const inverse = tf.mul(present, tf.div(1, effectiveNumber(seen, beta)));
    return tf.div<Tensor1D>(tf.mul(inverse, tf.sum(present)), tf.sum(inverse));
  });
}

/** (1 − β^n) up to a factor, without the cancellation that float32 would suffer at β near 1 and few examples. */
function effectiveNumber(counts: Tensor, beta: number): Tensor {
  if (beta === 1) return counts;
  if (beta === 0) return tf.onesLike(counts);
  return tf.neg(tf.expm1(tf.mul(counts, Math.log(beta))));
}
