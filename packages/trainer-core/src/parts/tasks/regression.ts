import type { Task } from '../../contract/task.js';
import { meanSquaredError } from '../losses/mean-squared-error.js';
import { regressionErrors } from '../metrics/regression-errors.js';
import { instanceBalanced } from '../sampling/instance-balanced.js';
import { joinTargets } from './target-task.js';

/**
 * Numbers per example: outputs `[batch, targets]` are the predictions themselves, the loss is the mean squared error, the
 * metrics are mae, rmse and r2. Its data set is a `TargetDataset`. Samplers and plugins that need classes are refused.
 *
 * @example
 * createTrainer({ data, model, task: regression() });
 */
export function regression(): Task {
  return {
    name: 'regression',
    join: (dataset) =>
      joinTargets('regression', dataset, {
        words: 'finite numbers',
        holds: (value) => Number.isFinite(value),
      }),
    loss: () => meanSquaredError(),
    metrics: () => [regressionErrors()],
    sampler: () => instanceBalanced(),
  };
}
