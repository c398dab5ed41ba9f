import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { BatchRanks } from '../../contract/layers.js';

/** The mean over all rows of a batch from that over the rows at hand, the same where there are no `ranks`; differentiable. */
export function meanOverRanks<T extends Tensor>(mean: T, ranks: BatchRanks | undefined): T {
  return ranks === undefined ? mean : weightedMean<T>(ranks.gather(mean), ranks);
}

/** First and second central moments over rows. */
export interface RowMoments<Second extends Tensor> {
  /** `[features]`. */
  readonly mean: Tensor1D;
  /** Biased: divided by the number of rows. */
  readonly second: Second;
}

/**
 * The moments over all rows of a batch from those over the rows at hand; one exchange, differentiable. `second` may be variances
 * or covariances: `spread` gives those of single rows, of deviations `[ranks, features]` as `[ranks, ...shape of second]`,
 * such as `tf.square`. Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances", 1979: mean = Σ wᵣ·mᵣ, second = Σ wᵣ·(sᵣ + spread(mᵣ − mean)), w the shares of the rows.
 */
export function momentsOverRanks<Second extends Tensor>(
  { mean, second }: RowMoments<Second>,
  spread: (deviations: Tensor2D) => Tensor,
  ranks: BatchRanks,
): RowMoments<Second> {
  const all = ranks.gather(tf.concat1d([mean, tf.reshape(second, [second.size])])) as Tensor2D;
  const [size] = all.shape;
  const means = tf.slice2d(all, [0, 0], [size, mean.size]);
  const seconds = tf.reshape(tf.slice2d(all, [0, mean.size], [size, second.size]), [size, ...second.shape]);
  const whole = weightedMean<Tensor1D>(means, ranks);
  const around = tf.add(seconds, spread(tf.sub(means, whole)));
  return { mean: whole, second: weightedMean<Second>(around, ranks) };
}

/** Of a value of every rank, `[ranks, ...shape]`, weighted by their rows. */
function weightedMean<T extends Tensor>(values: Tensor, { rows }: BatchRanks): T {
  const shares = tf.div(rows, tf.sum(rows));
  const [size, ...shape] = values.shape;
  return tf.sum<T>(tf.mul(values, tf.reshape(shares, [size, ...shape.map(() => 1)])), 0);
}
