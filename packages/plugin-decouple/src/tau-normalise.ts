import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** Below this length a column counts as zero and stays as it is. */
const SHORTEST = 1e-12;

/**
 * A classifier's kernel `[d, classes]` with every column divided by a power of its length, w_c/‖w_c‖^τ: τ = 0 leaves it, τ = 1
 * makes all lengths 1. Source: Kang et al., "Decoupling Representation and Classifier for Long-Tailed Recognition", ICLR
 * 2020.
 *
 * @param tau 0 or more.
 */
export function tauNormalise(kernel: Tensor2D, tau: number): Tensor2D {
  return tf.tidy(() => {
    const lengths = tf.sqrt(tf.sum(tf.square(kernel), 0, true));
    const usable = tf.where(tf.greater(lengths, SHORTEST), lengths, tf.onesLike(lengths));
    return tf.div(kernel, tf.pow(usable, tau));
  });
}
