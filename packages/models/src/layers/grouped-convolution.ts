import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/** Channels that are convolved at once: narrower convolutions cost as much as their calls, wider ones multiply more zeros. */
const CHUNK = 64;

/**
 * A convolution within groups of channels, put together from plain ones, which every backend has with its gradients:
 * `x` `[batch, h, w, inputs]`, `kernel` `[size, size, inputs / groups, outputs]`, output channel o looking at the inputs of its
 * group alone, as PyTorch orders them. Several narrow groups share one convolution whose kernel is zero between them.
 */
export function groupedConvolution(
  x: Tensor4D,
  kernel: Tensor4D,
  groups: number,
  convolve: (x: Tensor4D, kernel: Tensor4D) => Tensor4D,
): Tensor4D {
  const width = kernel.shape[2];
  const together = largestDivisor(groups, Math.max(1, Math.floor(CHUNK / width)));
  const chunks = groups / together;
  // The gradient of a split into one fails in tfjs.
  if (chunks === 1) return convolve(x, blockDiagonal(kernel, together));
  const parts = tf.split(x, chunks, 3) as Tensor4D[];
  const kernels = tf.split(kernel, chunks, 3) as Tensor4D[];
  return tf.concat(
    parts.map((part, chunk) => convolve(part, blockDiagonal(kernels[chunk], together))),
    3,
  );
}

/** `[size, size, width, outputs]` to `[size, size, groups · width, outputs]`: each group's outputs see its own inputs. */
function blockDiagonal(kernel: Tensor4D, groups: number): Tensor4D {
  if (groups === 1) return kernel;
  const [, , width, outputs] = kernel.shape;
  const ofInput = tf.floor(tf.div(tf.range(0, groups * width), width));
  const ofOutput = tf.floor(tf.div(tf.range(0, outputs), outputs / groups));
  const same = tf.cast(tf.equal(tf.expandDims(ofInput, 1), tf.expandDims(ofOutput, 0)), 'float32');
  return tf.mul(tf.tile(kernel, [1, 1, groups, 1]), same);
}

function largestDivisor(value: number, most: number): number {
  for (let divisor = Math.min(value, most); divisor > 1; divisor--) {
    if (value % divisor === 0) return divisor;
  }
  return 1;
}
