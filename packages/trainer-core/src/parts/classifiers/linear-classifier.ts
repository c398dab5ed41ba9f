import { defineOptions, flag, func } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { ClassifierDefinition, Initializer } from '../../contract/layers.js';
import { uniform } from '../initializers/initializers.js';
import { optionErrors } from '../../errors/option-errors.js';

/** How the linear classifier is made. */
export interface LinearClassifierOptions {
  /** Whether logits get a bias per class; default true. */
  readonly bias?: boolean;
  /** Fills the kernel; default U(−1/√d, 1/√d) with d features, as PyTorch's Linear, which also fills the bias. */
  readonly initializer?: Initializer;
}

/** The options of `linearClassifier`. */
export const linearClassifierOptions = defineOptions('linearClassifier', optionErrors.BAD_VALUE, {
  bias: flag().default(true),
  initializer: func<Initializer>('an initializer').optional('uniform, as PyTorch'),
} satisfies SpecOf<LinearClassifierOptions>);

/**
 * Logits x·W + b of features x `[batch, d]`: variables `kernel` `[d, classes]` and `bias` `[classes]`, both with weight
 * decay as in PyTorch. Throws TRAINER_OPTION_BAD_VALUE.
 */
export function linearClassifier(options: LinearClassifierOptions = {}): ClassifierDefinition<Tensor2D> {
  const { bias, initializer } = linearClassifierOptions.read(options);
  return {
    name: 'linear',
    build(scope, features, classes) {
      const standard = uniform(1 / Math.sqrt(features));
      const kernel = scope.weight('kernel', [features, classes], initializer ?? standard);
      const offset = bias ? scope.weight('bias', [classes], standard) : undefined;
      return {
        outputSize: classes,
        apply(input) {
          const logits = tf.matMul<Tensor2D>(input, kernel);
          return offset === undefined ? logits : tf.add<Tensor2D>(logits, offset);
        },
      };
    },
  };
}
