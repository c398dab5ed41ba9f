import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** The inputs of a step of `handWritten`, named as it wants them. */
export type RandomBatch = { images: Tensor4D; targets: Tensor2D; learningRate: Scalar };

/** Normal noise `[batch, ...shape]`, one-hot targets of all classes in turn and a learning rate; the same at every call. */
export function randomBatch(batch: number, shape: readonly number[], classes: number): RandomBatch {
  return tf.tidy(() => ({
    images: tf.randomNormal([batch, ...shape] as [number, number, number, number], 0, 1, 'float32', 1),
    targets: tf.cast(
      tf.oneHot(
        Int32Array.from({ length: batch }, (_, i) => i % classes),
        classes,
      ),
      'float32',
    ) as Tensor2D,
    learningRate: tf.scalar(0.01),
  }));
}
