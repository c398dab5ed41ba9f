import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { estimateCovariance } from './estimate-covariance.js';
import { groupCount, joinGroups, splitGroups } from './groups.js';
import { whitenOptions } from './options.js';
import type { WhitenOptions } from './options.js';
import { matrixOf } from './whitening-matrix.js';

/** A whitening that was computed before: `(x − mean)·matrix`, group by group. */
export interface Whitening {
  /** `[d]`. */
  readonly mean: Tensor1D;
  /** `[groups, d / groups, d / groups]`. */
  readonly matrix: Tensor3D;
}

/**
 * Whitens a batch of features by its own mean and covariance, `[batch, d]` in and out; differentiable.
 *
 * Finite for any finite features up to about 1e9 in size: constant features become 0, and d may be larger than the batch.
 *
 * Throws `WHITENING_UNKNOWN_OPTION`, `WHITENING_BAD_OPTION`, `WHITENING_GROUPS_DO_NOT_DIVIDE`, `WHITENING_BAD_SHAPE`;
 * for features that are not finite `WHITENING_NOT_DECOMPOSABLE`, or NaN, as method and backend have it.
 */
export function whiten(features: Tensor2D, options: WhitenOptions = {}): Tensor2D {
  const settings = whitenOptions.read(options);
  const { mean, covariance } = estimateCovariance(features, groupCount(settings, features.shape[1]));
  return applyWhitening(features, { mean, matrix: matrixOf(covariance, settings) });
}

/** Applies a whitening to features, `[batch, d]` in and out; differentiable. */
export function applyWhitening(features: Tensor2D, { mean, matrix }: Whitening): Tensor2D {
  return joinGroups(tf.matMul(splitGroups(tf.sub(features, mean), matrix.shape[0]), matrix));
}
