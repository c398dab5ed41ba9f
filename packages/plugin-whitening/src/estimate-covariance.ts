import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';
import { groupCount, splitGroups } from './groups.js';

/** First and second moments of features, one covariance matrix per group. */
export interface Moments {
  /** `[d]`. */
  readonly mean: Tensor1D;
  /** `[groups, d / groups, d / groups]`; covariances between groups are not kept. */
  readonly covariance: Tensor3D;
}

/**
 * Mean and biased covariance `(X − μ)ᵀ(X − μ) / batch` of features `[batch, d]`; differentiable.
 *
 * Constant features have a covariance of exactly 0, whatever their size.
 *
 * @param groups contiguous groups of features with a covariance each; must divide d; default 1.
 * Throws `WHITENING_BAD_SHAPE`, `WHITENING_GROUPS_DO_NOT_DIVIDE`.
 */
export function estimateCovariance(features: Tensor2D, groups = 1): Moments {
  const batch = features.shape[0];
  if (features.rank !== 2 || features.size === 0) {
    throw errors.BAD_SHAPE({
      argument: 'features',
      expected: '[batch, d] with batch and d of 1 or more',
      received: features.shape,
    });
  }
  const mean = columnMean(features);
  const centred = splitGroups(
    tf.sub(features, mean),
    groupCount({ method: 'zca', groups }, features.shape[1]),
  );
  return { mean, covariance: tf.div(tf.matMul(centred, centred, true, false), batch) };
}

/** Mean over the batch, taken relative to the first row so that the mean of a constant is that constant, to the last bit. */
function columnMean(features: Tensor2D): Tensor1D {
  const [batch, size] = features.shape;
  const mean = tf.customGrad((x) => {
    const first = tf.slice(x as Tensor2D, [0, 0], [1, size]);
    return {
      value: tf.add(tf.reshape(first, [size]), tf.mean(tf.sub(x as Tensor, first), 0)),
      gradFunc: (gradient: Tensor) => tf.tile(tf.reshape(tf.div(gradient, batch), [1, size]), [batch, 1]),
    };
  });
  return mean(features) as Tensor1D;
}
