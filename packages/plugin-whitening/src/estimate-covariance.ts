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
 * Mean and biased covariance `(X − μ)ᵀ(X − μ) / batch` of features `[batch, d]`; differentiable in the features.
 *
 * Constant features have a covariance of exactly 0, whatever their size.
 *
 * @param groups contiguous groups of features with a covariance each; must divide d; default 1.
 * @param weights how much each row counts, `[batch]`, above 0; default: all alike.
 * Throws `WHITENING_BAD_SHAPE`, `WHITENING_GROUPS_DO_NOT_DIVIDE`.
 */
export function estimateCovariance(features: Tensor2D, groups = 1, weights?: Tensor1D): Moments {
  const batch = features.shape[0];
  if (features.rank !== 2 || features.size === 0) {
    throw errors.BAD_SHAPE({
      argument: 'features',
      expected: '[batch, d] with batch and d of 1 or more',
      received: features.shape,
    });
  }
  if (weights !== undefined && !tf.util.arraysEqual(weights.shape, [batch])) {
    const expected = `[${batch}], one for every row of the features`;
    throw errors.BAD_SHAPE({ argument: 'weights', expected, received: weights.shape });
  }
  const shares = weights && tf.reshape(tf.div(weights, tf.sum(weights)), [batch, 1]);
  const mean = columnMean(features, shares as Tensor2D | undefined);
  const centred = splitGroups(
    tf.sub(features, mean),
    groupCount({ method: 'zca', groups }, features.shape[1]),
  );
  if (shares === undefined) {
    return { mean, covariance: tf.div(tf.matMul(centred, centred, true, false), batch) };
  }
  return { mean, covariance: tf.matMul(centred, tf.mul(centred, shares), true, false) };
}

/**
 * Mean over the batch, taken relative to the first row so that the mean of a constant is that constant, to the last bit. `shares` of the
 * rows, `[batch, 1]`, sum to 1.
 */
function columnMean(features: Tensor2D, shares: Tensor2D | undefined): Tensor1D {
  const [batch, size] = features.shape;
  const mean = tf.customGrad((x) => {
    const first = tf.slice(x as Tensor2D, [0, 0], [1, size]);
    const beside = tf.sub(x as Tensor2D, first);
    const move = shares === undefined ? tf.mean(beside, 0) : tf.sum(tf.mul(beside, shares), 0);
    return {
      value: tf.add(tf.reshape(first, [size]), move),
      gradFunc: (gradient: Tensor) => {
        const row = tf.reshape(gradient, [1, size]);
        return shares === undefined ? tf.tile(tf.div(row, batch), [batch, 1]) : tf.mul(shares, row);
      },
    };
  });
  return mean(features) as Tensor1D;
}
