import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';
import type { WhiteningSettings } from './options.js';

/**
 * How many groups `features` features are whitened in; batch normalisation is whitening in groups of one feature.
 *
 * Throws `WHITENING_GROUPS_DO_NOT_DIVIDE` when the features cannot be cut into that many equal groups.
 */
export function groupCount(settings: Pick<WhiteningSettings, 'method' | 'groups'>, features: number): number {
  if (settings.method === 'batch-norm') return features;
  if (features % settings.groups !== 0) {
    throw errors.GROUPS_DO_NOT_DIVIDE({ groups: settings.groups, features });
  }
  return settings.groups;
}

/** Cuts features `[batch, d]` into contiguous groups, `[groups, batch, d / groups]`. */
export function splitGroups(features: Tensor2D, groups: number): Tensor3D {
  const [batch, size] = features.shape;
  return tf.transpose(tf.reshape(features, [batch, groups, size / groups]), [1, 0, 2]);
}

/** Puts groups `[groups, batch, d / groups]` side by side again, `[batch, d]`. */
export function joinGroups(stack: Tensor3D): Tensor2D {
  const [groups, batch, size] = stack.shape;
  return tf.reshape(tf.transpose(stack, [1, 0, 2]), [batch, groups * size]);
}
