import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D } from '@tensorflow/tfjs-core';

/**
 * Approximates `Σ^(−1/2)` of symmetric positive definite matrices `[groups, size, size]` by Newton's iteration as in IterNorm
 * (Huang et al., 2019): `S = Σ/tr(Σ)`, `P₀ = I`, `P_{k+1} = 1.5·P_k − 0.5·P_k³·S`, result `P_T/√tr(Σ)`; differentiable.
 *
 * Computed in the coupled form `M = 1.5·I − 0.5·P·Y; P ← M·P; Y ← Y·M` with `Y₀ = S`, which has the same iterates but does not
 * amplify rounding errors once it has converged. Each iteration amplifies small eigenvalues by at most 1.5, so five of them
 * leave directions below about 2 % of the trace under-whitened: raise `iterations`, or see `whitenessResidual`.
 */
export function newtonInverseSqrt(matrix: Tensor3D, iterations: number): Tensor3D {
  const identity = tf.eye(matrix.shape[1]);
  const trace = tf.sum(tf.mul(matrix, identity), [1, 2], true);
  const halfTripled = tf.mul(identity, 1.5);
  let y: Tensor3D = tf.div(matrix, trace);
  // The first iteration starts from P = I, so its products are known.
  let p: Tensor3D = tf.sub(halfTripled, tf.mul(y, 0.5));
  for (let done = 1, step = p; done < iterations; done += 1) {
    y = tf.matMul(y, step);
    step = tf.sub(halfTripled, tf.mul(tf.matMul(p, y), 0.5));
    p = tf.matMul(step, p);
  }
  return tf.div(p, tf.sqrt(trace));
}
