import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { LabelledSource, ClassNetworkView } from '@evenkeel/trainer-core';

/** Examples that go through the network at once. */
const BATCH = 256;

/**
 * Runs every example of a source through the network in evaluation mode, without augmentation, and hands on what the classifier
 * sees: features `[batch, d]` and classes `[batch]`, int32, both gone when `each` returns.
 */
export async function forEachFeatures(
  { forward }: ClassNetworkView,
  source: LabelledSource,
  each: (features: Tensor2D, labels: Tensor1D) => void,
): Promise<void> {
  const size = source.exampleShape.reduce((product, axis) => product * axis, 1);
  for (let from = 0; from < source.size; from += BATCH) {
    const rows = Math.min(BATCH, source.size - from);
    const indices = Int32Array.from({ length: rows }, (_, row) => from + row);
    const images = new Float32Array(rows * size);
    await source.read(indices, images);
    tf.tidy(() => {
      const { features } = forward(tf.tensor(images, [rows, ...source.exampleShape]));
      each(features, tf.tensor1d(source.labels.subarray(from, from + rows), 'int32'));
    });
  }
}
