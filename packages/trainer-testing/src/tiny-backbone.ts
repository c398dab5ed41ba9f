import { defineOptions, flag, number, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { meanOverRanks } from '@evenkeel/trainer-core';
import type { BackboneDefinition, Initializer, LayerContext } from '@evenkeel/trainer-core';
import { testingErrors } from './errors.js';

/** How a tiny backbone is built. */
export interface TinyBackboneOptions {
  /** Size of the output, 1 or more; default 8. */
  readonly features?: number;
  /** Centre the features: by the batch's mean in training, by a running mean (momentum 0.1) in evaluation; default false. */
  readonly statistics?: boolean;
  /** Share of the features that training drops, in [0, 1); default 0. */
  readonly dropout?: number;
}

/** The options of `tinyBackbone`. */
export const tinyBackboneOptions = defineOptions('tinyBackbone', testingErrors.BAD_OPTION, {
  features: whole(1).default(8),
  statistics: flag().default(false),
  dropout: number({ min: 0, below: 1 }).default(0),
} satisfies SpecOf<TinyBackboneOptions>);

/**
 * The smallest backbone that has what a trainer must keep: dense → ReLU from `[batch, ...exampleShape]` to
 * `[batch, features]`, on request with a running statistic and with random numbers. Throws `TESTING_BAD_OPTION`.
 */
export function tinyBackbone(options: TinyBackboneOptions = {}): BackboneDefinition {
  const { features, statistics, dropout } = tinyBackboneOptions.read(options);
  return {
    name: 'tiny',
    build(scope, exampleShape) {
      const inputs = exampleShape.reduce((product, axis) => product * axis, 1);
      const kernel = scope.weight('kernel', [inputs, features], heNormal);
      const bias = scope.weight('bias', [features], filledWith(0.1), { decay: false });
      const runningMean = statistics ? scope.statistic('mean', [features], filledWith(0)) : undefined;

      const centre = (x: Tensor2D, context: LayerContext): Tensor2D => {
        if (runningMean === undefined) return x;
        if (!context.training) return tf.sub(x, runningMean);
        const mean = meanOverRanks(tf.mean<Tensor1D>(x, 0), context.ranks);
        context.update(runningMean, tf.add(tf.mul(runningMean, 0.9), tf.mul(mean, 0.1)));
        return tf.sub(x, mean);
      };
      const drop = (x: Tensor2D, context: LayerContext): Tensor2D => {
        if (dropout === 0 || !context.training) return x;
        const kept = tf.cast(
          tf.greaterEqual(context.uniform('dropout', x.shape, { rows: true }), dropout),
          'float32',
        );
        return tf.div(tf.mul(x, kept), 1 - dropout);
      };
      return {
        outputSize: features,
        apply(x: Tensor, context): Tensor2D {
          const flat = tf.reshape(x, [-1, inputs]) as Tensor2D;
          const active = tf.relu(tf.add(tf.matMul(flat, kernel as Tensor as Tensor2D), bias)) as Tensor2D;
          return drop(centre(active, context), context);
        },
      };
    },
  };
}

const filledWith =
  (value: number): Initializer =>
  ([size]) =>
    new Float32Array(size).fill(value);

const heNormal: Initializer = ([inputs, outputs], random) =>
  Float32Array.from({ length: inputs * outputs }, () => random.normal() * Math.sqrt(2 / inputs));
