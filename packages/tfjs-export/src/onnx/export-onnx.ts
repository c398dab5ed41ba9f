import type { Trainer } from '@evenkeel/trainer-core';
import { withNetworkFunction } from '../network-function.js';
import { toOnnx } from './to-onnx.js';

/**
 * The trained network as the bytes of an ONNX file: `images` `[batch, ...exampleShape]`, as the data set gives them (channels last,
 * normalised by its mean and deviation), to the `logits` `[batch, classes]` of `trainer.predict`, as `exportGraphModel` has them:
 * evaluation weights, post-hoc transforms, and everything affine behind the backbone as one matrix and one bias. What
 * that keeps as metadata is in `metadata_props`: `dataset` as it is, `classNames`, `normalisation` and `preprocessing` as JSON.
 *
 * Throws `EXPORT_NOT_FINITE`, `EXPORT_NOT_POSSIBLE` for a network with operations without an ONNX form, and what `trainer.predict` throws.
 * @example
 * await saveOnnx(await exportOnnx(trainer), 'model'); // from @evenkeel/tfjs-export/node
 */
export async function exportOnnx(trainer: Trainer): Promise<Uint8Array> {
  return withNetworkFunction(trainer, ({ run, ...options }) => toOnnx(run, options));
}
