import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { conv3x3 } from './conv3x3.js';
import { directConvolution, hasDirectConvolution } from './direct-convolution.js';

/**
 * A convolution as PyTorch pads it: images `[batch, height, width, inputs]` and a filter `[size, size, inputs, outputs]` of
 * odd size to `[batch, ⌈height/stride⌉, ⌈width/stride⌉, outputs]`, with (size − 1)/2 zeros on each side. Differentiable in
 * both. On native, `conv3x3` and small filters (outputs in multiples of 16, inputs too or up to 4, up to 20,480 weights)
 * have ops of our own; elsewhere it is `tf.conv2d`.
 */
export function conv2d(x: Tensor4D, filter: Tensor4D, stride = 1): Tensor4D {
  const [size] = filter.shape;
  if (stride === 1) return size === 3 ? conv3x3(x, filter) : tf.conv2d(x, filter, 1, 'same');
  const padded = padBothSides(x, size, stride);
  return hasDirectConvolution(padded, filter)
    ? directConvolution(padded, filter, stride)
    : tf.conv2d(padded, filter, stride, 'valid');
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
  const [rows, columns] = [padding(x.shape[1]), padding(x.shape[2])];
  const isWhole = [...rows, ...columns].every((zeros) => zeros === 0);
  return isWhole ? x : tf.pad(x, [[0, 0], rows, columns, [0, 0]]);
}
