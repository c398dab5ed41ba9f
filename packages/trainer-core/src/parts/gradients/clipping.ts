import { number, readArgument } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Gradients, GradientTransform } from '../../contract/step.js';
import { optionErrors } from '../../errors/option-errors.js';

/** PyTorch's guard against a division by zero. */
const EPSILON = 1e-6;

/**
 * Scales all gradients by min(1, maxNorm / (‖g‖ + 1e-6)), with ‖g‖ the Euclidean norm over all of them together, as
 * PyTorch's `clip_grad_norm_` does. Throws TRAINER_OPTION_BAD_VALUE unless `maxNorm` > 0.
 */
export function clipByGlobalNorm(maxNorm: number): GradientTransform {
  readArgument('clipByGlobalNorm', optionErrors.BAD_VALUE, 'maxNorm', number({ above: 0 }), maxNorm);
  return {
    name: `clip-by-global-norm (${maxNorm})`,
    transform(gradients) {
      if (gradients.size === 0) return gradients;
      const squares = Array.from(gradients.values(), (gradient) => tf.sum(tf.square(gradient)));
      const norm = tf.sqrt(tf.addN(squares));
      const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, EPSILON)));
      return mapValues(gradients, (gradient) => tf.mul(gradient, factor));
    },
  };
}

/**
 * Limits every entry of every gradient to −limit .. limit, as PyTorch's `clip_grad_value_` does. Throws
 * TRAINER_OPTION_BAD_VALUE unless `limit` > 0.
 */
export function clipByValue(limit: number): GradientTransform {
  readArgument('clipByValue', optionErrors.BAD_VALUE, 'limit', number({ above: 0 }), limit);
  return {
    name: `clip-by-value (${limit})`,
    transform: (gradients) => mapValues(gradients, (gradient) => tf.clipByValue(gradient, -limit, limit)),
  };
}

function mapValues(gradients: Gradients, change: (gradient: tf.Tensor) => tf.Tensor): Gradients {
  return new Map(Array.from(gradients, ([weight, gradient]) => [weight, change(gradient)]));
}
