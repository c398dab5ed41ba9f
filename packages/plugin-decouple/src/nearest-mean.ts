import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/** How features are seen: as they are, scaled to length 1, or moved by the mean of all features and then scaled to length 1. */
export type Representation = 'plain' | 'normalised' | 'centred';

/** How near a feature is to a mean. */
export type Nearness = 'cosine' | 'euclidean';

/** Below this length a vector is divided by it instead of its own. */
const SHORTEST = 1e-12;

/** Features `[n, d]` as a representation sees them, `[n, d]`; `centre` is the mean of all training features, `[d]`. */
export function represent(features: Tensor2D, representation: Representation, centre: Tensor1D): Tensor2D {
  return tf.tidy(() => {
    if (representation === 'plain') return tf.clone(features);
    return unit(representation === 'centred' ? tf.sub(features, centre) : features);
  });
}

/**
 * The mean feature of every class, `[classes, d]`, from features `[n, d]` and their classes `[n]`, int32; zeros for a class without
 * examples.
 */
export function classMeans(features: Tensor2D, labels: Tensor1D, classes: number): Tensor2D {
  return tf.tidy(() => {
    const { sums, counts } = classSums(features, labels, classes);
    return tf.div(sums, tf.maximum(tf.reshape(counts, [-1, 1]), 1));
  });
}

/** Sums of the features of every class, `[classes, d]`, and how many there are, `[classes]`. */
export function classSums(
  features: Tensor2D,
  labels: Tensor1D,
  classes: number,
): { readonly sums: Tensor2D; readonly counts: Tensor1D } {
  return tf.tidy(() => {
    const members = tf.cast(tf.oneHot(labels, classes), 'float32') as Tensor2D;
    return { sums: tf.matMul<Tensor2D>(members, features, true), counts: tf.sum<Tensor1D>(members, 0) };
  });
}

/**
 * Nearness of features `[n, d]` to class means `[classes, d]` as logits `[n, classes]`: the cosine of the angle between them, or
 * −‖x − μ_c‖². Source: Kang et al., ICLR 2020, "nearest class mean".
 */
export function nearestMeanLogits(features: Tensor2D, means: Tensor2D, nearness: Nearness): Tensor2D {
  return tf.tidy(() => {
    if (nearness === 'cosine') return tf.matMul<Tensor2D>(unit(features), unit(means), false, true);
    const squares = tf.sum(tf.square(means), 1);
    const products = tf.matMul(features, means, false, true);
    const own = tf.sum(tf.square(features), 1, true);
    return tf.sub<Tensor2D>(tf.sub(tf.mul(products, 2), squares), own);
  });
}

/** Rows `[n, d]` scaled to length 1; a zero row stays zero. */
function unit(rows: Tensor2D): Tensor2D {
  const lengths = tf.sqrt(tf.sum(tf.square(rows), 1, true));
  return tf.div(rows, tf.maximum(lengths, SHORTEST));
}
