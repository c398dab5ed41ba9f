import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** One number per class, `[classes]`: counts, shares, weights. */
export type ClassNumbers = Tensor1D | readonly number[] | Float64Array;

/** The numbers as a tensor `[classes]`. */
export function asRow(numbers: ClassNumbers): Tensor1D {
  return numbers instanceof tf.Tensor ? numbers : tf.tensor1d(Float32Array.from(numbers));
}

/** The numbers as a tensor `[classes]` that fits logits or targets `[batch, classes]`; throws `LOGIT_ADJUST_PRIOR_LENGTH`. */
export function rowFor(rows: { readonly shape: readonly number[] }, numbers: ClassNumbers): Tensor1D {
  const row = asRow(numbers);
  const classes = rows.shape[1];
  if (row.size !== classes) throw errors.PRIOR_LENGTH({ received: row.size, classes });
  return row;
}

/** The smallest number above 0, as a scalar. */
export function leastPresent(row: Tensor1D): Scalar {
  return tf.min(tf.where(tf.greater(row, 0), row, tf.max(row)));
}
