import * as tf from '@tensorflow/tfjs-core';
import type { GradientTransform } from '@evenkeel/trainer-core';

/**
 * Gives two numbers of every step to whoever watches, and changes no gradient: `gradientNorm` ‖g‖ and `weightNorm` ‖w‖, the
 * Euclidean norms over all weights that the batch may change, before the step.
 */
export function norms(): GradientTransform {
  return {
    name: 'norms',
    transform(gradients, { log }) {
      if (gradients.size === 0) return gradients;
      log('gradientNorm', globalNorm([...gradients.values()]));
      log('weightNorm', globalNorm(Array.from(gradients.keys(), ({ variable }) => variable)));
      return gradients;
    },
  };
}

function globalNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  return tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum(tf.square(tf.cast(tensor, 'float32'))))));
}
