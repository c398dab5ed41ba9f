import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { inverseCholesky } from './inverse-cholesky.js';
import { inverseSqrt } from './inverse-sqrt.js';
import { newtonInverseSqrt } from './newton-inverse-sqrt.js';
import { matrixOptions } from './options.js';
import type { MatrixOptions, MatrixSettings } from './options.js';
import { shrink } from './shrink.js';

/**
 * The matrix W that whitens centred rows, `(x − μ)·W`, made from the shrunk covariance Σ' (see {@link shrink}); differentiable.
 *
 * `zca`: `Σ'^(−1/2)`; `newton`: its approximation by `iterations` Newton steps; `cholesky`: `L^(−ᵀ)` of `Σ' = L Lᵀ`;
 * `batch-norm`: the diagonal of `(σ² + floor)^(−1/2)`, without shrinkage.
 *
 * @param covariance unshrunk, `[groups, size, size]`.
 * @returns the same shape.
 * Throws `WHITENING_UNKNOWN_OPTION`, `WHITENING_BAD_OPTION`.
 */
export function whiteningMatrix(covariance: Tensor3D, options: MatrixOptions = {}): Tensor3D {
  return matrixOf(covariance, matrixOptions.read(options));
}

/** The same from options that were read. */
export function matrixOf(
  covariance: Tensor3D,
  { method, epsilon, floor, iterations }: MatrixSettings,
): Tensor3D {
  switch (method) {
    case 'batch-norm':
      return standardising(covariance, floor);
    case 'newton':
      return newtonInverseSqrt(shrink(covariance, epsilon, floor), iterations);
    case 'zca':
      return mapGroups(shrink(covariance, epsilon, floor), inverseSqrt);
    case 'cholesky':
      return mapGroups(shrink(covariance, epsilon, floor), (matrix) => tf.transpose(inverseCholesky(matrix)));
  }
}

function standardising(covariance: Tensor3D, floor: number): Tensor3D {
  const identity = tf.eye(covariance.shape[1]);
  const variance: Tensor3D = tf.sum(tf.mul(covariance, identity), 2, true);
  return tf.mul(tf.rsqrt(tf.add(variance, floor)), identity);
}

function mapGroups(stack: Tensor3D, transform: (matrix: Tensor2D) => Tensor2D): Tensor3D {
  const [groups, size] = stack.shape;
  // The gradient of tf.unstack fails for a stack of one.
  if (groups === 1) return tf.expandDims(transform(tf.reshape(stack, [size, size])));
  const matrices = tf.unstack(stack) as Tensor[] as Tensor2D[];
  return tf.stack(matrices.map(transform)) as Tensor3D;
}
