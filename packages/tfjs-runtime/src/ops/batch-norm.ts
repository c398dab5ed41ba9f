import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { attributesFor, hasOwnOps, nativeBackend } from '@evenkeel/tensorflow-node/backend';
import type { NativeBackend } from '@evenkeel/tensorflow-node/backend';
import { batchNormOnWebgpu } from '../webgpu/batch-norm.js';
import { onWebgpu } from '../webgpu/run-program.js';
import { asImage, PIXELS } from './as-image.js';

/** Batch normalisation in training: the normalised values, and the statistics of the batch. */
export interface BatchNormTraining<T extends Tensor> {
  /** Same shape as the input. */
  readonly output: T;
  /** Mean over all axes but the last, `[channels]`; no gradient flows through it. */
  readonly mean: Tensor1D;
  /** Biased variance (divided by the count) over the same axes, `[channels]`; no gradient flows through it. */
  readonly variance: Tensor1D;
}

/** One way of computing it: the results, what the gradient needs, and the gradients of x, γ and β. */
interface Computed {
  readonly output: Tensor;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
  readonly saved: Tensor[];
  gradients(dy: Tensor, saved: Tensor[]): Tensor[];
}

/**
 * Batch normalisation by the batch's own statistics: γ·(x − mean)/√(variance + ε) + β over the last axis of x
 * `[batch, channels]` or `[batch, height, width, channels]`; γ and β `[channels]`. Differentiable in x, γ and β. On
 * native one op each way, on webgpu four programs; elsewhere the closed form of the gradient (Ioffe & Szegedy 2015, section 3).
 */
export function batchNormTraining<T extends Tensor>(
  x: T,
  gamma: Tensor1D,
  beta: Tensor1D,
  epsilon: number,
): BatchNormTraining<T> {
  const native = nativeBackend();
  let mean: Tensor1D | undefined;
  let variance: Tensor1D | undefined;
  const output = tf.customGrad((...inputs) => {
    const [input, scale, shift, save] = inputs as unknown as [
      T,
      Tensor1D,
      Tensor1D,
      (tensors: Tensor[]) => void,
    ];
    const computed = way(native)(input, scale, shift, epsilon);
    mean = tf.keep(computed.mean);
    variance = tf.keep(computed.variance);
    save(computed.saved);
    return {
      value: computed.output,
      gradFunc: (dy: Tensor, saved: Tensor[]) => computed.gradients(dy, saved),
    };
  })(x, gamma, beta) as T;
  return { output, mean: handOver(mean!), variance: handOver(variance!) };
}

/** Batch normalisation by given statistics, all `[channels]`: γ·(x − mean)/√(variance + ε) + β; for evaluation. */
export function batchNormInference<T extends Tensor>(
  x: T,
  mean: Tensor1D,
  variance: Tensor1D,
  gamma: Tensor1D,
  beta: Tensor1D,
  epsilon: number,
): T {
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)));
}

/** A tensor kept through another scope, given to the scope of the caller. */
function handOver(kept: Tensor1D): Tensor1D {
  const owned = tf.clone(kept);
  kept.dispose();
  return owned;
}

type Compute = (x: Tensor, gamma: Tensor1D, beta: Tensor1D, epsilon: number) => Computed;

/** How the backend in use computes it. */
function way(native: NativeBackend | undefined): Compute {
  if (native !== undefined) return hasOwnOps(native) ? own(native) : fused(native);
  return onWebgpu() ? batchNormOnWebgpu : composed;
}

/** By ops of our own, which compiled steps join with what is around them. */
const own =
  (native: NativeBackend): Compute =>
  (x, gamma, beta, epsilon) => {
    const { float32, number, whole, truth } = attributesFor(native);
    const common = [whole('R', 0), truth('relu', false), float32('T')];
    const attributes = [...common, number('epsilon', epsilon)];
    const [output, mean, variance, inverse] = native.executeMultipleOutputs(
      'EvenkeelNormalise',
      attributes,
      [x, gamma, beta],
      4,
    );
    return {
      output,
      mean: mean as Tensor1D,
      variance: variance as Tensor1D,
      saved: [x, gamma, beta, mean, inverse],
      gradients: (dy, saved) =>
        native.executeMultipleOutputs('EvenkeelNormaliseGrad', [...common, whole('N', 1)], [...saved, dy], 3),
    };
  };

/** By TensorFlow's. */
const fused =
  (native: NativeBackend): Compute =>
  (x, gamma, beta, epsilon) => {
    const { float32, number, text, truth } = attributesFor(native);
    const attributes = [
      float32('T'),
      float32('U'),
      number('epsilon', epsilon),
      text('data_format', 'NHWC'),
      truth('is_training', true),
    ];
    const count = x.size / gamma.size;
    const none = tf.tensor1d([]);
    const [output, mean, unbiased, ...reserved] = native.executeMultipleOutputs(
      'FusedBatchNormV3',
      [...attributes, number('exponential_avg_factor', 1)],
      [asImage(x), gamma, beta, none, none],
      6,
    );
    return {
      output: tf.reshape(output, x.shape),
      mean: mean as Tensor1D,
      variance: tf.mul(unbiased, (count - 1) / count),
      saved: [x, gamma, ...reserved],
      gradients(dy, [input, scale, ...spaces]) {
        const [dx, dGamma, dBeta] = native.executeMultipleOutputs(
          'FusedBatchNormGradV3',
          attributes,
          [asImage(dy), asImage(input), scale, ...spaces],
          5,
        );
        return [tf.reshape(dx, input.shape), dGamma, dBeta];
      },
    };
  };

function composed(x: Tensor, gamma: Tensor1D, beta: Tensor1D, epsilon: number): Computed {
  const count = x.size / gamma.size;
  const mean = tf.mean(asImage(x), PIXELS) as Tensor1D;
  const centred = tf.sub(asImage(x), mean) as Tensor4D;
  const variance = tf.mean(tf.square(centred), PIXELS) as Tensor1D;
  const output = tf.batchNorm(asImage(x), mean, variance, beta, gamma, epsilon);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return {
    output: tf.reshape(output, x.shape),
    mean,
    variance,
    saved: [centred, inverse, gamma],
    // dx = γ/σ · (dy − Σdy/m − x̂·Σ(dy·x̂)/m), gathered into one factor per channel for dy, for x − mean and alone.
    gradients(dy, [deviation, inverseDeviation, scale]) {
      const upstream = asImage(dy);
      const dBeta = tf.sum(upstream, PIXELS);
      const dGamma = tf.mul(tf.sum(tf.mul(upstream, deviation), PIXELS), inverseDeviation);
      const slope = tf.mul(scale, inverseDeviation);
      const pull = tf.div(tf.mul(slope, tf.mul(inverseDeviation, dGamma)), -count);
      const shift = tf.div(tf.mul(slope, dBeta), -count);
      const dx = tf.add(tf.mul(upstream, slope), tf.add(tf.mul(deviation, pull), shift));
      return [tf.reshape(dx, x.shape), dGamma, dBeta];
    },
  };
}
