import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { ExpertLogits } from '../../contract/layers.js';

/** What a classifier gave, after `change`: logits, or the joint logits and those of each expert. */
export function mapLogits(
  output: Tensor2D | ExpertLogits,
  change: (logits: Tensor2D) => Tensor2D,
): Tensor2D | ExpertLogits {
  if (!('experts' in output)) return change(output);
  return { logits: change(output.logits), experts: output.experts.map(change) };
}
