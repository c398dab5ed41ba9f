import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { symmetricEigen } from '@evenkeel/tfjs-runtime';

/** ZCA whitening of `[batch, features]`; the decomposition is a constant to the gradient. */
export function whitened(features: Tensor2D): Tensor2D {
  const [batch, width] = features.shape;
  return tf.customGrad((...inputs) => {
    const [x, save] = inputs as unknown as [Tensor2D, (tensors: Tensor[]) => void];
    const covariance = tf.div(tf.matMul(x, x, true), batch);
    const { values, vectors } = symmetricEigen(tf.add(covariance, tf.mul(tf.eye(width), 0.1)) as Tensor2D);
    const matrix = tf.matMul(tf.mul(vectors, tf.rsqrt(values)), vectors, false, true) as Tensor2D;
    save([matrix]);
    return {
      value: tf.matMul(x, matrix),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => tf.matMul(dy as Tensor2D, saved as Tensor2D),
    };
  })(features) as Tensor2D;
}
