import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/** 3×3 of stride 2 with one row and column of padding as PyTorch has it; zeros will do, since `x` is not negative. */
export function maxPool(x: Tensor4D): Tensor4D {
  const after = (length: number): number => Math.max(0, (Math.ceil(length / 2) - 1) * 2 + 2 - length);
  const padded = tf.pad(x, [[0, 0], [1, after(x.shape[1])], [1, after(x.shape[2])], [0, 0]]); // prettier-ignore
  return tf.maxPool(padded, 3, 2, 'valid');
}
