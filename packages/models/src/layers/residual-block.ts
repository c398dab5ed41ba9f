import { defineOptions, flag, object, oneOf, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '@evenkeel/tfjs-runtime';
import type { Layer, VariableScope } from '@evenkeel/trainer-core';
import { modelErrors } from '../errors.js';
import { batchNorm, batchNormSpec } from './batch-norm.js';
import type { BatchNormOptions } from './batch-norm.js';
import { convolution } from './convolution.js';
import { projection } from './projection.js';

/** Shape of a residual block. */
export interface ResidualBlockOptions {
  /** Channels in. */
  readonly inputs: number;
  /** Channels out, `inputs` or more. */
  readonly outputs: number;
  /** Stride of the first convolution; default 1. */
  readonly stride?: number;
  readonly norm?: BatchNormOptions;
  /** Whether a shortcut that changes the shape is a 1×1 convolution with batch normalisation (option B); default false. */
  readonly projection?: boolean;
  /** What the initial values are scaled by; default `in`. */
  readonly fan?: 'in' | 'out';
}

/** The options of `residualBlock`. */
export const residualBlockOptions = defineOptions('residualBlock', modelErrors.BAD_OPTION, {
  inputs: whole(1),
  outputs: whole(1),
  stride: whole(1).default(1),
  norm: object(batchNormSpec).optional('as `batchNorm`'),
  projection: flag().default(false),
  fan: oneOf('in', 'out').default('in'),
} satisfies SpecOf<ResidualBlockOptions>);

/**
 * The basic block of He et al., "Deep residual learning for image recognition", 2015: two 3×3 convolutions with batch
 * normalisation, added to the shortcut of option A (or B, with `projection`), `[batch, h, w, inputs]` to `[batch, ⌈h/stride⌉, ⌈w/stride⌉, outputs]`.
 * Throws `MODELS_BAD_OPTION`.
 */
export function residualBlock(
  scope: VariableScope,
  options: ResidualBlockOptions,
): Layer<Tensor4D, Tensor4D> {
  const { inputs, outputs, stride, norm, projection: projects, fan } = residualBlockOptions.read(options);
  const conv1 = convolution(scope.child('conv1'), { inputs, outputs, stride, fan });
  const norm1 = batchNorm(scope.child('norm1'), outputs, norm);
  const conv2 = convolution(scope.child('conv2'), { inputs: outputs, outputs, fan });
  const norm2 = batchNorm(scope.child('norm2'), outputs, norm);
  const changes = stride !== 1 || inputs !== outputs;
  const projected =
    projects && changes
      ? projection(scope.child('shortcut'), { inputs, outputs, stride, norm, fan })
      : undefined;
  return {
    outputSize: outputs,
    apply(x, context) {
      const inner = relu(norm1.apply(conv1.apply(x, context), context));
      const residual = norm2.apply(conv2.apply(inner, context), context);
      const skipped = projected ? projected.apply(x, context) : shortcut(x, outputs, stride);
      return relu(tf.add(residual, skipped));
    },
  };
}

/**
 * Option A of the same paper: no weights; every `stride`-th row and column, and the missing channels as zeros, half of
 * them on either side: `[batch, h, w, inputs]` to `[batch, ⌈h/stride⌉, ⌈w/stride⌉, outputs]`.
 */
export function shortcut(x: Tensor4D, outputs: number, stride: number): Tensor4D {
  // Pooling over a single pixel picks it; tfjs's strided slice has no gradient.
  const picked = stride === 1 ? x : tf.avgPool(x, 1, stride, 'valid');
  const missing = outputs - x.shape[3];
  if (missing === 0) return picked;
  const before = Math.floor(missing / 2);
  return tf.pad(picked, [
    [0, 0],
    [0, 0],
    [0, 0],
    [before, missing - before],
  ]);
}
