import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor3D } from '@tensorflow/tfjs-core';

/**
 * How far a matrix is from whitening a covariance: `‖WᵀΣW − I‖_F / √d` over all groups, a scalar.
 *
 * `WᵀΣW` is the covariance of the output. 0 is white; 1 is what W = 0 gives; shrinkage and too few Newton iterations raise it.
 *
 * @param matrix W, `[groups, size, size]`.
 * @param covariance Σ, unshrunk, the same shape.
 */
export function whitenessResidual(matrix: Tensor3D, covariance: Tensor3D): Scalar {
  const [groups, size] = matrix.shape;
  const output = tf.matMul(tf.matMul(matrix, covariance, true, false), matrix);
  const squares = tf.sum(tf.square(tf.sub(output, tf.eye(size))));
  return tf.sqrt(tf.div(squares, groups * size));
}
