import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { ClassDataset, Dataset, TargetDataset, Trainer } from '@evenkeel/trainer-core';
import { affineOf } from './affine.js';

/** A trained network as a function, with what a user of it needs to know. */
export interface NetworkFunction {
  /** Images `[batch, ...exampleShape]` to logits `[batch, classes]`. */
  readonly run: (images: Tensor) => Tensor;
  readonly exampleShape: readonly number[];
  readonly metadata: Readonly<Record<string, object | string>>;
}

/**
 * Does something with the network of a trainer as `trainer.predict` computes it, everything behind the backbone that is affine in
 * evaluation as one matrix and one bias. Throws what `trainer.predict` throws.
 */
export async function withNetworkFunction<Result>(
  trainer: Trainer,
  work: (network: NetworkFunction) => Promise<Result>,
): Promise<Result> {
  return trainer.withNetwork(async ({ dataset, features, logits }) => {
    const { exampleShape } = dataset.train;
    const width = tf.tidy(() => features(tf.zeros([1, ...exampleShape])).shape[1]);
    const affine = await affineOf(logits, width);
    const head = affine
      ? (rows: Tensor2D) => tf.add<Tensor2D>(tf.matMul(rows, affine.kernel), affine.bias)
      : logits;
    try {
      return await work({
        run: (images) => head(features(images)),
        exampleShape,
        metadata: metadataOf(dataset),
      });
    } finally {
      if (affine) tf.dispose([affine.kernel, affine.bias]);
    }
  });
}

/** How files become examples, where a data set says so. */
interface Prepared {
  readonly preprocessing?: Readonly<Record<string, string | number>>;
}

/** What a user of the model needs to know of the data: names of its outputs, and how inputs were normalised. */
function metadataOf({
  name,
  normalisation,
  preprocessing,
  ...rest
}: Dataset & Prepared): Record<string, object | string> {
  const { classNames, targetNames } = rest as Partial<ClassDataset & TargetDataset>;
  return {
    dataset: name,
    ...(classNames && { classNames: [...classNames] }),
    ...(targetNames && { targetNames: [...targetNames] }),
    ...(normalisation && { normalisation }),
    ...(preprocessing && { preprocessing }),
  };
}
