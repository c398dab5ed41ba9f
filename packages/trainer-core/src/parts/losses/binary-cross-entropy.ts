import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { Loss } from '../../contract/step.js';

/**
 * Mean over rows and labels of −t·log σ(z) − (1 − t)·log(1 − σ(z)), computed as max(z, 0) − t·z + log(1 + e^−|z|) so that no
 * logit overflows; as PyTorch's `binary_cross_entropy_with_logits`.
 */
export function binaryCrossEntropy(): Loss {
  return {
    name: 'binary cross-entropy',
    loss(logits, { targets }) {
      const stable = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
      return tf.mean<Scalar>(tf.add(tf.sub(tf.relu(logits), tf.mul(targets, logits)), stable));
    },
  };
}
