import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { asImage, PIXELS } from './as-image.js';

/** The mean and the biased variance of the rows at hand. */
export interface BatchMoments {
  /** `[channels]`. */
  readonly mean: Tensor1D;
  /** `[channels]`. */
  readonly variance: Tensor1D;
}

/**
 * Mean and biased variance of `[..., channels]` over all axes but the last; differentiable, so that a batch normalisation can
 * also be computed from the moments of other processes ({@link normaliseBy}).
 */
export function batchMoments(x: Tensor): BatchMoments {
  const channels = x.shape[x.rank - 1];
  const count = x.size / channels;
  const moments = tf.customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor, (tensors: Tensor[]) => void];
    const image = asImage(input);
    const mean = tf.mean(image, PIXELS);
    const variance = tf.mean(tf.square(tf.sub(image, mean)), PIXELS);
    save([input, mean]);
    return {
      value: tf.stack([mean, variance]),
      // dmean/dx = 1/m, dvariance/dx = 2·(x − mean)/m; the variance does not change with the mean.
      gradFunc: (gradient: Tensor, [saved, centre]: Tensor[]) => {
        const [ofMean, ofVariance] = tf.unstack(tf.div(gradient, count));
        const slope = tf.mul(ofVariance, 2);
        return tf.add(tf.mul(saved, slope), tf.sub(ofMean, tf.mul(centre, slope)));
      },
    };
  })(x);
  const [mean, variance] = tf.unstack(moments) as [Tensor1D, Tensor1D];
  return { mean, variance };
}

/**
 * γ·(x − mean)/√(variance + ε) + β over the last axis of `[..., channels]`, with moments from anywhere, all `[channels]`;
 * differentiable in all five. With the batch's own moments it is batch normalisation in training.
 */
export function normaliseBy<T extends Tensor>(
  x: T,
  { mean, variance }: BatchMoments,
  gamma: Tensor1D,
  beta: Tensor1D,
  epsilon: number,
): T {
  return tf.customGrad((...inputs) => {
    const [input, centre, spread, scale, shift, save] = inputs as unknown as [
      T,
      Tensor1D,
      Tensor1D,
      Tensor1D,
      Tensor1D,
      (tensors: Tensor[]) => void,
    ];
    const inverse = tf.rsqrt(tf.add(spread, epsilon));
    const slope = tf.mul(scale, inverse);
    save([input, centre, inverse, slope]);
    return {
      value: tf.add(tf.mul(tf.sub(input, centre), slope), shift),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [own, middle, inverted, factor] = saved;
        const upstream = asImage(dy);
        const dBeta = tf.sum(upstream, PIXELS);
        const dGamma = tf.mul(tf.sum(tf.mul(upstream, tf.sub(asImage(own), middle)), PIXELS), inverted);
        return [
          tf.mul(dy, factor),
          tf.neg(tf.mul(dBeta, factor)),
          tf.mul(tf.mul(dGamma, tf.mul(factor, inverted)), -0.5),
          dGamma,
          dBeta,
        ];
      },
    };
  })(x, mean, variance, gamma, beta) as T;
}
