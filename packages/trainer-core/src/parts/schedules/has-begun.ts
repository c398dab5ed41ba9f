import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { StepContext } from '../../contract/step.js';

/**
 * Whether something that begins late has begun, as a scalar of 0 or 1, float32; what a recorded step computes from its own inputs.
 *
 * @param from The first epoch, or, below 1, the share of the run before it; 0 is the beginning.
 */
export function hasBegun(from: number, { epoch, epochs }: Pick<StepContext, 'epoch' | 'epochs'>): Scalar {
  // Shares are exact only up to rounding: 0.6 of 25 epochs is epoch 15, and in float32 a little more.
  const first = from < 1 ? tf.sub(tf.mul(epochs, from), 0.001) : from;
  return tf.cast(tf.greaterEqual(epoch, first), 'float32');
}
