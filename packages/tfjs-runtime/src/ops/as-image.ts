import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';

/** All axes of an image but its channels. */
export const PIXELS = [0, 1, 2];

/** Rank 4 of any shape `[..., channels]`: the fused ops and the fast reductions know no other. */
export function asImage(x: Tensor): Tensor4D {
  return x.rank === 4 ? (x as Tensor4D) : tf.reshape(x, [1, -1, 1, x.shape[x.rank - 1]]);
}
