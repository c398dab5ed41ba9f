import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';
import type { Whitening } from './whiten.js';

/** A linear classifier `x·kernel + bias`. */
export interface LinearClassifier {
  /** `[d, classes]`. */
  readonly kernel: Tensor2D;
  /** `[classes]`. */
  readonly bias: Tensor1D;
}

/** What stands between the backbone and the classifier in evaluation: a whitening and, with `affine`, a scale and shift. */
export interface EvaluationWhitening extends Whitening {
  /** `[d]`, default ones. */
  readonly scale?: Tensor1D;
  /** `[d]`, default zeros. */
  readonly shift?: Tensor1D;
}

/**
 * Folds a whitening into the linear classifier behind it, so that an exported model needs no layer of ours:
 * `kernel' = W·diag(scale)·K` and `bias' = b + shift·K − μ·kernel'`.
 *
 * @returns a classifier of the same shapes that gives, on unwhitened features, the logits that the given one gives on whitened ones.
 * Throws `WHITENING_BAD_SHAPE` when the kernel does not have a row for every feature.
 */
export function foldIntoClassifier(
  whitening: EvaluationWhitening,
  classifier: LinearClassifier,
): LinearClassifier {
  const { mean, matrix, scale, shift } = whitening;
  const { kernel } = classifier;
  const [size, classes] = kernel.shape;
  if (size !== mean.size) {
    throw errors.BAD_SHAPE({
      argument: 'kernel',
      expected: `[${mean.size}, classes], one row per feature of the whitening`,
      received: kernel.shape,
    });
  }
  return tf.tidy(() => {
    const scaled = scale === undefined ? kernel : tf.mul(tf.reshape(scale, [size, 1]), kernel);
    const stacked = tf.reshape(scaled, [matrix.shape[0], matrix.shape[1], classes]);
    const folded: Tensor2D = tf.reshape(tf.matMul(matrix, stacked), [size, classes]);
    const shifted: Tensor1D =
      shift === undefined ? classifier.bias : tf.add(classifier.bias, rowTimes(shift, kernel));
    const bias: Tensor1D = tf.sub(shifted, rowTimes(mean, folded));
    return { kernel: folded, bias };
  });
}

function rowTimes(row: Tensor1D, matrix: Tensor2D): Tensor1D {
  return tf.reshape(tf.matMul(tf.reshape(row, [1, -1]), matrix), [matrix.shape[1]]);
}
