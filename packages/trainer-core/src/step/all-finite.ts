import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** A kernel of one operation for all of it, where a backend has it. */
const KERNEL = 'EvenkeelFinite';

/** 0 when all numbers of all tensors are finite, else NaN: 0·x is NaN for what is not finite, and sums keep it. */
export function allFinite(tensors: readonly Tensor[]): Scalar {
  // Whole numbers and truth values always are.
  const floats = tensors.filter(({ dtype }) => dtype === 'float32');
  if (tf.getKernel(KERNEL, tf.getBackend()))
    return tf.engine().runKernel(KERNEL, Object.fromEntries(floats.entries()));
  const zero = tf.scalar(0);
  // Stacked, since webgpu adds no more tensors at once than a shader has buffers for.
  return tf.sum(tf.stack(floats.map((tensor) => tf.sum<Scalar>(tf.mul(tensor, zero)))));
}
