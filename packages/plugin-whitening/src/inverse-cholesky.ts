import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { cholesky, invertLowerTriangular } from '@evenkeel/tfjs-runtime';
import { decompose } from './decompose.js';

/**
 * The inverse `A = L⁻¹` of the lower Cholesky factor of a symmetric positive definite matrix `Σ = L Lᵀ`, `[d, d]`.
 *
 * From `dA = −Φ(A dΣ Aᵀ) A`, where Φ keeps the lower triangle and halves the diagonal, the gradient is
 * `−Aᵀ Φ(G Aᵀ) A`, made symmetric.
 *
 * Throws `WHITENING_NOT_DECOMPOSABLE` when the matrix is not finite and the backend does not give NaN.
 */
export function inverseCholesky(matrix: Tensor2D): Tensor2D {
  return differentiableInverseCholesky(matrix) as Tensor2D;
}

const differentiableInverseCholesky = tf.customGrad((matrix, save) => {
  const inverse = invertLowerTriangular(decompose(matrix as Tensor2D, cholesky));
  (save as (tensors: Tensor[]) => void)([inverse]);
  return {
    value: inverse,
    gradFunc: (gradient: Tensor, saved: Tensor[]) =>
      inverseCholeskyGradient(gradient as Tensor2D, saved[0] as Tensor2D),
  };
});

function inverseCholeskyGradient(gradient: Tensor2D, inverse: Tensor2D): Tensor2D {
  const inner = tf.mul(tf.matMul(gradient, inverse, false, true), halvedLowerTriangle(inverse.shape[0]));
  const product = tf.matMul(tf.matMul(inverse, inner, true, false), inverse);
  return tf.mul(tf.add(product, tf.transpose(product)), -0.5);
}

/** 1 below the diagonal, 1/2 on it, 0 above. */
function halvedLowerTriangle(size: number): Tensor2D {
  const index = tf.range(0, size);
  const sign = tf.sign(tf.sub(tf.reshape(index, [-1, 1]), index));
  return tf.mul(tf.add(sign, 1), 0.5) as Tensor2D;
}
