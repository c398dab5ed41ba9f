import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { conv2d } from '@evenkeel/tfjs-runtime';
import { heNormal } from '@evenkeel/trainer-core';
import type { Layer, VariableScope } from '@evenkeel/trainer-core';
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
}

/**
 * A convolution without bias: `[batch, h, w, inputs]` to `[batch, ⌈h/stride⌉, ⌈w/stride⌉, outputs]`, padded with
 * (size − 1)/2 zeros on each side as PyTorch pads. Its kernel `[size, size, inputs, outputs]` starts from N(0, 2 / fan-in).
 */
export function convolution(
  scope: VariableScope,
  { inputs, outputs, size = 3, stride = 1 }: ConvolutionOptions,
): Layer<Tensor4D, Tensor4D> {
  const kernel = scope.weight('kernel', [size, size, inputs, outputs], heNormal()) as Tensor as Tensor4D;
  return {
    outputSize: outputs,
    apply(x, context) {
      const output = conv2d(x, kernel, stride);
      return traced(context, scope.path, output, output.size * size * size * inputs);
    },
  };
}
