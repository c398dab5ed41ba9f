import type { Tensor2D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/**
 * Decomposes a matrix `[d, d]`, turning the backend's own failure into ours; some backends give NaN instead of failing.
 *
 * Throws `WHITENING_NOT_DECOMPOSABLE` when the backend fails, which it does where the matrix is not finite.
 */
export function decompose<Parts>(matrix: Tensor2D, decomposition: (matrix: Tensor2D) => Parts): Parts {
  try {
    return decomposition(matrix);
  } catch (cause) {
    throw errors.NOT_DECOMPOSABLE({ size: matrix.shape[0] }, { cause });
  }
}
