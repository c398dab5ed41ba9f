import { defineOptions, oneOf, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { conv2d } from '@evenkeel/tfjs-runtime';
import { heNormal } from '@evenkeel/trainer-core';
import type { Layer, VariableScope } from '@evenkeel/trainer-core';
import { modelErrors } from '../errors.js';
import { groupedConvolution } from './grouped-convolution.js';
import { traced } from './trace.js';

/** Shape of a convolution. */
export interface ConvolutionOptions {
  /** Channels in. */
  readonly inputs: number;
  /** Channels out. */
  readonly outputs: number;
  /** Height and width of the kernel, odd; default 3. */
  readonly size?: number;
  /** Default 1. */
  readonly stride?: number;
  /** Groups of channels that are convolved apart; divides both `inputs` and `outputs`. Default 1. */
  readonly groups?: number;
  /** What the initial values are scaled by, the kernel's way `in` or `out`; default `in`. */
  readonly fan?: 'in' | 'out';
}

/** The options of `convolution`. */
export const convolutionOptions = defineOptions('convolution', modelErrors.BAD_OPTION, {
  inputs: whole(1),
  outputs: whole(1),
  size: whole(1)
    .where('an odd whole number of at least 1', (size) => size % 2 === 1)
    .default(3),
  stride: whole(1).default(1),
  groups: whole(1).default(1),
  fan: oneOf('in', 'out').default('in'),
} satisfies SpecOf<ConvolutionOptions>);

/**
 * A convolution without bias: `[batch, h, w, inputs]` to `[batch, ⌈h/stride⌉, ⌈w/stride⌉, outputs]`, padded with
 * (size − 1)/2 zeros on each side as PyTorch pads. Its kernel `[size, size, inputs / groups, outputs]` starts from N(0, 2 / fan-in).
 * Throws `MODELS_BAD_OPTION`.
 */
export function convolution(scope: VariableScope, options: ConvolutionOptions): Layer<Tensor4D, Tensor4D> {
  const { inputs, outputs, size, stride, groups, fan } = convolutionOptions.read(options);
  const shape = [size, size, inputs / groups, outputs];
  const kernel = scope.weight('kernel', shape, heNormal({ fan })) as Tensor as Tensor4D;
  return {
    outputSize: outputs,
    apply(x, context) {
      const one = (part: Tensor4D, weights: Tensor4D) => conv2d(part, weights, stride);
      const output = groups === 1 ? one(x, kernel) : groupedConvolution(x, kernel, groups, one);
      return traced(context, scope.path, output, (output.size * size * size * inputs) / groups);
    },
  };
}
