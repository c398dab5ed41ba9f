import type { Task } from '../../contract/task.js';
import { binaryCrossEntropy } from '../losses/binary-cross-entropy.js';
import { multiLabelScores } from '../metrics/multi-label-scores.js';
import { instanceBalanced } from '../sampling/instance-balanced.js';
import { joinTargets } from './target-task.js';

/**
 * Any number of labels per example: targets are 0 or 1 for each label, outputs `[batch, labels]` are logits of independent
 * probabilities, the loss is binary cross-entropy, the metrics are f1 by label and mean average precision. Its data set is a
 * `TargetDataset`. Samplers and plugins that need one class per example are refused.
 *
 * @example
 * createTrainer({ data, model, task: multiLabel() });
 */
export function multiLabel(): Task {
  return {
    name: 'multi-label',
    join: (dataset) =>
      joinTargets('multiLabel', dataset, { words: '0 or 1', holds: (value) => value === 0 || value === 1 }),
    loss: () => binaryCrossEntropy(),
    metrics: () => [multiLabelScores()],
    sampler: () => instanceBalanced(),
  };
}
