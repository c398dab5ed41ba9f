import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { Loss } from '../../contract/step.js';

/** Mean over rows and columns of (output − target)², as PyTorch's `mse_loss`. */
export function meanSquaredError(): Loss {
  return {
    name: 'mean squared error',
    loss: (outputs, { targets }) => tf.mean<Scalar>(tf.square(tf.sub(outputs, targets))),
  };
}
