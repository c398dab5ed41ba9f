import * as tf from '@tensorflow/tfjs-core';
import type { io, Tensor2D } from '@tensorflow/tfjs-core';
import type { ClassDataset, Dataset, TargetDataset, Trainer } from '@evenkeel/trainer-core';
import { affineOf } from './affine.js';
import { toGraphModel } from './to-graph-model.js';

/**
 * The trained network as a graph model of TensorFlow.js: `images` `[batch, ...exampleShape]`, as the data set gives them,
 * to the `logits` `[batch, classes]` of `trainer.predict`, with evaluation weights and post-hoc transforms. `tf.loadGraphModel`
 * loads it without anything of ours.
 *
 * Everything behind the backbone that is affine in evaluation (whitening, a linear classifier, learned scales, post-hoc logit
 * adjustment) becomes one matrix and one bias; what is not (a cosine classifier) is kept op by op. The names of classes and data
 * set are in the model's `userDefinedMetadata`, with what the data set says of its `normalisation` (mean and std of pixels
 * scaled to 0 .. 1) and its `preprocessing` (sizes), so that new images can be given to the model without anything of ours.
 *
 * Throws `EXPORT_NOT_POSSIBLE` for a network with operations that are not known here, and what `trainer.predict` throws.
 * @example
 * const artifacts = await exportGraphModel(trainer);
 * await saveGraphModel(artifacts, 'model'); // from @evenkeel/tfjs-export/node
 */
export async function exportGraphModel(trainer: Trainer): Promise<io.ModelArtifacts> {
  return trainer.withNetwork(async ({ dataset, features, logits }) => {
    const { exampleShape } = dataset.train;
    const width = tf.tidy(() => features(tf.zeros([1, ...exampleShape])).shape[1]);
    const affine = await affineOf(logits, width);
    const head = affine
      ? (rows: Tensor2D) => tf.add<Tensor2D>(tf.matMul(rows, affine.kernel), affine.bias)
      : logits;
    try {
      return await toGraphModel((images) => head(features(images)), {
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
