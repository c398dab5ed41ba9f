import { defineOptions, flag, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import {
  batchMoments,
  batchNormInference,
  batchNormTraining,
  movedAverage,
  normaliseBy,
} from '@evenkeel/tfjs-runtime';
import type { BatchNormTraining } from '@evenkeel/tfjs-runtime';
import { momentsOverRanks, ones, zeros } from '@evenkeel/trainer-core';
import type { BatchRanks, Layer, VariableScope } from '@evenkeel/trainer-core';
import { modelErrors } from '../errors.js';
import { traced } from './trace.js';

/** How a batch normalisation behaves. */
export interface BatchNormOptions {
  /** Added to the variance; default 0.00001. */
  readonly epsilon?: number;
  /** Share of the newest batch in the running statistics, in (0, 1]; default 0.1, as in PyTorch. */
  readonly momentum?: number;
  /** Whether weight decay applies to γ and β; default true. */
  readonly decay?: boolean;
}

/** What each option of a batch normalisation may be. */
export const batchNormSpec = {
  epsilon: number({ min: 0 }).default(1e-5, '0.00001'),
  momentum: number({ above: 0, max: 1 }).default(0.1),
  decay: flag().default(true),
} satisfies SpecOf<BatchNormOptions>;

/** The options of `batchNorm`. */
export const batchNormOptions = defineOptions('batchNorm', modelErrors.BAD_OPTION, batchNormSpec);

/**
 * Batch normalisation of `[batch, h, w, channels]` over all but the last axis, as PyTorch defines it: training uses the
 * batch's biased variance and moves the running statistics towards its mean and its *unbiased* variance (the biased one
 * where a channel has a single value); evaluation uses the running statistics. γ starts at 1, β at 0. Where the context has
 * `ranks`, statistics are those of the rows of all of them
 * (Ioffe and Szegedy, "Batch normalization", 2015). Throws `MODELS_BAD_OPTION`.
 */
export function batchNorm(
  scope: VariableScope,
  channels: number,
  options: BatchNormOptions = {},
): Layer<Tensor4D, Tensor4D> {
  const { epsilon, momentum, decay } = batchNormOptions.read(options);
  const gamma = vector(scope.weight('gamma', [channels], ones(), { decay }));
  const beta = vector(scope.weight('beta', [channels], zeros(), { decay }));
  const mean = scope.statistic('mean', [channels], zeros());
  const variance = scope.statistic('variance', [channels], ones());

  /** From the biased variance to the one by the count less one, where there are two values or more. */
  const unbiased = (x: Tensor4D): number => {
    const values = x.size / channels;
    return values / Math.max(1, values - 1);
  };
  const unbiasedOverRanks = (variance: Tensor1D, x: Tensor4D, { rows }: BatchRanks): Tensor => {
    const all = tf.mul<Scalar>(tf.sum(rows), x.size / channels / x.shape[0]);
    return tf.mul(variance, tf.div(all, tf.maximum(tf.sub(all, 1), 1)));
  };

  return {
    outputSize: channels,
    apply(x, context) {
      if (!context.training) {
        const output = batchNormInference(x, vector(mean), vector(variance), gamma, beta, epsilon);
        return traced(context, scope.path, output);
      }
      const { ranks } = context;
      const batch = ranks
        ? normaliseOverRanks(x, gamma, beta, epsilon, ranks)
        : batchNormTraining(x, gamma, beta, epsilon);
      const step = momentum * context.share;
      context.update(mean, movedAverage<Tensor>(mean, batch.mean, step));
      context.update(
        variance,
        ranks
          ? movedAverage<Tensor>(variance, unbiasedOverRanks(batch.variance, x, ranks), step)
          : movedAverage<Tensor>(variance, batch.variance, step, unbiased(x)),
      );
      return traced(context, scope.path, batch.output);
    },
  };
}

/** As `batchNormTraining`, by the statistics of all rows of the batch. */
function normaliseOverRanks(
  x: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  epsilon: number,
  ranks: BatchRanks,
): BatchNormTraining<Tensor4D> {
  const own = batchMoments(x);
  const { mean, second } = momentsOverRanks({ mean: own.mean, second: own.variance }, tf.square, ranks);
  return { output: normaliseBy(x, { mean, variance: second }, gamma, beta, epsilon), mean, variance: second };
}

const vector = (variable: Variable): Tensor1D => variable as Tensor as Tensor1D;
