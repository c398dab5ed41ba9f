import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { ClassifierDefinition, Initializer } from '../../contract/layers.js';
import { optionErrors } from '../../errors/option-errors.js';

/** Below this length a vector is divided by it instead of its own: PyTorch's `normalize`. */
const SHORTEST = 1e-12;

/** How the cosine classifier is made. */
export interface CosineClassifierOptions {
  /**
   * Multiplies the cosines, > 0; default 30, LDAM's s. LDAM multiplies inside its loss, after the margin: set 1 beside a
   * loss or logit transform that scales by itself.
   */
  readonly scale?: number;
}

/** The options of `cosineClassifier`. */
export const cosineClassifierOptions = defineOptions('cosineClassifier', optionErrors.BAD_VALUE, {
  scale: number({ above: 0 }).default(30),
} satisfies SpecOf<CosineClassifierOptions>);

/**
 * Logits s·cos(x, w_c) of features x `[batch, d]`: variable `kernel` `[d, classes]`, no bias. Columns start uniform in
 * (−1, 1) and scaled to length 1. After LDAM's NormedLinear (Cao et al., 2019). Throws TRAINER_OPTION_BAD_VALUE.
 */
export function cosineClassifier(options: CosineClassifierOptions = {}): ClassifierDefinition<Tensor2D> {
  const { scale } = cosineClassifierOptions.read(options);
  return {
    name: `cosine (scale ${scale})`,
    build(scope, features, classes) {
      const kernel = scope.weight('kernel', [features, classes], unitColumns);
      return {
        outputSize: classes,
        apply(input) {
          const directions = normalise(kernel, 0);
          return tf.mul(tf.matMul(normalise(input, 1), directions), scale);
        },
      };
    },
  };
}

/** Vectors along an axis divided by their length; a zero vector stays zero. */
function normalise(vectors: Tensor, axis: 0 | 1): Tensor2D {
  const squares = tf.sum(tf.square(vectors), axis, true);
  return tf.div(vectors, tf.sqrt(tf.maximum(squares, SHORTEST ** 2)));
}

/** `[rows, columns]` uniform in (−1, 1), every column scaled to length 1. */
const unitColumns: Initializer = ([rows, columns], random) => {
  const values = Float32Array.from({ length: rows * columns }, () => 2 * random.uniform() - 1);
  for (let column = 0; column < columns; column++) {
    let squares = 0;
    for (let i = column; i < values.length; i += columns) squares += values[i] ** 2;
    for (let i = column; i < values.length; i += columns) values[i] /= Math.sqrt(squares);
  }
  return values;
};
