import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { StepContext } from '../../contract/step.js';

/**
 * Whether something that begins late has begun, as a scalar of 0 or 1, float32, computed from the step's own inputs.
 *
 * @param from The first epoch, zero-based, at which it has begun, where it is a whole number; below 1 the share of the run before it, which leaves at
 * least the last epoch.
 */
export function hasBegun(from: number, { epoch, epochs }: Pick<StepContext, 'epoch' | 'epochs'>): Scalar {
  // Shares are exact only up to rounding: 0.6 of 25 epochs is epoch 15, and in float32 a little more.
  const first = from < 1 ? tf.minimum(tf.sub(tf.mul(epochs, from), 0.001), tf.sub(epochs, 1)) : from;
  return tf.cast(tf.greaterEqual(epoch, first), 'float32');
}
