import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import { batchNormInference, batchNormTraining } from '@evenkeel/tfjs-runtime';
import { ones, zeros } from '@evenkeel/trainer-core';
import type { Layer, VariableScope } from '@evenkeel/trainer-core';
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

/**
 * Batch normalisation of `[batch, h, w, channels]` over all but the last axis, as PyTorch defines it: training uses the
 * batch's biased variance and moves the running statistics towards its mean and its *unbiased* variance (the biased one
 * where a channel has a single value); evaluation uses the running statistics. γ starts at 1, β at 0
 * (Ioffe and Szegedy, "Batch normalization", 2015).
 */
export function batchNorm(
  scope: VariableScope,
  channels: number,
  { epsilon = 1e-5, momentum = 0.1, decay = true }: BatchNormOptions = {},
): Layer<Tensor4D, Tensor4D> {
  const gamma = vector(scope.weight('gamma', [channels], ones(), { decay }));
  const beta = vector(scope.weight('beta', [channels], zeros(), { decay }));
  const mean = scope.statistic('mean', [channels], zeros());
  const variance = scope.statistic('variance', [channels], ones());

  const moved = (running: Variable, value: Tensor, factor: number): Tensor =>
    tf.add(tf.mul(running, 1 - momentum), tf.mul(value, factor));

  return {
    outputSize: channels,
    apply(x, context) {
      if (!context.training) {
        const output = batchNormInference(x, vector(mean), vector(variance), gamma, beta, epsilon);
        return traced(context, scope.path, output);
      }
      const batch = batchNormTraining(x, gamma, beta, epsilon);
      const values = x.size / channels;
      const unbiased = values / Math.max(1, values - 1);
      context.update(mean, moved(mean, batch.mean, momentum));
      context.update(variance, moved(variance, batch.variance, momentum * unbiased));
      return traced(context, scope.path, batch.output);
    },
  };
}

const vector = (variable: Variable): Tensor1D => variable as Tensor as Tensor1D;
