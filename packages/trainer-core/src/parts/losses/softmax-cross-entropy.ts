import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Loss } from '../../contract/step.js';
import { optionErrors } from '../../errors/option-errors.js';

/** How targets are softened. */
export interface SoftmaxCrossEntropyOptions {
  /** ε in [0, 1): targets become (1 − ε)·target + ε/classes; default 0. */
  readonly labelSmoothing?: number;
}

/** The options of `softmaxCrossEntropy`. */
export const softmaxCrossEntropyOptions = defineOptions('softmaxCrossEntropy', optionErrors.BAD_VALUE, {
  labelSmoothing: number({ min: 0, below: 1 }).default(0),
} satisfies SpecOf<SoftmaxCrossEntropyOptions>);

/**
 * Cross-entropy of the softmax, the mean over the batch of −Σ_c t_c·log softmax(z)_c, with the step's targets t
 * (one-hot or soft, rows summing to 1): PyTorch's CrossEntropyLoss, label smoothing included. Throws
 * TRAINER_OPTION_BAD_VALUE.
 */
export function softmaxCrossEntropy(options: SoftmaxCrossEntropyOptions = {}): Loss {
  const { labelSmoothing } = softmaxCrossEntropyOptions.read(options);
  return {
    name: 'softmax cross-entropy',
    settings: { labelSmoothing },
    task: 'classification',
    loss: (logits, { targets }) =>
      crossEntropyWithLogits(logits, labelSmoothing === 0 ? targets : smoothed(targets, labelSmoothing)),
  };
}

function smoothed(targets: Tensor2D, labelSmoothing: number): Tensor2D {
  return tf.add(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / targets.shape[1]);
}

/**
 * The mean cross-entropy of logits `[batch, classes]` and targets `[batch, classes]` whose rows sum to 1; differentiable
 * in the logits only. Finite for any finite logits, and its gradient is (softmax(z) − t)/batch in one expression.
 */
export function crossEntropyWithLogits(logits: Tensor2D, targets: Tensor2D): Scalar {
  const operation = tf.customGrad((z, save) => {
    const shifted = tf.sub(z as Tensor2D, tf.max(z as Tensor2D, 1, true));
    const logTotal = tf.log(tf.sum(tf.exp(shifted), 1));
    (save as tf.GradSaveFunc)([z as Tensor2D, targets]);
    return {
      value: tf.mean(tf.sub(logTotal, tf.sum(tf.mul(targets, shifted), 1))),
      gradFunc: (upstream: tf.Tensor, [saved, rows]: tf.Tensor[]) =>
        tf.mul(tf.sub(softmax(saved), rows), tf.div(upstream, rows.shape[0])),
    };
  });
  return operation(logits) as Scalar;
}

/** By hand: TensorFlow rounds its own softmax differently in a graph than op by op. */
function softmax(logits: tf.Tensor): tf.Tensor {
  const exponentials = tf.exp(tf.sub(logits, tf.max(logits, 1, true)));
  return tf.div(exponentials, tf.sum(exponentials, 1, true));
}
