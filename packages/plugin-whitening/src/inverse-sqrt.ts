import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { symmetricEigen } from '@evenkeel/tfjs-runtime';
import { decompose } from './decompose.js';

/** Smallest eigenvalue taken at its word, relative to the largest: what float32 resolves. */
const RESOLUTION = 1e-7;

/**
 * The symmetric inverse square root `Σ^(−1/2)` of a symmetric positive definite matrix `[d, d]`, from its eigenvalues.
 *
 * With `Σ = U diag(l) Uᵀ` the gradient is `U [(Uᵀ G U) ∘ Φ] Uᵀ`, where G is the symmetric part of the incoming gradient and
 * `Φ_ij = −1 / (√l_i √l_j (√l_i + √l_j))`: no differences of eigenvalues appear, so equal ones do no harm.
 *
 * Throws `WHITENING_NOT_DECOMPOSABLE` when the matrix is not finite and the backend does not give NaN.
 */
export function inverseSqrt(matrix: Tensor2D): Tensor2D {
  const { values, vectors } = decompose(matrix, symmetricEigen);
  const roots = tf.sqrt(tf.maximum(values, tf.mul(tf.max(values), RESOLUTION)));
  return fromEigen(matrix, roots, vectors) as Tensor2D;
}

/** The value comes from the eigenvalues' roots and the vectors, the gradient goes to the matrix alone. */
const fromEigen = tf.customGrad((...inputs) => {
  const [, roots, vectors, save] = inputs as [Tensor2D, Tensor1D, Tensor2D, (tensors: Tensor[]) => void];
  save([roots, vectors]);
  return {
    value: tf.matMul(tf.div(vectors, roots), vectors, false, true),
    gradFunc: (gradient: Tensor, saved: Tensor[]) => [
      inverseSqrtGradient(gradient as Tensor2D, saved),
      ...saved.map((tensor) => tf.zerosLike(tensor)),
    ],
  };
});

function inverseSqrtGradient(gradient: Tensor2D, [roots, vectors]: Tensor[]): Tensor2D {
  const column = tf.reshape(roots, [-1, 1]);
  const scale = tf.neg(tf.mul(tf.mul(column, roots), tf.add(column, roots)));
  const rotated = tf.matMul(tf.matMul(vectors, symmetricPart(gradient), true, false), vectors);
  return tf.matMul(tf.matMul(vectors, tf.div(rotated, scale)), vectors, false, true) as Tensor2D;
}

function symmetricPart(matrix: Tensor2D): Tensor2D {
  return tf.mul(tf.add(matrix, tf.transpose(matrix)), 0.5);
}
