import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { attributesFor, hasOwnOps, nativeBackend } from '@evenkeel/tensorflow-node/backend';
import { registerConvolution } from './register-convolution.js';

/** As tfjs's `Conv2D` has them, so that whoever listens to kernels learns what was done. */
const KERNEL = 'EvenkeelConv2D';
const LANES = 16;
/** Of an image, where they are no multiple of the lanes. */
const MOST_ODD_INPUTS = 4;
/** Weights beyond these leave the caches between two rows of the image; TensorFlow's convolutions are faster then. */
const MOST_WEIGHTS = 20_480;

/**
 * `tf.conv2d(x, filter, stride, 'valid')` by an op of our own, differentiable in both; the gradient of `x` needs inputs in
 * multiples of 16. For what `hasDirectConvolution` says yes to.
 */
export function directConvolution(x: Tensor4D, filter: Tensor4D, stride: number): Tensor4D {
  registerConvolution(KERNEL, (native, { strides }, [, height, width], [tall, wide]) => {
    const { whole } = attributesFor(native);
    const fitting = (length: number, size: number): number =>
      Math.floor((length - size) / Number(strides)) + 1;
    return {
      common: [whole('stride', Number(strides)), whole('above', 0), whole('left', 0)],
      results: [whole('rows', fitting(height, tall)), whole('columns', fitting(width, wide))],
      images: [whole('height', height), whole('width', width)],
    };
  });
  const attributes = { strides: stride, pad: 'valid', dataFormat: 'NHWC', dilations: 1 };
  return tf.engine().runKernel(KERNEL, { x, filter }, attributes) as Tensor4D;
}

/**
 * Whether images and a filter have an op of our own here: native with AVX-512 or AVX2, up to 20,480 weights, outputs in
 * multiples of 16; inputs in multiples of 16, or up to 4, which are those of an image.
 */
export function hasDirectConvolution({ dtype, shape }: Tensor4D, filter: Tensor4D): boolean {
  const native = nativeBackend();
  const [, , inputs, outputs] = filter.shape;
  if (native === undefined || !hasOwnOps(native)) return false;
  if (dtype !== 'float32' || shape[3] !== inputs || filter.size > MOST_WEIGHTS) return false;
  return outputs % LANES === 0 && (inputs % LANES === 0 || inputs <= MOST_ODD_INPUTS);
}
