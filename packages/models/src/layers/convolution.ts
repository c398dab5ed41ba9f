import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { conv3x3 } from '@evenkeel/tfjs-runtime';
import { heNormal } from '@evenkeel/trainer-core';
import type { Layer, VariableScope } from '@evenkeel/trainer-core';
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

/**
 * A convolution without bias: `[batch, h, w, inputs]` to `[batch, ⌈h/stride⌉, ⌈w/stride⌉, outputs]`, padded with
 * (size − 1)/2 zeros on each side as PyTorch pads. Its kernel `[size, size, inputs / groups, outputs]` starts from N(0, 2 / fan-in).
 */
export function convolution(
  scope: VariableScope,
  { inputs, outputs, size = 3, stride = 1, groups = 1, fan = 'in' }: ConvolutionOptions,
): Layer<Tensor4D, Tensor4D> {
  const shape = [size, size, inputs / groups, outputs];
  const kernel = scope.weight('kernel', shape, heNormal({ fan })) as Tensor as Tensor4D;
  return {
    outputSize: outputs,
    apply(x, context) {
      const one = (part: Tensor4D, weights: Tensor4D) => convolve(part, weights, size, stride);
      const output = groups === 1 ? one(x, kernel) : groupedConvolution(x, kernel, groups, one);
      return traced(context, scope.path, output, (output.size * size * size * inputs) / groups);
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
