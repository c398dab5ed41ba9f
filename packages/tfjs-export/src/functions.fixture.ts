import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { useCpuBackend } from '@evenkeel/trainer-testing';

await useCpuBackend();

/** Normal noise by a seed. */
export const random = (shape: number[], seed: number): Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);
/** Of a convolution, two channels to four. */
export const kernel = random([3, 3, 2, 4], 1) as tf.Tensor4D;
const depthwise = random([3, 3, 2, 2], 2) as tf.Tensor4D;
/** A number for each of four channels. */
export const row = random([4], 3) as tf.Tensor1D;
/** Four features to three. */
export const dense = random([4, 3], 4) as Tensor2D;
const features = (x: Tensor): Tensor2D => tf.mean(tf.conv2d(x as tf.Tensor4D, kernel, 1, 'same'), [1, 2]);
/** What networks are made of, as functions of images `[batch, 6, 5, 2]`. */
export const FUNCTIONS: Record<string, (x: tf.Tensor4D) => Tensor> = {
  'a convolution': (x) => tf.conv2d(x, kernel, [2, 1], 'valid'),
  'padding by numbers': (x) => tf.conv2d(x, kernel, 1, 1),
  'padding by sides': (x) => tf.conv2d(x, kernel, 1, [[0, 0], [1, 0], [0, 2], [0, 0]]), // prettier-ignore
  dilations: (x) => tf.conv2d(x, kernel, 1, 'same', 'NHWC', 2),
  'a fused convolution': (x) =>
    tf.fused.conv2d({ x, filter: kernel, strides: 1, pad: 'same', bias: row, activation: 'relu6' }),
  'a depthwise convolution': (x) => tf.depthwiseConv2d(x, depthwise, 1, 'same'),
  pooling: (x) => tf.add(tf.avgPool(x, 2, 2, 'same'), tf.maxPool(x, [3, 3], 2, 'same')),
  'batch normalisation': (x) =>
    tf.batchNorm(tf.conv2d(x, kernel, 1, 'same'), row, tf.square(row), row, undefined, 0.1),
  'padding and slices': (x) =>
    tf.slice(tf.pad(x, [[0, 0], [1, 2], [0, 1], [3, 0]], 0.5), [0, 1, 0, 1], [-1, 5, 4, 3]), // prettier-ignore
  'slices from one axis on': (x) => tf.slice(tf.slice(x, [0, 1]), 0, -1),
  'parts of images': (x) => {
    const [first, second, third] = tf.split(tf.conv2d(x, kernel, 1, 'same'), [2, 3, 1], -3);
    return tf.concat([third, tf.neg(first), second], 1);
  },
  'reshapes of an open batch': (x) => tf.transpose(tf.reshape(x, [x.shape[0], 10, 6]), [0, 2, 1]),
  'batches of matrices': (x) => {
    const stack = tf.reshape(x, [x.shape[0], 10, 6]);
    return tf.matMul(stack, stack, false, true);
  },
  'products across the batch': (x) => {
    const rows = features(x);
    return tf.matMul(tf.matMul(rows, rows, false, true), rows);
  },
  'fused products': (x) =>
    tf.fused.matMul({ a: features(x), b: dense, bias: tf.tensor1d([1, 2, 3]), activation: 'elu' }),
  reductions: (x) => tf.add(tf.max(x, -1, true), tf.sub(tf.sum(x, [1, 2], true), tf.min(x))),
  'joining and expanding': (x) => tf.expandDims(tf.concat([x, tf.neg(x), x], 3), 1),
  'functions of numbers': (x) =>
    tf.div(tf.sqrt(tf.abs(tf.tanh(x))), tf.maximum(tf.exp(tf.minimum(x, 1)), tf.softplus(x))),
  'constants that were cast': (x) => {
    const shown = tf.cast(tf.greater(tf.tensor1d([1, -1]), 0), 'float32');
    return tf.add(tf.mul(x, shown), tf.cast(tf.tensor1d([1, 2], 'int32'), 'float32'));
  },
  activations: (x) => tf.add(tf.leakyRelu(x, 0.3), tf.add(tf.elu(x), tf.selu(tf.sigmoid(x)))),
  softmax: (x) => tf.softmax(features(x)),
  'log-softmax': (x) => tf.log(tf.softmax(features(x))),
  differences: (x) => tf.squaredDifference(tf.pow(tf.relu(x), 2), tf.rsqrt(tf.add(tf.square(x), 1))),
};
