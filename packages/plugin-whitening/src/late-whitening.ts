import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { Whitening } from './whiten.js';

/** A whitening where it has `begun` (1, or undefined where it always has), and the identity where it has not (0). */
export function lateWhitening(whitening: Whitening, begun: Scalar | undefined): Whitening {
  if (begun === undefined) return whitening;
  const { mean, matrix } = whitening;
  const identity = tf.mul(tf.eye(matrix.shape[1]), tf.sub(1, begun));
  return { mean: tf.mul(mean, begun), matrix: tf.add(tf.mul(matrix, begun), identity) };
}
