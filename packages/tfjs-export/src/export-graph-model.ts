import type { io } from '@tensorflow/tfjs-core';
import type { Trainer } from '@evenkeel/trainer-core';
import { withNetworkFunction } from './network-function.js';
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
  return withNetworkFunction(trainer, ({ run, ...options }) => toGraphModel(run, options));
}
