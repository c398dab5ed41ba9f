import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { conv3x3 } from '@evenkeel/tfjs-runtime';
import { heNormal } from '@evenkeel/trainer-core';
import type { Layer, VariableScope } from '@evenkeel/trainer-core';
import { modelErrors } from '../errors.js';
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

/** The options of `convolution`. */
export const convolutionOptions = defineOptions('convolution', modelErrors.BAD_OPTION, {
  inputs: whole(1),
  outputs: whole(1),
  size: whole(1)
    .where('an odd whole number of at least 1', (size) => size % 2 === 1)
    .default(3),
  stride: whole(1).default(1),
} satisfies SpecOf<ConvolutionOptions>);

/**
 * A convolution without bias: `[batch, h, w, inputs]` to `[batch, ⌈h/stride⌉, ⌈w/stride⌉, outputs]`, padded with
 * (size − 1)/2 zeros on each side as PyTorch pads. Its kernel `[size, size, inputs, outputs]` starts from N(0, 2 / fan-in).
 * Throws `MODELS_BAD_OPTION`.
 */
export function convolution(scope: VariableScope, options: ConvolutionOptions): Layer<Tensor4D, Tensor4D> {
  const { inputs, outputs, size, stride } = convolutionOptions.read(options);
  const kernel = scope.weight('kernel', [size, size, inputs, outputs], heNormal()) as Tensor as Tensor4D;
  return {
    outputSize: outputs,
    apply(x, context) {
      const output = convolve(x, kernel, size, stride);
      return traced(context, scope.path, output, output.size * size * size * inputs);
    },
  };
}

function convolve(x: Tensor4D, kernel: Tensor4D, size: number, stride: number): Tensor4D {
  if (stride > 1) return tf.conv2d(padBothSides(x, size, stride), kernel, stride, 'valid');
  return size === 3 ? conv3x3(x, kernel) : tf.conv2d(x, kernel, 1, 'same');
}

/**
 * TensorFlow's `same` puts the odd zero of a strided convolution behind the image, PyTorch pads evenly and leaves the
 * last zeros unread: pad by hand, but only the zeros that are read.
 */
function padBothSides(x: Tensor4D, size: number, stride: number): Tensor4D {
  const before = (size - 1) / 2;
  const padding = (length: number): [number, number] => {
    const read = (Math.ceil(length / stride) - 1) * stride + size;
    return [before, Math.max(0, read - before - length)];
  };
  return tf.pad(x, [[0, 0], padding(x.shape[1]), padding(x.shape[2]), [0, 0]]);
}
