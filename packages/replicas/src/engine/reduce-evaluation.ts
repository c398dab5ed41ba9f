import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { StepEvaluation } from '@evenkeel/trainer-core';
import type { Sum } from './reductions.js';

/** Values that one rank sends another at once, in a ring: 2 MB, beside which the time that a message takes by itself is small. */
const MESSAGE = 1 << 19;

/**
 * The evaluation of a whole batch from those of its parts on the ranks: loss, gradients, updates and logged numbers are means
 * weighted by what each part's own mean divided by, times `counts` (0 for a rank that has no rows). They travel in as few
 * buckets as fit, gradients last and those of the last weights first: a recorded step has them first, and can move them
 * while it computes the others. Every one of the `ranks` gives the same names in the same order. In the caller's tidy.
 */
export function reduceEvaluation(
  evaluation: StepEvaluation,
  counts: Scalar,
  ranks: number,
  sum: Sum,
): StepEvaluation {
  const { loss, gradients, updates, logged } = evaluation;
  const tensors: Tensor[] = [
    loss,
    ...updates.values(),
    ...logged.values(),
    ...[...gradients.values()].reverse(),
  ];
  const own = tf.mul<Scalar>(evaluation.weight, counts);
  const buckets = bucketsOf(tensors, ranks * MESSAGE);
  const weighted = buckets.map((bucket) => tf.mul<Tensor1D>(flat(bucket), own));
  const [first, ...others] = weighted;
  // The first bucket carries the weights.
  const summed = sum(tf.concat1d([tf.reshape(own, [1]), first]));
  const weight = tf.reshape<tf.Rank.R0>(tf.slice1d(summed, 0, 1), []);
  const sums = [tf.slice1d(summed, 1, first.size), ...others.map((bucket) => sum(bucket))];
  const means = sums.map((bucket) => tf.div<Tensor1D>(bucket, weight));
  const parts = buckets.flatMap((bucket, at) => cut(means[at], bucket));
  const given = <Key>(map: ReadonlyMap<Key, unknown>, values: readonly Tensor[]): Map<Key, Tensor> =>
    new Map(Array.from(map.keys(), (key, at) => [key, values[at]] as const));
  const ofGradients = parts.splice(1 + updates.size + logged.size).reverse();
  return {
    loss: parts[0] as Scalar,
    weight,
    gradients: given(gradients, ofGradients),
    updates: given(updates, parts.slice(1)),
    logged: given(logged, parts.slice(1 + updates.size)) as Map<string, Scalar>,
  };
}

/** Tensors in their order, together as long as `most` values fit; one that does not fit is alone. */
function bucketsOf(tensors: readonly Tensor[], most: number): readonly (readonly Tensor[])[] {
  const buckets: Tensor[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    if (tensor.size > room) {
      buckets.push([]);
      room = most;
    }
    buckets.at(-1)!.push(tensor);
    room -= tensor.size;
  }
  return buckets;
}

function flat(tensors: readonly Tensor[]): Tensor1D {
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tf.cast(tensor, 'float32'), [-1])));
}

function cut(bucket: Tensor1D, like: readonly Tensor[]): readonly Tensor[] {
  const sizes = like.map(({ size }) => size);
  const parts = like.length === 1 ? [bucket] : tf.split(bucket, sizes);
  return like.map(({ shape, dtype }, at) => tf.cast(tf.reshape(parts[at], shape), dtype));
}
