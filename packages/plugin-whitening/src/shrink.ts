import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D } from '@tensorflow/tfjs-core';

/** The least share of the trace added to the diagonal: float32 cannot tell smaller eigenvalues from zero. */
const RESOLUTION = 1e-6;

/**
 * Shrinks covariances towards a multiple of the identity, `(1 − ε)·Σ + (ε·tr(Σ)/size + floor)·I`, which bounds their
 * condition number by `size/ε` at every scale and makes them invertible, constant features (tr = 0) included.
 *
 * An ε below `size · 1e-6` adds `1e-6 · tr(Σ)` all the same, since float32 cannot resolve smaller eigenvalues.
 *
 * @param covariance `[groups, size, size]`, shrunk group by group.
 * @param epsilon relative shrinkage, 0..1.
 * @param floor absolute variance, above 0.
 * @returns the same shape, symmetric positive definite.
 */
export function shrink(covariance: Tensor3D, epsilon: number, floor: number): Tensor3D {
  const size = covariance.shape[1];
  const identity = tf.eye(size);
  const trace = tf.sum(tf.mul(covariance, identity), [1, 2], true);
  const added = tf.add(tf.mul(trace, Math.max(epsilon / size, RESOLUTION)), floor);
  return tf.add(tf.mul(covariance, 1 - epsilon), tf.mul(added, identity));
}
